import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { MAX_NEIGHBOURS } from '../../store/neighbour-set.ts';
import type { ServerStatus } from '../server-status.ts';
import { NO_FACTS } from '../no-facts.test.ts';
import {
  formatStatus,
  MAX_EPOCH,
  MAX_STATUS_BYTES,
  MAX_STATUS_LAGS,
  parseStatus,
} from './status-text.ts';

const SEED = 20_261_127;

const number = fc.nat({ max: MAX_EPOCH });
const name = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/);
const tenths = fc.nat({ max: 1e9 }).map((count) => count / 10);
const seconds = fc.nat({ max: 1e9 }).map((count) => count / 1000);
const whole = { noNullPrototype: true } as const;

const status: fc.Arbitrary<ServerStatus> = fc.record(
  {
    server: name,
    epoch: number,
    sequence: number,
    everyMs: number,
    version: fc.stringMatching(/^[0-9A-Za-z.+-]{1,64}$/),
    startedMs: number,
    gateway: fc.constantFrom(undefined, 'http://127.0.0.1:13645', 'https://[::1]:1'),
    isReplaying: fc.boolean(),
    clients: number,
    connections: number,
    rates: fc.record({ reports: tenths, replies: tenths, places: tenths }, whole),
    seq: number,
    reports: fc.record({ epoch: number, sequence: number }, whole),
    links: fc.array(
      fc.record(
        { neighbour: name, isUp: fc.boolean(), sinceMs: number, reports: number, seconds },
        whole,
      ),
      { maxLength: MAX_NEIGHBOURS },
    ),
    lag: fc.array(fc.record({ name, reports: number, seconds }, whole), {
      maxLength: MAX_STATUS_LAGS,
    }),
    memoryBytes: fc.option(number, { nil: undefined }),
  },
  whole,
);

test('a status is read back as it was written, also with more behind it', () => {
  fc.assert(
    fc.property(status, (status) => {
      const text = formatStatus(status);
      assert.deepEqual(parseStatus(text), status);
      assert.deepEqual(parseStatus(`${text} more of:a,later version`), status);
    }),
    { seed: SEED, numRuns: 300 },
  );
});

const SMALL: ServerStatus = {
  ...NO_FACTS,
  server: 'A',
  epoch: 1,
  sequence: 2,
  everyMs: 2000,
  seq: 3,
  reports: { epoch: 4, sequence: 5 },
  links: [{ neighbour: 'B', isUp: true, sinceMs: 6, reports: 7, seconds: 0.008 }],
  lag: [{ name: 'C', reports: 9, seconds: 10 }],
};
/** As versions wrote it that did not say their memory. */
const EARLIER = 'A 1 2 2000 0.0.0 0 - - 0 0 0 0 0 3 4 5 B:up:6:7:8 C:9:10000';
const TEXT = `${EARLIER} -`;

test('a small status', () => {
  assert.equal(formatStatus(SMALL), TEXT);
  assert.equal(formatStatus({ ...SMALL, memoryBytes: 11 }), `${EARLIER} 11`);
  assert.deepEqual(parseStatus(EARLIER), SMALL);
});

test('the longest status fits in a message', () => {
  const long = 'N'.repeat(64);
  const most = MAX_EPOCH;
  const link = { neighbour: long, isUp: false, sinceMs: most, reports: most, seconds: most / 1000 };
  const text = formatStatus({
    server: long,
    epoch: most,
    sequence: most,
    everyMs: most,
    version: long,
    startedMs: most,
    gateway: `https://${'h'.repeat(253)}:65535`,
    isReplaying: true,
    clients: most,
    connections: most,
    seq: most,
    reports: { epoch: most, sequence: most },
    rates: { reports: most / 10, replies: most / 10, places: most / 10 },
    links: Array.from({ length: MAX_NEIGHBOURS }, () => link),
    lag: Array.from({ length: MAX_STATUS_LAGS }, () => ({ ...link, name: long })),
    memoryBytes: most,
  });
  assert.ok(text.length <= MAX_STATUS_BYTES, String(text.length));
  assert.notEqual(parseStatus(text), undefined);
});

describe('no status', () => {
  for (const [why, text] of [
    ['nothing', ''],
    ['a field too few', EARLIER.replace(/ [^ ]*$/, '')],
    ['two spaces', TEXT.replace(' ', '  ')],
    ['a space at the end', `${TEXT} `],
    ['a name that is none', TEXT.replace('A', '.A')],
    ['a name that steers a terminal', TEXT.replace('A', 'A\u001b[2J')],
    ['a negative number', TEXT.replace('2000', '-2000')],
    ['a number that a double cannot hold', TEXT.replace('2000', '2000000000000000')],
    ['a broken number', TEXT.replace('2000', '2000.5')],
    ['a version of anything', TEXT.replace('0.0.0', '0.0.0"')],
    ['a gateway that is no URL', TEXT.replace(' - ', ' javascript:alert(1) ')],
    ['a flag that there is not', TEXT.replace(' - -', ' - sleeping')],
    ['a link of no state', TEXT.replace(':up:', ':maybe:')],
    ['a link with more parts', TEXT.replace(':7:8', ':7:8:9')],
    ['a link without a name', TEXT.replace('B:up', ':up')],
    ['an empty entry', TEXT.replace('7:8', '7:8,')],
    ['a lag without its time', TEXT.replace(':10000', '')],
    [
      'too many links',
      TEXT.replace(
        'B:up:6:7:8',
        Array(MAX_NEIGHBOURS + 1)
          .fill('B:up:1:1:1')
          .join(),
      ),
    ],
    [
      'too many lags',
      TEXT.replace(
        'C:9:10000',
        Array(MAX_STATUS_LAGS + 1)
          .fill('C:1:1')
          .join(),
      ),
    ],
    ['too long', `${TEXT} ${'x'.repeat(MAX_STATUS_BYTES)}`],
  ] as const) {
    test(why, () => assert.equal(parseStatus(text), undefined));
  }
});
