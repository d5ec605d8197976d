import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';

import type { AtLine } from '../../protocol/at-line.ts';
import { redactTokens } from '../../protocol/redact-tokens.ts';
import { questionCommand, reportCommand, type Command } from './command.ts';
import { ReplyMatcher, UnexpectedReply } from './reply-matcher.ts';
import type { Reply } from './reply.ts';
import { SendQueue, type Queued } from './send-queue.ts';

const RECEIVED_SECONDS = 1_700_000_000;

const report = (client: string, latitude = 1, seconds = 5): Command =>
  reportCommand({ client, latitude, longitude: 2, time: { seconds, nanoseconds: 0 } });
const question = (client: string, limit = 5): Command =>
  questionCommand(client, { radiusM: 10_000, limit });

/** What was sent, which replies it got, and a way to receive more. */
function matcherOf(...commands: readonly Command[]) {
  const settled: [string, Reply['kind']][] = [];
  const matcher = new ReplyMatcher<{ command: Command }>(({ command }, { kind }) =>
    settled.push([command.line, kind]),
  );
  for (const command of commands) matcher.add({ command });
  return { matcher, settled, receive: (text: string) => matcher.receive(Buffer.from(text)) };
}

const AT = 'AT Riley +1.000000000 kiwi +01-002 5\n';
const AT_REPORT = 'AT Riley +1.000000000 kiwi +01+002 5\n';
const PLACES = '{\n   "results": []\n}\n\n';

test('replies are told apart by what is in them, in whatever order they come', () => {
  const commands = [report('kiwi'), report('kiwi', 3), question('emu'), question('auk')];
  const { settled, receive } = matcherOf(...commands);
  receive('? WHATSAT auk 10 5\n');
  receive(`AT Bernard -2.500000000 emu +00+000 5\n${PLACES}`);
  receive('AT Riley +1.000000000 kiwi +03+002 5\n? IAMAT kiwi +01+002 5\n');
  assert.deepEqual(settled, [
    ['WHATSAT auk 10 5', 'refused'],
    ['WHATSAT emu 10 5', 'places'],
    ['IAMAT kiwi +03+002 5', 'confirmed'],
    ['IAMAT kiwi +01+002 5', 'refused'],
  ]);
});

test('an AT line that is of a report or of a question waits for the next byte', () => {
  for (const [next, kind] of [
    ['{', 'places'],
    ['A', 'confirmed'],
    ['?', 'confirmed'],
  ] as const) {
    const { matcher, settled, receive } = matcherOf(report('kiwi'), question('kiwi'));
    receive(AT_REPORT);
    assert.equal(settled.length, 0);
    assert.equal(matcher.needsProbe, true);
    receive(next);
    assert.equal(matcher.needsProbe, false);
    if (kind === 'places') receive(PLACES.slice(1));
    assert.deepEqual(
      settled.map(([, each]) => each),
      [kind],
    );
  }
});

test('where only one of the two can be meant, nothing waits', () => {
  const { matcher, settled, receive } = matcherOf(report('kiwi'), question('emu'), report('emu'));
  receive(AT_REPORT);
  assert.deepEqual(settled, [['IAMAT kiwi +01+002 5', 'confirmed']]);
  assert.equal(matcher.needsProbe, false);
});

test('the reply to a probe ends the waiting, and is no other reply', () => {
  const { matcher, settled, receive } = matcherOf(report('kiwi'), question('kiwi'));
  receive(AT_REPORT);
  matcher.addProbe();
  assert.equal(matcher.needsProbe, false);
  receive('? PROBE\n');
  receive(`${AT}${PLACES}`);
  assert.deepEqual(
    settled.map(([, kind]) => kind),
    ['confirmed', 'places'],
  );
  assert.throws(() => receive('? PROBE\n'), UnexpectedReply);
});

test('of equal commands the one that was sent first is answered', () => {
  const answered: number[] = [];
  const matcher = new ReplyMatcher<{ command: Command; n: number }>(({ n }) => answered.push(n));
  for (const n of [0, 1, 2]) matcher.add({ command: report('kiwi'), n });
  for (const n of [3, 4]) matcher.add({ command: question('emu'), n });
  matcher.receive(Buffer.from(`AT A +1.000000000 emu +01+002 5\n${PLACES}${AT_REPORT}`));
  matcher.receive(Buffer.from(`? IAMAT kiwi +01+002 5\n${AT_REPORT}? WHATSAT emu 10 5\n`));
  assert.deepEqual(answered, [3, 0, 1, 2, 4]);
});

test('what answers nothing that was asked is an error', () => {
  const foreign = [
    'HTTP/1.1 400 Bad Request\r\n',
    'AT x\n',
    AT,
    '? WHATSAT emu 10 5\n',
    '\n',
    '? \n',
  ];
  for (const text of foreign) {
    const { receive } = matcherOf(report('kiwi'));
    assert.throws(() => receive(text), UnexpectedReply, text);
  }
});

/* A server in a model, which completes what it began in any order, and whose bytes arrive in any pieces. */

const CLIENTS = ['kiwi', 'emu', 'Zoë', 'ph_abcdef', 'ph_abcde0'];

type Step =
  | { readonly do: 'report'; readonly client: string; readonly at: number }
  | { readonly do: 'ask'; readonly client: string; readonly limit: number }
  | { readonly do: 'complete' | 'abandon'; readonly pick: number; readonly isRefused: boolean }
  | { readonly do: 'deliver'; readonly bytes: number }
  | { readonly do: 'lose' };

const client = fc.constantFrom(...CLIENTS);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 18, arbitrary: fc.record({ do: fc.constant('report'), client, at: fc.nat(2) }) },
  {
    weight: 18,
    arbitrary: fc.record({ do: fc.constant('ask'), client, limit: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 24,
    arbitrary: fc.record({ do: fc.constant('complete'), pick: fc.nat(), isRefused: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('abandon'),
      pick: fc.nat(),
      isRefused: fc.constant(false),
    }),
  },
  {
    weight: 24,
    arbitrary: fc.record({ do: fc.constant('deliver'), bytes: fc.integer({ min: 1, max: 90 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'lose' }) },
);

class Model {
  readonly #redacts: boolean;
  readonly #queue: SendQueue<ModelCommand>;
  #matcher = this.#newMatcher();
  readonly #all: ModelCommand[] = [];
  /** What the server has begun, and has yet to reply to. */
  readonly #begun: ModelCommand[] = [];
  #out = Buffer.alloc(0);
  /** The commands that replies on their way are to, in the order of these. */
  readonly #replies: {
    readonly line: string;
    readonly kind: Reply['kind'];
    readonly tag: string;
  }[] = [];
  /** The newest record of each client: the end of its `AT` line. */
  readonly #located = new Map<string, string>();
  #receipts = 0;

  constructor(redacts: boolean, inFlight: number) {
    this.#redacts = redacts;
    this.#queue = new SendQueue(inFlight);
  }

  take(step: Step): void {
    if (step.do === 'report') this.#send(report(step.client, step.at, step.at));
    else if (step.do === 'ask') this.#send(question(step.client, step.limit));
    else if (step.do === 'complete') this.#complete(step.pick, step.isRefused);
    else if (step.do === 'deliver') this.#deliver(step.bytes);
    else if (step.do === 'abandon') this.#abandon(step.pick);
    else this.#lose();
  }

  /** Everything is completed and arrives: then everything has its reply. */
  end(): void {
    while (this.#begun.length > 0 || this.#out.length > 0) {
      this.#deliver(Infinity);
      assert.deepEqual(this.#replies, [], 'every reply that has arrived has found its command');
      this.#complete(0, false);
    }
    assert.deepEqual(
      this.#all.filter(({ isSettled, isAbandoned }) => !isSettled && !isAbandoned),
      [],
    );
  }

  #newMatcher(): ReplyMatcher<ModelCommand> {
    return new ReplyMatcher((sent, reply) => {
      const expected = this.#replies.shift();
      assert.ok(expected !== undefined, 'a reply was read that was not sent');
      const tag =
        reply.kind === 'refused'
          ? ''
          : skewOf(reply.at) + (reply.kind === 'places' ? reply.json : '');
      assert.deepEqual({ line: sent.command.line, kind: reply.kind, tag }, expected);
      assert.ok(!sent.isSettled, 'a command got two replies');
      sent.isSettled = true;
      this.#queue.settle(sent);
      this.#pump();
    });
  }

  #send(command: Command): void {
    const sent = { command, isInFlight: false, isAbandoned: false, isSettled: false };
    this.#all.push(sent);
    this.#queue.add(sent);
    this.#pump();
  }

  #pump(): void {
    for (let next = this.#queue.next(); next !== undefined; next = this.#queue.next()) {
      this.#matcher.add(next);
      this.#begun.push(next);
    }
  }

  #complete(pick: number, isRefused: boolean): void {
    const [sent] = this.#begun.splice(pick % Math.max(1, this.#begun.length), 1);
    if (sent === undefined) return;
    const { line, kind, key } = sent.command;
    const [client = ''] = key.split(' ');
    if (kind === 'report' && !isRefused) this.#located.set(client, this.#accept(key));
    const at = this.#located.get(client);
    if (isRefused || at === undefined) {
      this.#write(`? ${this.#redacts ? redactTokens(line) : line}\n`);
      this.#replies.push({ line, kind: 'refused', tag: '' });
      return;
    }
    const [, , skew = ''] = at.split(' ');
    const json = `{\n   "asked": "${Buffer.from(line, 'latin1').toString('base64')}"\n}`;
    this.#write(kind === 'report' ? at : `${at}${json}\n\n`);
    const isPlaces = kind === 'question';
    this.#replies.push({
      line,
      kind: isPlaces ? 'places' : 'confirmed',
      tag: skew + (isPlaces ? json : ''),
    });
  }

  #accept(key: string): string {
    this.#receipts += 1;
    const time = Number(key.split(' ').at(-1));
    const skew = `+${RECEIVED_SECONDS - time}.${String(this.#receipts).padStart(9, '0')}`;
    return `AT Riley ${skew} ${key}\n`;
  }

  #write(text: string): void {
    this.#out = Buffer.concat([this.#out, Buffer.from(text, 'latin1')]);
  }

  #deliver(bytes: number): void {
    while (this.#out.length > 0) {
      const piece = Buffer.from(this.#out.subarray(0, bytes));
      this.#out = this.#out.subarray(piece.length);
      this.#matcher.receive(piece);
      if (this.#matcher.needsProbe) {
        this.#matcher.addProbe();
        this.#write('? PROBE\n');
      }
      if (bytes !== Infinity) return;
    }
  }

  #abandon(pick: number): void {
    const open = this.#all.filter(({ isSettled, isAbandoned }) => !isSettled && !isAbandoned);
    const sent = open[pick % Math.max(1, open.length)];
    if (sent === undefined) return;
    sent.isAbandoned = true;
    this.#queue.abandon(sent);
    this.#pump();
  }

  #lose(): void {
    this.#out = Buffer.alloc(0);
    this.#replies.length = 0;
    this.#begun.length = 0;
    this.#matcher = this.#newMatcher();
    this.#queue.restart();
    this.#pump();
  }
}

interface ModelCommand extends Queued {
  isAbandoned: boolean;
  isSettled: boolean;
}

function skewOf(at: AtLine): string {
  return at.bytes.toString('latin1', at.serverEnd + 1, at.clientStart - 1);
}

test('whatever order replies come in and whatever pieces, each finds its command', () => {
  const property = fc.property(
    fc.boolean(),
    fc.integer({ min: 1, max: 12 }),
    fc.array(step, { maxLength: 120, size: 'max' }),
    (redacts, inFlight, steps) => {
      const model = new Model(redacts, inFlight);
      for (const each of steps) model.take(each);
      model.end();
    },
  );
  fc.assert(property, { seed: 7, numRuns: 150 });
});
