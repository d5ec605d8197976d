import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { ByteWriter } from './byte-writer.ts';
import {
  addHugeSkew,
  addSkew,
  compareInstants,
  formatHugeSkew,
  isExact,
  millisecondsBefore,
  scanSkew,
  scanTimestamp,
  writeSkew,
  type Instant,
  type ScannedSkew,
} from './timestamp.ts';

fc.configureGlobal({ seed: 1_621_464_827, numRuns: 500 });

/** Far beyond what a double, or 64 bits, can tell apart. */
const HUGE = 10n ** 60n;
const SECOND = 1_000_000_000n;
const EXACT_SECONDS = 10n ** 15n;
const LATEST_SECONDS = 17_179_869_183n;

const instantOf = (nanoseconds: bigint): Instant => ({
  seconds: Number(nanoseconds / SECOND),
  nanoseconds: Number(nanoseconds % SECOND),
});
const nanosecondsOf = ({ seconds, nanoseconds }: Instant): bigint =>
  BigInt(seconds) * SECOND + BigInt(nanoseconds);

/** A text's bytes among others that are not to be read. */
function placed(text: string): [bytes: Buffer, start: number, end: number] {
  const before = '.+1.............';
  const bytes = Buffer.from(`${before}${text}.5`, 'latin1');
  return [bytes, before.length, before.length + text.length];
}

function parseTimestamp(text: string): Instant | undefined {
  const into = { seconds: 0, nanoseconds: 0 };
  return scanTimestamp(...placed(text), into) ? into : undefined;
}

function parseSkew(text: string): ScannedSkew | undefined {
  const into = { negative: false, seconds: 0, nanoseconds: 0 };
  return scanSkew(...placed(text), into) ? into : undefined;
}

/** What `writeSkew` writes of a report sent at 0 or later. */
function skewText(skew: bigint): string {
  const out = new ByteWriter(4);
  const [received, sent] = skew < 0n ? [0n, -skew] : [skew, 0n];
  writeSkew(out, instantOf(received), instantOf(sent));
  return out.view().toString('latin1');
}

const decimals = fc.string({
  unit: fc.constantFrom(...'0123456789'.split('')),
  minLength: 1,
  maxLength: 9,
});

test('a timestamp is read to the nanosecond, with any number of its decimals', () => {
  const seconds = fc.bigInt({ min: 0n, max: EXACT_SECONDS - 1n });
  fc.assert(
    fc.property(seconds, decimals, (seconds, decimals) => {
      const nanoseconds = BigInt(decimals) * 10n ** BigInt(9 - decimals.length);
      const expected = instantOf(seconds * SECOND + nanoseconds);
      assert.deepEqual(parseTimestamp(`${seconds}.${decimals}`), expected);
      assert.deepEqual(parseTimestamp(`00${seconds}`), instantOf(seconds * SECOND));
      assert.equal(isExact(expected), true);
    }),
  );
});

test('a timestamp that binary numbers do not hold is known for one', () => {
  const seconds = fc.oneof(
    fc.bigInt({ min: EXACT_SECONDS, max: HUGE }).map(String),
    fc.integer({ min: 16, max: 4000 }).map((digits) => '9'.repeat(digits)),
  );
  fc.assert(
    fc.property(seconds, decimals, (seconds, decimals) => {
      const instant = parseTimestamp(`${seconds}.${decimals}`);
      assert.ok(instant);
      assert.equal(isExact(instant), false);
    }),
  );
});

test('reading what was written gives the same skew', () => {
  const most = EXACT_SECONDS * SECOND - 1n;
  fc.assert(
    fc.property(fc.bigInt({ min: -most, max: most }), (skew) => {
      const text = skewText(skew);
      assert.match(text, /^[+-]\d+\.\d{9}$/);
      const negative = skew < 0n;
      const read = parseSkew(text);
      assert.deepEqual(read, { negative, ...instantOf(negative ? -skew : skew) });
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
    [-999_999_999_999_999_999_999_999n, '-999999999999999.999999999'],
  ];
  for (const [skew, text] of skews) test(text, () => assert.equal(skewText(skew), text));

  const huge: [sent: string, text: string][] = [
    ['123456789012345678901.23456789', '-123456789012345678901.234567890'],
    ['1000000000000000', '-1000000000000000.000000000'],
    ['9'.repeat(4000), `-${'9'.repeat(4000)}.000000000`],
  ];
  for (const [sent, text] of huge) {
    test(`${text.slice(0, 30)} of ${text.length}`, () => {
      assert.equal(formatHugeSkew({ seconds: 0, nanoseconds: 0 }, sent), text);
    });
  }
});

/** Times of which any two differ by a borrow or not, and those at the ends of what is exact. */
const sent = fc.oneof(
  fc.bigInt({ min: 0n, max: 4n * SECOND }),
  fc.bigInt({ min: 0n, max: EXACT_SECONDS * SECOND - 1n }),
);
const received = fc.oneof(
  fc.bigInt({ min: 0n, max: 4n * SECOND }),
  fc.bigInt({ min: 0n, max: LATEST_SECONDS * SECOND }),
);

function timeText(nanoseconds: bigint): string {
  return `${nanoseconds / SECOND}.${(nanoseconds % SECOND).toString().padStart(9, '0')}`;
}

test('the difference of two times and its sum with the first are exact', () => {
  const into = { seconds: 0, nanoseconds: 0 };
  fc.assert(
    fc.property(sent, received, (sent, received) => {
      const out = new ByteWriter(4);
      writeSkew(out, instantOf(received), instantOf(sent));
      const text = out.view().toString('latin1');
      const difference = received - sent;
      const sign = difference < 0n ? '-' : '+';
      assert.equal(text, sign + timeText(difference < 0n ? -difference : difference));
      const skew = parseSkew(text);
      assert.ok(skew);
      assert.equal(addSkew(instantOf(sent), skew, into), true);
      assert.equal(nanosecondsOf(into), received);
    }),
    { numRuns: 5000 },
  );
});

test('times are added and subtracted alike, whether binary numbers hold them or not', () => {
  const [one, other] = [
    { seconds: 0, nanoseconds: 0 },
    { seconds: 0, nanoseconds: 0 },
  ];
  const most = EXACT_SECONDS * SECOND - 1n;
  const skew = fc.oneof(
    fc.bigInt({ min: -4n * SECOND, max: 4n * SECOND }),
    fc.bigInt({ min: -most, max: most }),
  );
  fc.assert(
    fc.property(sent, received, skew, (sent, received, skew) => {
      const out = new ByteWriter(4);
      writeSkew(out, instantOf(received), instantOf(sent));
      const text = out.view().toString('latin1');
      assert.equal(formatHugeSkew(instantOf(received), timeText(sent)), text);

      const scanned = parseSkew(skewText(skew));
      assert.ok(scanned);
      const isInRange = sent + skew >= 0n && sent + skew <= LATEST_SECONDS * SECOND;
      assert.equal(addSkew(instantOf(sent), scanned, one), isInRange);
      assert.equal(addHugeSkew(timeText(sent), skewText(skew), other), isInRange);
      if (!isInRange) return;
      assert.deepEqual([nanosecondsOf(one), nanosecondsOf(other)], [sent + skew, sent + skew]);
    }),
    { numRuns: 5000 },
  );
});

describe('a time of receipt that is out of range', () => {
  const skews: [sent: string, skew: string, isInRange: boolean][] = [
    ['0', '+0.000000000', true],
    ['0', '-0.000000001', false],
    ['0.000000001', '-0.000000001', true],
    ['1', '-1.000000001', false],
    ['17179869183', '+0.000000000', true],
    ['17179869183', '+0.000000001', false],
    ['17179869183.000000001', '+0.000000000', false],
    ['17179869183.5', '-0.500000000', true],
    ['17179869184', '-0.999999999', false],
    ['17179869184', '-1.000000000', true],
  ];
  for (const [sent, skew, isInRange] of skews) {
    test(`${sent}${skew} is ${isInRange ? 'none' : 'one'}`, () => {
      const into = { seconds: 0, nanoseconds: 0 };
      const [instant, scanned] = [parseTimestamp(sent), parseSkew(skew)];
      assert.ok(instant && scanned);
      assert.equal(addSkew(instant, scanned, into), isInRange);
      assert.equal(addHugeSkew(sent, skew, into), isInRange);
    });
  }

  test('is distinguished from one in range however many digits both have', () => {
    const into = { seconds: 0, nanoseconds: 0 };
    const sent = `1${'0'.repeat(4000)}`;
    const nines = '9'.repeat(4000);
    assert.equal(addHugeSkew(sent, `-${nines}.000000001`, into), true);
    assert.deepEqual(into, { seconds: 0, nanoseconds: 999_999_999 });
    assert.equal(addHugeSkew(sent, `-${nines}.000000000`, into), true);
    assert.deepEqual(into, { seconds: 1, nanoseconds: 0 });
    assert.equal(addHugeSkew(sent, `-${sent}.000000000`, into), true);
    assert.deepEqual(into, { seconds: 0, nanoseconds: 0 });
    assert.equal(addHugeSkew(sent, `-${sent}.000000001`, into), false);
    assert.equal(addHugeSkew(sent, '-1.000000000', into), false);
    assert.equal(addHugeSkew('1', `+${nines}.000000000`, into), false);
  });
});

test('instants are ordered as their nanoseconds are', () => {
  const instant = fc.oneof(
    fc.bigInt({ min: 0n, max: 3n }).map((seconds) => seconds * SECOND + 1n),
    sent,
  );
  fc.assert(
    fc.property(instant, instant, (a, b) => {
      const expected = a === b ? 0 : a < b ? -1 : 1;
      assert.equal(Math.sign(compareInstants(instantOf(a), instantOf(b))), expected);
    }),
  );
});

test('so many milliseconds before an instant are exact, and never before the epoch', () => {
  const before = fc.oneof(fc.nat(5000), fc.nat({ max: Number.MAX_SAFE_INTEGER }));
  const instant = fc.oneof(
    received,
    fc.nat(8000).map((milliseconds) => BigInt(milliseconds) * 1_000_000n),
  );
  fc.assert(
    fc.property(instant, before, (instant, milliseconds) => {
      const expected = instant - BigInt(milliseconds) * 1_000_000n;
      const earlier = millisecondsBefore(instantOf(instant), milliseconds);
      assert.deepEqual(earlier, instantOf(expected < 0n ? 0n : expected));
    }),
    { numRuns: 5000 },
  );
});

test('as many milliseconds before an instant as it has leave its whole seconds', () => {
  const instant = { seconds: 7, nanoseconds: 25_000_000 };
  assert.deepEqual(millisecondsBefore(instant, 2025), { seconds: 5, nanoseconds: 0 });
  assert.deepEqual(millisecondsBefore(instant, 2026), { seconds: 4, nanoseconds: 999_000_000 });
  assert.deepEqual(millisecondsBefore(instant, 7025), { seconds: 0, nanoseconds: 0 });
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

describe('no skew', () => {
  const refused: [why: string, text: string][] = [
    ['nothing', ''],
    ['no sign', '1.000000000'],
    ['two signs', '+-1.000000000'],
    ['no seconds', '+.000000000'],
    ['eight decimals', '+1.00000000'],
    ['ten decimals', '+1.0000000000'],
    ['no decimals, whatever stands before it', '+5'],
    ['two decimals, whatever stands before it', '-5.25'],
    ['a sign alone', '+'],
    ['two points', '+1.0.000000000'],
    ['a line end after it', '+1.000000000\n'],
  ];
  for (const [why, text] of refused) test(why, () => assert.equal(parseSkew(text), undefined));
});

test('no bytes throw, and nothing but a timestamp or a skew is read', () => {
  const texts = fc.oneof(
    fc.string({ unit: fc.nat(255).map((byte) => String.fromCharCode(byte)) }),
    fc.string({ unit: fc.constantFrom(...'+-0123456789.e'.split('')) }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      if (parseSkew(text) !== undefined) assert.match(text, /^[+-]\d+\.\d{9}$/);
      if (parseTimestamp(text) !== undefined) assert.match(text, /^\d+(\.\d{1,9})?$/);
    }),
  );
});
