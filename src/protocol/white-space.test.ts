import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { Fields, isBlank, isWhite } from './white-space.ts';

fc.configureGlobal({ seed: 32, numRuns: 1000 });

const WHITE_SPACE = [' ', '\t', '\n', '\v', '\f', '\r'];
const EVERY_BYTE = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
/** The most fields that are looked for. */
const MOST = 4;

const gap = fc.string({ unit: fc.constantFrom(...WHITE_SPACE), minLength: 1, maxLength: 3 });
const visible = fc.constantFrom(...EVERY_BYTE.filter((byte) => !WHITE_SPACE.includes(byte)));
const field = fc.string({ unit: visible, minLength: 1, maxLength: 8 });

function isBlankText(text: string): boolean {
  const bytes = Buffer.from(`x${text}x`, 'latin1');
  return isBlank(bytes, 1, bytes.length - 1);
}

/** The fields of a line that stands among other bytes, and how many there are said to be. */
function scan(line: string): { fields: string[]; count: number; areTight: boolean } {
  const bytes = Buffer.from(`x${line}x`, 'latin1');
  const [start, end] = [1, bytes.length - 1];
  const found = new Fields(MOST);
  found.scan(bytes, start, end);
  const fields = Array.from({ length: Math.min(found.count, MOST) }, (_, index) =>
    bytes.toString('latin1', found.start(index), found.end(index)),
  );
  return { fields, count: found.count, areTight: found.areTight(bytes, start, end) };
}

test('white space is six bytes and no other', () => {
  const white = EVERY_BYTE.filter((byte) => isWhite(byte.charCodeAt(0)));
  assert.deepEqual(white, WHITE_SPACE.toSorted());
  assert.deepEqual(EVERY_BYTE.filter(isBlankText), WHITE_SPACE.toSorted());
  assert.equal(isBlankText(''), true);
  assert.equal(isBlankText(' \t\v\f\r\n.'), false);
});

test('fields are what stands between runs of white space', () => {
  const parts = fc.array(fc.tuple(field, gap), { maxLength: MOST + 2 });
  const ends = fc.tuple(fc.option(gap, { nil: '' }), fc.option(field, { nil: '' }));
  fc.assert(
    fc.property(ends, parts, ([lead, last], parts) => {
      const { fields, count } = scan(lead + parts.flat().join('') + last);
      const all = [...parts.map(([field]) => field), ...(last === '' ? [] : [last])];
      assert.deepEqual(fields, all.slice(0, MOST));
      assert.equal(count, Math.min(all.length, MOST + 1));
    }),
  );
});

test('what was scanned before leaves no trace', () => {
  const found = new Fields(MOST);
  found.scan(Buffer.from('a b c d e'), 0, 9);
  assert.equal(found.count, MOST + 1);
  found.scan(Buffer.from('  '), 0, 2);
  assert.equal(found.count, 0);
});

describe('fields are tight', () => {
  const lines: [why: string, line: string, areTight: boolean][] = [
    ['with a space between any two', 'a bc d', true],
    ['where there is one', 'abc', true],
    ['not after white space', ' a bc', false],
    ['not before white space', 'a bc ', false],
    ['not before a line end', 'a bc\r', false],
    ['not with two spaces', 'a  bc', false],
    ['not with a tab', 'a\tbc', false],
    ['not with a space and a tab', 'a \tbc', false],
  ];
  for (const [why, line, areTight] of lines) {
    test(why, () => assert.equal(scan(line).areTight, areTight));
  }
});
