import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { MAX_COMMAND_BYTES } from '../../protocol/command.ts';
import {
  formatHeartbeat,
  formatConfirm,
  formatConfirmed,
  formatHello,
  formatHold,
  formatHolding,
  formatRefuse,
  formatSend,
  formatSending,
  MAX_MESSAGE_BYTES,
  parseMessage,
  type Message,
} from './messages.ts';

fc.configureGlobal({ seed: 19, numRuns: 1000 });

const AT = 'AT Riley +0.263873386 kiwi.cs.ucla.edu +34.068930-118.445127 1621464827.959498503';
const GREETING = 'HELLO proxy-herd/1.0 herd Riley e1 e2 7';

/** Reads a message that must end in the one LF that it has. */
function readBack(text: string): Message | undefined {
  assert.equal(text.indexOf('\n'), text.length - 1);
  return parseMessage(text.slice(0, -1));
}

const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,64}$/);
const epoch = fc.stringMatching(/^[0-9a-f]{1,24}$/);
const number = fc.nat({ max: 999_999_999_999_999 });

describe('what was written is read back as it was', () => {
  test('a greeting', () => {
    const hello = fc.record(
      {
        herd: name,
        server: name,
        epoch,
        read: fc.option(fc.record({ epoch, number }, { noNullPrototype: true }), {
          nil: undefined,
        }),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(hello, (hello) => {
        assert.deepEqual(readBack(formatHello(hello)), { kind: 'hello', hello });
      }),
    );
  });

  test('a beat, a question for confirmation and its answer', () => {
    fc.assert(
      fc.property(number, (number) => {
        assert.deepEqual(readBack(formatHeartbeat(number)), { kind: 'heartbeat', number });
        assert.deepEqual(readBack(formatConfirm(number)), { kind: 'confirm', number });
        assert.deepEqual(readBack(formatConfirmed(number)), { kind: 'confirmed', number });
      }),
    );
  });

  test('what is said of holding back', () => {
    const bits = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const state = fc.record({ number, low: bits, high: bits }, { noNullPrototype: true });
    const states = fc.array(state, { minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(name, number, states, (origin, number, states) => {
        const sending = { kind: 'sending', origin, number };
        assert.deepEqual(readBack(formatHold(origin)), { kind: 'hold', origin });
        const holding = { kind: 'holding', origin, states };
        assert.deepEqual(readBack(formatHolding(origin, states)), holding);
        assert.deepEqual(readBack(formatSend(origin, number)), { kind: 'send', origin, number });
        assert.deepEqual(readBack(formatSending(origin, number)), sending);
      }),
    );
  });

  test('a refusal', () => {
    const detail = 'herd cattle, but this is herd goats';
    assert.deepEqual(readBack(formatRefuse(detail)), { kind: 'refuse', detail });
  });
});

test('a greeting of a later minor version may say more', () => {
  const later = GREETING.replace('/1.0', '/1.42');
  assert.deepEqual(parseMessage(`${later} and more`), parseMessage(GREETING));
});

test('a greeting of another major version is known for one', () => {
  assert.deepEqual(parseMessage('HELLO proxy-herd/2.0 who knows'), {
    kind: 'foreign hello',
    version: 'proxy-herd/2.0',
  });
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
    ['a word in lower case', 'beat 7'],
    ['a greeting of another protocol', 'HELLO SMTP/1.0 herd Riley e1 e2 7'],
    ['a greeting without a version', 'HELLO herd Riley e1 e2 7'],
    ['a greeting that ends early', 'HELLO proxy-herd/1.0 herd Riley e1 e2'],
    ['a greeting with no number', 'HELLO proxy-herd/1.0 herd Riley e1 e2 x'],
    ['a beat without a number', 'BEAT '],
    ['a beat of a negative number', 'BEAT -1'],
    ['a beat of a number that a double cannot hold', 'BEAT 9999999999999999'],
    ['a beat of two numbers', 'BEAT 1 2'],
    ['a hold of nothing', 'HOLD '],
    ['a hold of two origins', 'HOLD Riley Jaquez'],
    ['a holding without a state', 'HOLDING Riley'],
    ['a holding with a number alone', 'HOLDING Riley 1'],
    ['a holding with too short a digest', 'HOLDING Riley 1 0123456789abcde'],
    ['a holding of three states', `HOLDING Riley${' 1 0123456789abcdef'.repeat(3)}`],
    ['a send without a number', 'SEND Riley'],
    ['a send of two numbers', 'SEND Riley 1 2'],
    ['a sending of nothing', 'SENDING  1'],
    ['a location', AT],
    ['what a client says', 'IAMAT kiwi +1+1 1'],
  ];
  for (const [why, line] of refused) {
    test(why, () => assert.equal(parseMessage(line), undefined));
  }
});

test('no line throws', () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc
      .array(
        fc.constantFrom(
          'HELLO',
          'BEAT',
          'REFUSE',
          'HOLD',
          'HOLDING',
          'SEND',
          'proxy-herd/1.0',
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
    'location',
    'hold',
    'holding',
    'send',
    'sending',
  ]);
  fc.assert(
    fc.property(line, (line) => {
      const message = parseMessage(line);
      assert.ok(message === undefined || kinds.has(message.kind));
    }),
  );
});
