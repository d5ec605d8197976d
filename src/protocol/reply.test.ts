import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { anyText } from './any-text.test.ts';
import { formatAt, parseAt } from './reply.ts';

fc.configureGlobal({ seed: 34, numRuns: 500 });

const LINE = 'AT Riley +0.263873386 kiwi.cs.ucla.edu +34.068930-118.445127 1621464827.959498503';

const SECOND = 1_000_000_000n;

/** A duration in nanoseconds, as `AT` lines have it. */
function formatSkew(skew: bigint): string {
  const digits = (skew < 0n ? -skew : skew).toString().padStart(10, '0');
  return `${skew < 0n ? '-' : '+'}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

/** Any byte but the six of white space, one character each. */
const visible = fc
  .integer({ min: 0, max: 255 })
  .map((byte) => String.fromCharCode(byte))
  .filter((byte) => !' \t\n\v\f\r'.includes(byte));
const field = fc.string({ unit: visible, minLength: 1, maxLength: 30 });
/** A client's time and the skew that a time of receipt makes of it. */
const times = fc
  .tuple(
    fc.bigInt({ min: 0n, max: 10n ** 30n }),
    fc.constantFrom('', '.5', '.000000001', '.999999999'),
    fc.bigInt({ min: 0n, max: 17_179_869_183n * SECOND }),
  )
  .map(([seconds, decimals, received]) => {
    const sent = seconds * SECOND + BigInt(decimals.slice(1).padEnd(9, '0'));
    return { time: `${seconds}${decimals}`, skew: formatSkew(received - sent) };
  });
const at = fc
  .record({
    server: field,
    client: field,
    position: fc
      .tuple(fc.integer({ min: -90, max: 90 }), fc.integer({ min: -180, max: 180 }))
      .map((angles) => angles.map((angle) => (angle < 0 ? `${angle}` : `+${angle}`)).join('')),
    times,
  })
  .map(({ server, client, position, times: { skew, time } }) => ({
    server,
    skew,
    client,
    position,
    time,
  }));

test('reading what was written gives the same fields, whatever bytes the names have', () => {
  fc.assert(
    fc.property(at, (at) => {
      assert.deepEqual(parseAt(formatAt(at)), at);
    }),
  );
});

test('an AT line says who received whose report, where and when', () => {
  assert.deepEqual(parseAt(LINE), {
    server: 'Riley',
    skew: '+0.263873386',
    client: 'kiwi.cs.ucla.edu',
    position: '+34.068930-118.445127',
    time: '1621464827.959498503',
  });
});

describe('no AT line', () => {
  const refused: [why: string, line: string][] = [
    ['nothing', ''],
    ['another name', LINE.replace('AT', 'at')],
    ['a field too few', LINE.slice(0, LINE.lastIndexOf(' '))],
    ['a field too many', `${LINE} x`],
    ['white space before it', ` ${LINE}`],
    ['white space after it', `${LINE}\r`],
    ['two spaces between fields', LINE.replace(' Riley', '  Riley')],
    ['a tab between fields', LINE.replace(' Riley', '\tRiley')],
    ['a skew without its sign', LINE.replace('+0.2', '0.2')],
    ['a skew of eight decimals', LINE.replace('.263873386', '.26387338')],
    ['a skew of ten decimals', LINE.replace('.263873386', '.2638733861')],
    ['no position', LINE.replace('+34.', '+94.')],
    ['no time', LINE.replace('1621464827.', '-1621464827.')],
    ['a skew with a leading zero', LINE.replace('+0.', '+00.')],
    ['a skew of less than nothing', 'AT Riley -0.000000000 kiwi +1+1 1'],
    ['a skew without decimals, whatever stands before it', 'AT .abcdef +5 kiwi +1+1 1'],
    ['a receipt of before 1970', 'AT Riley -1.000000001 kiwi +1+1 1'],
    ['a receipt later than a clock can tell', 'AT Riley +0.000000001 kiwi +1+1 17179869183'],
    ['a character that is no byte', LINE.replace('AT', '\u0141T')],
  ];
  for (const [why, line] of refused) {
    test(why, () => assert.equal(parseAt(line), undefined));
  }
});

test('no line throws, and what is read is written the same', () => {
  const edited = fc
    .tuple(fc.nat(LINE.length), fc.nat(2), anyText({ maxLength: 2 }))
    .map(([start, cut, text]) => LINE.slice(0, start) + text + LINE.slice(start + cut));
  fc.assert(
    fc.property(fc.oneof(edited, anyText()), (line) => {
      const parsed = parseAt(line);
      if (parsed !== undefined) assert.equal(formatAt(parsed), line);
    }),
    { numRuns: 2000 },
  );
});

test('a line that no server can have said is none', () => {
  const at = { server: 'Riley', skew: '+0.000000000', position: '+34.0-118.0', time: '1' };
  const longest = 4096 - 'IAMAT  +34.0-118.0 1'.length;
  const padded = (bytes: number): string => `+${'0'.repeat(bytes - 11)}.000000000`;
  assert.ok(parseAt(formatAt({ ...at, client: 'c'.repeat(longest) })));
  assert.ok(parseAt(formatAt({ ...at, client: 'c', server: 'S'.repeat(64) })));
  for (const [client, wrong] of [
    ['c'.repeat(longest + 1), {}],
    ['c', { server: 'S'.repeat(65) }],
    ['c', { skew: padded(4096 + 13) }],
  ] as const) {
    assert.equal(parseAt(formatAt({ ...at, client, ...wrong })), undefined);
  }
});
