import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { formatSkew, parseSkew, parseTimestamp } from './timestamp.ts';

fc.configureGlobal({ seed: 1_621_464_827, numRuns: 500 });

/** Far beyond what a double, or 64 bits, can tell apart. */
const HUGE = 10n ** 60n;

test('a timestamp is read to the nanosecond, with any number of its decimals', () => {
  const seconds = fc.bigInt({ min: 0n, max: HUGE });
  const decimals = fc.string({
    unit: fc.constantFrom(...'0123456789'.split('')),
    minLength: 1,
    maxLength: 9,
  });
  fc.assert(
    fc.property(seconds, decimals, (seconds, decimals) => {
      const scale = 10n ** BigInt(9 - decimals.length);
      const expected = seconds * 1_000_000_000n + BigInt(decimals) * scale;
      assert.equal(parseTimestamp(`${seconds}.${decimals}`), expected);
      assert.equal(parseTimestamp(`00${seconds}`), seconds * 1_000_000_000n);
    }),
  );
});

test('reading what was written gives the same skew', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -HUGE, max: HUGE }), (skew) => {
      const text = formatSkew(skew);
      assert.match(text, /^[+-]\d+\.\d{9}$/);
      assert.equal(parseSkew(text), skew);
    }),
  );
});

describe('a skew has its sign and nine decimals', () => {
  const skews: [skew: bigint, text: string][] = [
    [0n, '+0.000000000'],
    [1n, '+0.000000001'],
    [-1n, '-0.000000001'],
    [263_873_386n, '+0.263873386'],
    [-999_999_999n, '-0.999999999'],
    [1_000_000_000n, '+1.000000000'],
    [-1_000_000_000n, '-1.000000000'],
    [123_456_789_012_345_678_901_234_567_890n, '+123456789012345678901.234567890'],
  ];
  for (const [skew, text] of skews) {
    test(text, () => assert.equal(formatSkew(skew), text));
  }
});

describe('no timestamp', () => {
  const refused: [why: string, text: string][] = [
    ['nothing', ''],
    ['ten decimals', '1.0123456789'],
    ['a point and no decimals', '1.'],
    ['no seconds', '.5'],
    ['a plus', '+1'],
    ['a minus', '-1'],
    ['an exponent', '1e9'],
    ['a comma', '1,5'],
    ['two points', '1.5.5'],
    ['hexadecimal', '0x10'],
    ['a bigint of JavaScript', '1n'],
    ['a separator', '1_000'],
    ['no number', 'Infinity'],
    ['a line end after it', '1\n'],
  ];
  for (const [why, text] of refused) {
    test(why, () => assert.equal(parseTimestamp(text), undefined));
  }
});

test('no text throws', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'+-0123456789.e'.split('')) }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const skew = parseSkew(text);
      if (skew !== undefined) assert.match(text, /^[+-]\d+\.\d{9}$/);
      const time = parseTimestamp(text);
      if (time !== undefined) assert.match(text, /^\d+(\.\d{1,9})?$/);
    }),
  );
});
