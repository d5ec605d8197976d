import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { parseRange } from './byte-range.ts';

test('a range is read as RFC 9110 has it', () => {
  const cases: readonly (readonly [string | undefined, ReturnType<typeof parseRange>])[] = [
    [undefined, undefined],
    ['bytes=0-9', { first: 0, last: 9 }],
    ['Bytes=90-', { first: 90, last: 99 }],
    ['bytes=90-1000', { first: 90, last: 99 }],
    ['bytes=-10', { first: 90, last: 99 }],
    ['bytes=-1000', { first: 0, last: 99 }],
    ['bytes=-0', 'outside'],
    ['bytes=100-', 'outside'],
    ['bytes=9-1', undefined],
    ['bytes=0-1,5-6', undefined],
    ['bytes=-', undefined],
    ['items=0-9', undefined],
    ['bytes=0-9999999999999999', undefined],
  ];
  for (const [header, expected] of cases) {
    assert.deepEqual(parseRange(header, 100), expected, header);
  }
});

test('nothing of an empty file can be asked for', () => {
  assert.equal(parseRange('bytes=0-', 0), 'outside');
  assert.equal(parseRange('bytes=-5', 0), 'outside');
});

test('a range is within the file, whatever is asked for', () => {
  const header = fc.oneof(
    fc.string(),
    fc.tuple(fc.nat(), fc.nat()).map(([from, to]) => `bytes=${from}-${to}`),
    fc.nat().map((length) => `bytes=-${length}`),
  );
  fc.assert(
    fc.property(header, fc.nat(), (text, size) => {
      const range = parseRange(text, size);
      if (range === undefined || range === 'outside') return;
      assert.ok(0 <= range.first && range.first <= range.last && range.last < size);
    }),
    { seed: 206 },
  );
});
