import assert from 'node:assert/strict';
import test from 'node:test';

import fc from 'fast-check';

import { HerdError, OutcomeUnknownError, ProblemError, UnreachableError } from './errors.ts';
import { Exchange } from './exchange.ts';
import { Gateway } from './gateway.ts';
import { ServerOrder } from './server-order.ts';

const SEED = 20_261_127;
const SERVERS = ['http://a', 'http://b', 'http://c'];

/** What a server does with a request. */
type Reaction =
  | 'answers'
  | 'refuses connections'
  | 'is lost'
  | 'is overloaded'
  | 'has not acknowledged'
  | 'does not know it'
  | 'is no gateway';

const PROBLEMS: Partial<Record<Reaction, readonly [code: string, status: number]>> = {
  'is overloaded': ['overloaded', 503],
  'has not acknowledged': ['not-acknowledged', 503],
  'does not know it': ['unknown-client', 404],
};

function respond(reaction: Reaction): Response {
  if (reaction === 'answers') return Response.json({ done: true });
  if (reaction === 'is no gateway') return new Response('<html>', { status: 404 });
  const [code, status] = PROBLEMS[reaction] ?? [];
  if (code !== undefined && status !== undefined) {
    const type = `urn:proxy-herd:problem:${code}`;
    const headers = { 'retry-after': '1' };
    return Response.json({ type, status, title: code, detail: code }, { status, headers });
  }
  const reason = reaction === 'refuses connections' ? 'ECONNREFUSED' : 'ECONNRESET';
  throw new TypeError('fetch failed', {
    cause: Object.assign(new Error(reason), { code: reason }),
  });
}

/** Servers that react as it is written, on a clock of their own; the last reaction goes on. */
function world(reactions: readonly Reaction[], tookMs = 10) {
  let nowMs = 0;
  const asked: { readonly server: string; readonly atMs: number; readonly reaction: Reaction }[] =
    [];
  const waits: number[] = [];
  const fetch = async (url: unknown): Promise<Response> => {
    const reaction = reactions[Math.min(asked.length, reactions.length - 1)] ?? 'answers';
    asked.push({ server: String(url).replace('/v1/x', ''), atMs: nowMs, reaction });
    nowMs += tookMs;
    return respond(reaction);
  };
  const runtime = {
    nowMs: () => nowMs,
    elapsedMs: () => nowMs,
    random: () => 0.5,
    delay: async (ms: number) => {
      waits.push(ms);
      nowMs += ms;
    },
  };
  const exchange = new Exchange({
    gateway: new Gateway(fetch, undefined),
    order: new ServerOrder(SERVERS),
    runtime,
    attemptMs: 1000,
  });
  const ask = (isRepeatable: boolean, deadlineMs = 20_000): Promise<string> =>
    exchange.ask({
      request: { method: 'GET', path: '/v1/x' },
      isRepeatable,
      deadlineMs,
      signals: [],
      read: async (_, server) => server,
    });
  return { ask, asked, waits };
}

test('the next server is asked at once, and the one that answered first of all the next time', async () => {
  const { ask, asked } = world(['refuses connections', 'is lost', 'answers', 'answers']);
  assert.equal(await ask(true), 'http://c');
  assert.equal(await ask(true), 'http://c');
  assert.deepEqual(
    asked.map(({ atMs }) => atMs),
    [0, 10, 20, 30],
  );
});

test('when all are away it waits longer each time, and says at the deadline what each has done', async () => {
  const { ask, asked, waits } = world(['refuses connections']);
  await assert.rejects(ask(true, 5000), (error) => {
    assert.ok(error instanceof UnreachableError);
    assert.deepEqual(
      error.attempts,
      SERVERS.map((server) => ({ server, reason: 'connection refused' })),
    );
    assert.match(error.message, /^no server answered within 5000 ms: http:\/\/a: connection/);
    return true;
  });
  assert.ok(waits.length > 3 && waits.every((wait, n) => n === 0 || wait > (waits[n - 1] ?? 0)));
  assert.ok((asked.at(-1)?.atMs ?? 0) < 5000);
});

test('what must not be made twice goes on only from a server that cannot have made it', async () => {
  const refused = world(['refuses connections', 'is overloaded', 'answers']);
  assert.equal(await refused.ask(false), 'http://c');
  const lost = world(['is lost', 'answers']);
  await assert.rejects(lost.ask(false), (error) => {
    return error instanceof OutcomeUnknownError && error.server === 'http://a';
  });
  const halfDone = world(['has not acknowledged', 'answers']);
  await assert.rejects(halfDone.ask(false), { code: 'not-acknowledged' });
  assert.equal(await world(['has not acknowledged', 'answers']).ask(true), 'http://b');
});

test('a server that wants to be left alone is, and an answer is worth more than that there was none', async () => {
  const { ask, waits } = world(['is overloaded', 'is overloaded', 'is overloaded', 'answers']);
  await ask(true);
  assert.deepEqual(waits, [1000]);
  const busy = world(['is overloaded', 'is lost', 'is lost']);
  await assert.rejects(busy.ask(true, 500), { code: 'overloaded', retryAfterMs: 1000 });
  assert.deepEqual(busy.waits, [], 'it does not wait for what comes after its deadline');
  const foreign = world(['is no gateway', 'is no gateway', 'is no gateway']);
  await assert.rejects(foreign.ask(true, 50), { code: 'unexpected-answer' });
});

test('whatever servers do: in time, each before any twice, and never on after what may be done', async () => {
  const reaction = fc.constantFrom<Reaction>(
    'answers',
    'refuses connections',
    'is lost',
    'is overloaded',
    'has not acknowledged',
    'does not know it',
    'is no gateway',
  );
  const property = fc.asyncProperty(
    fc.array(reaction, { minLength: 1, maxLength: 12 }),
    fc.boolean(),
    fc.integer({ min: 1, max: 30_000 }),
    async (reactions, isRepeatable, deadlineMs) => {
      const { ask, asked } = world(reactions);
      const outcome = await ask(isRepeatable, deadlineMs).then(
        (server) => server,
        (error: unknown) => error,
      );
      assert.ok(asked.every(({ atMs }) => atMs < deadlineMs));
      const last = asked.at(-1);
      if (last?.reaction === 'answers') assert.equal(outcome, last.server);
      else assert.ok(outcome instanceof HerdError, String(outcome));
      const before = asked.slice(0, -1).map(({ reaction }) => reaction);
      assert.ok(!before.includes('answers') && !before.includes('does not know it'));
      if (!isRepeatable) {
        assert.ok(
          before.every((each) => each === 'refuses connections' || each === 'is overloaded'),
        );
      }
      for (const [n, { server }] of asked.entries()) {
        const round = asked.slice(n - (n % SERVERS.length), n).map((each) => each.server);
        assert.ok(!round.includes(server), 'each before any twice');
      }
      if (last?.reaction === 'does not know it') assert.ok(outcome instanceof ProblemError);
    },
  );
  await fc.assert(property, { seed: SEED, numRuns: 200 });
});
