import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { anyText } from '../../protocol/any-text.test.ts';
import { MAX_COMMAND_BYTES } from '../../protocol/command.ts';
import {
  formatHeartbeat,
  formatConfirm,
  formatConfirmed,
  formatHello,
  formatGraft,
  formatGrafted,
  formatHas,
  formatPrune,
  formatRefuse,
  MAX_MESSAGE_BYTES,
  parseMessage,
  READY,
  type Message,
} from './messages.ts';
import { formatStatusLine } from '../statuses/status-line.ts';
import { parseStatus } from '../statuses/status-text.ts';

fc.configureGlobal({ seed: 19, numRuns: 1000 });

const AT = 'AT Riley +0.263873386 kiwi.cs.ucla.edu +34.068930-118.445127 1621464827.959498503';
const STATUS = 'A 1 2 2000 0.0.0 0 - - 0 0 0 0 0 3 4 5 B:up:6:7:8 C:9:10000';
const GREETING = 'HELLO proxy-herd/2.0 herd Riley deflate,ids';

/** Reads a message that must end in the one LF that it has. */
function readBack(text: string): Message | undefined {
  assert.equal(text.indexOf('\n'), text.length - 1);
  return parseMessage(text.slice(0, -1));
}

const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,64}$/);
const number = fc.nat({ max: 999_999_999_999_999 });
const origin = fc.record({ name, epoch: number }, { noNullPrototype: true });

describe('what was written is read back as it was', () => {
  test('a greeting', () => {
    fc.assert(
      fc.property(name, name, (herd, server) => {
        const hello = { herd, server, features: ['status'] };
        assert.deepEqual(readBack(formatHello(herd, server)), { kind: 'hello', hello });
      }),
    );
    assert.deepEqual(readBack(READY), { kind: 'ready' });
  });

  test('a heartbeat, a question for confirmation and its answer', () => {
    fc.assert(
      fc.property(number, (seq) => {
        assert.deepEqual(readBack(formatHeartbeat(seq)), { kind: 'heartbeat', seq });
        assert.deepEqual(readBack(formatConfirm(seq)), { kind: 'confirm', seq });
        assert.deepEqual(readBack(formatConfirmed(seq)), { kind: 'confirmed', seq });
      }),
    );
    const alone = { kind: 'heartbeat', seq: undefined };
    assert.deepEqual(readBack(formatHeartbeat(undefined)), alone);
  });

  test('what is said of an origin', () => {
    fc.assert(
      fc.property(origin, number, number, (origin, sequence, highest) => {
        const has = { kind: 'has', origin, sequence, highest };
        assert.deepEqual(readBack(formatHas(origin, sequence, highest)), has);
        assert.deepEqual(readBack(formatPrune(origin)), { kind: 'prune', origin });
        assert.deepEqual(readBack(formatGraft(origin)), { kind: 'graft', origin });
        assert.deepEqual(readBack(formatGrafted(origin)), { kind: 'grafted', origin });
      }),
    );
  });

  test('what a server said of itself', () => {
    const message = readBack(formatStatusLine(12.4, STATUS));
    assert.deepEqual(message, {
      kind: 'status',
      ageMs: 12,
      status: parseStatus(STATUS),
      text: STATUS,
    });
  });

  test('a refusal', () => {
    const detail = 'herd cattle, but this is herd goats';
    assert.deepEqual(readBack(formatRefuse(detail)), { kind: 'refuse', detail });
  });
});

test('a greeting of a later minor version may say more', () => {
  const later = GREETING.replace('/2.0', '/2.42');
  assert.deepEqual(parseMessage(`${later} and more`), parseMessage(GREETING));
});

test('a greeting of another major version is known for one', () => {
  for (const version of ['proxy-herd/1.0', 'proxy-herd/3.0']) {
    assert.deepEqual(parseMessage(`HELLO ${version} who knows`), {
      kind: 'foreign hello',
      version,
    });
  }
});

test('the location of the longest command fits in a message', () => {
  const command = 'IAMAT x +1+1 ';
  const time = '9'.repeat(MAX_COMMAND_BYTES - command.length);
  const at = `AT ${'R'.repeat(64)} -${time}.000000000 x +1+1 ${time}`;
  assert.ok(at.length <= MAX_MESSAGE_BYTES);
});

describe('not of the link protocol', () => {
  const refused: [why: string, line: string][] = [
    ['nothing', ''],
    ['a word alone', 'HELLO'],
    ['a refusal run together with what it says', 'REFUSEd'],
    ['another word', `SEND ${AT}`],
    ['a word in lower case', 'heartbeat 7'],
    ['a greeting of another protocol', 'HELLO SMTP/2.0 herd Riley -'],
    ['a greeting without a version', 'HELLO herd Riley -'],
    ['a greeting that ends early', 'HELLO proxy-herd/2.0 herd Riley'],
    ['a heartbeat of nothing', 'HEARTBEAT '],
    ['a heartbeat of a negative seq', 'HEARTBEAT -1'],
    ['a heartbeat of a seq that a double cannot hold', 'HEARTBEAT 9999999999999999'],
    ['a heartbeat of two seqs', 'HEARTBEAT 1 2'],
    ['a confirmation of nothing', 'CONFIRMED'],
    ['a ready with something behind it', 'READY 1'],
    ['a has without its second number', 'HAS Riley 1 2'],
    ['a has with a third', 'HAS Riley 1 2 3 4'],
    ['a prune of nothing', 'PRUNE '],
    ['a prune without an epoch', 'PRUNE Riley'],
    ['a graft of more', 'GRAFT Riley 1 2'],
    ['a grafted of no name', 'GRAFTED  1'],
    ['a location', AT],
    ['what a client says', 'IAMAT kiwi +1+1 1'],
    ['a status without its age', `STATUS ${STATUS}`],
    ['a status of no age', `STATUS -1 ${STATUS}`],
    ['a status that ends early', 'STATUS 0 A 1 2'],
  ];
  for (const [why, line] of refused) {
    test(why, () => assert.equal(parseMessage(line), undefined));
  }
});

test('no line throws', () => {
  const line = fc.oneof(
    anyText({ maxLength: 40 }),
    fc
      .array(
        fc.constantFrom(
          'HELLO',
          'HEARTBEAT',
          'REFUSE',
          'HAS',
          'READY',
          'PRUNE',
          'GRAFT',
          'GRAFTED',
          'STATUS',
          STATUS,
          'proxy-herd/2.0',
          AT,
          '12',
          ' ',
          '-',
          'x',
        ),
      )
      .map((parts) => parts.join('')),
  );
  const kinds = new Set<string>([
    'hello',
    'foreign hello',
    'refuse',
    'heartbeat',
    'confirm',
    'confirmed',
    'has',
    'ready',
    'prune',
    'graft',
    'grafted',
    'status',
  ]);
  fc.assert(
    fc.property(line, (line) => {
      const message = parseMessage(line);
      assert.ok(message === undefined || kinds.has(message.kind));
    }),
  );
});
