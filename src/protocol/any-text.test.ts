import fc, { type StringConstraints } from 'fast-check';

/* For the tests of what takes any text: there is none in this file. */

const SURROGATES = { first: 0xd800, count: 0x800 };
const LAST_CODE_POINT = 0x10ffff;

/** Any code point but halves of surrogate pairs, as fast-check's own unit `binary`, whose tables take a second to make. */
const anyCharacter = fc.integer({ min: 0, max: LAST_CODE_POINT - SURROGATES.count }).map(
  (n) => String.fromCodePoint(n < SURROGATES.first ? n : n + SURROGATES.count),
  (character) => {
    const n = typeof character === 'string' ? character.codePointAt(0) : undefined;
    if (n === undefined || String.fromCodePoint(n) !== character) {
      throw new Error('expected one code point');
    }
    return n < SURROGATES.first ? n : n - SURROGATES.count;
  },
);

/** Texts of any code points; the sizes are counted in these. */
export function anyText(constraints: Omit<StringConstraints, 'unit'> = {}): fc.Arbitrary<string> {
  return fc.string({ ...constraints, unit: anyCharacter });
}
