import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';

import { formatPosix, formatTime, parseTime, secondsBetween } from './time.ts';

test('a time is RFC 3339 or POSIX seconds, and keeps its nanoseconds', () => {
  const same = { seconds: 1_621_464_827, nanoseconds: 959_498_503 };
  for (const text of [
    '1621464827.959498503',
    '2021-05-19T22:53:47.959498503Z',
    '2021-05-19t22:53:47.959498503z',
    '2021-05-20T00:53:47.959498503+02:00',
    '2021-05-19 17:23:47.959498503-05:30',
  ]) {
    assert.deepEqual(parseTime(text), same, text);
  }
  assert.deepEqual(parseTime('1621464827.5'), { seconds: 1_621_464_827, nanoseconds: 500_000_000 });
  assert.deepEqual(parseTime('1970-01-01T00:00:00Z'), { seconds: 0, nanoseconds: 0 });
  assert.deepEqual(parseTime('2016-12-31T23:59:60Z'), parseTime('2017-01-01T00:00:00Z'));
});

test('what is no time is refused', () => {
  for (const text of [
    '',
    '-1',
    '1e9',
    '1.',
    '1.0000000001',
    '1621464827959', // milliseconds
    '2021-02-29T00:00:00Z',
    '2021-13-01T00:00:00Z',
    '2021-05-19T24:00:00Z',
    '2021-05-19T22:60:00Z',
    '2021-05-19T22:53:61Z',
    '2021-05-19T22:53:47',
    '2021-05-19',
    '2021-05-19T22:53:47+24:00',
    '1969-12-31T23:59:59Z',
    '9999-12-31T23:59:59-01:00',
    '22021-05-19T22:53:47Z',
  ]) {
    assert.equal(parseTime(text), undefined, text);
  }
});

test('a time is written as RFC 3339, with the decimals that it needs', () => {
  assert.equal(formatTime({ seconds: 0, nanoseconds: 0 }), '1970-01-01T00:00:00Z');
  assert.equal(formatTime({ seconds: 1, nanoseconds: 500_000_000 }), '1970-01-01T00:00:01.5Z');
  assert.equal(formatTime({ seconds: 1e12, nanoseconds: 1 }), '1000000000000.000000001');
});

test('each time comes back from both of its texts', () => {
  const instant = fc
    .tuple(fc.integer({ min: 0, max: 253_402_300_799 }), fc.integer({ min: 0, max: 999_999_999 }))
    .map(([seconds, nanoseconds]) => ({ seconds, nanoseconds }));
  const property = fc.property(instant, (time) => {
    assert.deepEqual(parseTime(formatTime(time)), time);
    assert.deepEqual(parseTime(formatPosix(time)), time);
  });
  fc.assert(property, { seed: 1, numRuns: 2000 });
});

test('a span is the difference in seconds', () => {
  const span = secondsBetween({ seconds: 5, nanoseconds: 750e6 }, { seconds: 7, nanoseconds: 5e8 });
  assert.equal(span, 1.75);
});
