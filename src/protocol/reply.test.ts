import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { formatAt, formatInvalid, parseAt } from './reply.ts';
import { formatSkew } from './timestamp.ts';

fc.configureGlobal({ seed: 34, numRuns: 500 });

const LINE = 'AT Riley +0.263873386 kiwi.cs.ucla.edu +34.068930-118.445127 1621464827.959498503';

/** Any byte but the six of white space, one character each. */
const visible = fc
  .integer({ min: 0, max: 255 })
  .map((byte) => String.fromCharCode(byte))
  .filter((byte) => !' \t\n\v\f\r'.includes(byte));
const field = fc.string({ unit: visible, minLength: 1, maxLength: 30 });
const at = fc.record(
  {
    server: field,
    skew: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(formatSkew),
    client: field,
    position: fc
      .tuple(fc.integer({ min: -90, max: 90 }), fc.integer({ min: -180, max: 180 }))
      .map((angles) => angles.map((angle) => (angle < 0 ? `${angle}` : `+${angle}`)).join('')),
    time: fc.stringMatching(/^\d{1,12}(\.\d{1,9})?$/),
  },
  { noNullPrototype: true },
);

test('reading what was written gives the same fields, whatever bytes the names have', () => {
  fc.assert(
    fc.property(at, (at) => {
      const parsed = parseAt(formatAt(at));
      assert.ok(parsed);
      const { server, skew, client, position, time } = parsed;
      assert.deepEqual({ server, skew, client, position, time }, at);
      assert.equal(formatSkew(parsed.receivedTime - parsed.clientTime), at.skew);
    }),
  );
});

test('an AT line says where, when by the client, and when it was received', () => {
  assert.deepEqual(parseAt(LINE), {
    server: 'Riley',
    skew: '+0.263873386',
    client: 'kiwi.cs.ucla.edu',
    position: '+34.068930-118.445127',
    time: '1621464827.959498503',
    point: { latitude: 34.06893, longitude: -118.445127 },
    clientTime: 1_621_464_827_959_498_503n,
    receivedTime: 1_621_464_828_223_371_889n,
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
  ];
  for (const [why, line] of refused) {
    test(why, () => assert.equal(parseAt(line), undefined));
  }
});

test('no line throws, and what is read is written the same', () => {
  const edited = fc
    .tuple(fc.nat(LINE.length), fc.nat(2), fc.string({ unit: 'binary', maxLength: 2 }))
    .map(([start, cut, text]) => LINE.slice(0, start) + text + LINE.slice(start + cut));
  fc.assert(
    fc.property(fc.oneof(edited, fc.string({ unit: 'binary' })), (line) => {
      const parsed = parseAt(line);
      if (parsed !== undefined) assert.equal(formatAt(parsed), line);
    }),
    { numRuns: 2000 },
  );
});

test('what is no command is copied behind a question mark and a space', () => {
  assert.equal(formatInvalid(' any\xff bytes\r'), '?  any\xff bytes\r');
});

test('a line that no server can have said is none', () => {
  const at = { server: 'Riley', skew: '+0.000000000', position: '+34.0-118.0', time: '1' };
  const longest = 4096 - 'IAMAT  +34.0-118.0 1'.length;
  assert.ok(parseAt(formatAt({ ...at, client: 'c'.repeat(longest) })));
  for (const [client, wrong] of [
    ['c'.repeat(longest + 1), {}],
    ['c', { server: 'S'.repeat(65) }],
    ['c', { skew: `+${'1'.repeat(5000)}.000000000` }],
  ] as const) {
    assert.equal(parseAt(formatAt({ ...at, client, ...wrong })), undefined);
  }
});
