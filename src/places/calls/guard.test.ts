import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import type { PlacesPage } from '../provider.ts';
import { UpstreamError, type UpstreamFailure } from '../upstream-error.ts';
import { guardProvider, type GuardOptions } from './guard.ts';

const QUERY = { latitude: 1, longitude: 2, radiusMetres: 3 };
const PAGE: PlacesPage = { html_attributions: [], results: [], status: 'ZERO_RESULTS' };

function failure(what: Partial<UpstreamFailure> = {}): UpstreamError {
  return new UpstreamError({
    code: 'UPSTREAM_HTTP_STATUS',
    status: 'UNKNOWN_ERROR',
    message: 'broken',
    ...what,
  });
}

/** A guarded upstream whose answers the test gives out, the oldest call first. */
class Bench {
  calls = 0;
  spent = 0;
  readonly #options: GuardOptions;
  readonly #answers: { resolve: (page: PlacesPage) => void; reject: (error: Error) => void }[] = [];
  readonly #guarded;

  constructor(options: Partial<GuardOptions> = {}) {
    this.#options = {
      atOnce: 2,
      deadlineMs: 60_000,
      spend: async () => void this.spent++,
      ...options,
    };
    this.#guarded = guardProvider(
      {
        name: 'atlas',
        nearby: () => {
          this.calls += 1;
          return new Promise((resolve, reject) => this.#answers.push({ resolve, reject }));
        },
      },
      this.#options,
    );
  }

  ask(signal = new AbortController().signal): Promise<PlacesPage> {
    return this.#guarded.nearby(QUERY, signal);
  }

  async answer(): Promise<void> {
    await nextTurn();
    this.#answers.shift()?.resolve(PAGE);
    await nextTurn();
  }

  async fail(error: Error): Promise<void> {
    await nextTurn();
    this.#answers.shift()?.reject(error);
    await nextTurn();
  }

  /** Asks, has the upstream answer so, and returns how it ended: the page's status or the error's message. */
  async outcome(answer: Error | undefined): Promise<string> {
    const asked = this.ask().then(
      ({ status }) => status,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    await (answer === undefined ? this.answer() : this.fail(answer));
    return asked;
  }
}

/** Sets the clock by hand; both the timers and the time of day. */
function stopClock(t: TestContext): (ms: number) => Promise<void> {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  return async (ms) => {
    t.mock.timers.tick(ms);
    await nextTurn();
  };
}

test('what the upstream answers is passed on, and counted', async () => {
  const bench = new Bench();
  const asked = bench.ask();
  await bench.answer();
  assert.equal(await asked, PAGE);
  assert.deepEqual([bench.calls, bench.spent], [1, 1]);
});

test('a call that did not leave the machine is made again, once, and counted once', async (t) => {
  const tick = stopClock(t);
  const bench = new Bench();
  const asked = bench.ask();
  await bench.fail(failure({ unsent: true }));
  assert.equal(bench.calls, 1);
  await tick(100);
  assert.equal(bench.calls, 2);
  await bench.answer();
  assert.equal(await asked, PAGE);
  assert.equal(bench.spent, 1);

  const again = assert.rejects(bench.ask(), /broken/);
  await bench.fail(failure({ unsent: true }));
  await tick(100);
  await bench.fail(failure({ unsent: true }));
  await again;
  await tick(10_000);
  assert.equal(bench.calls, 4);
});

test('one that may have been billed is not', async (t) => {
  const tick = stopClock(t);
  const bench = new Bench();
  assert.equal(await bench.outcome(failure({ code: 'UPSTREAM_CONNECTION' })), 'broken');
  await tick(10_000);
  assert.equal(bench.calls, 1);
});

test('after five failures in a row one call probes, and its answer decides', async (t) => {
  const tick = stopClock(t);
  const bench = new Bench();
  for (let i = 1; i <= 5; i++) {
    assert.equal(await bench.outcome(failure({ message: `broken ${i}` })), `broken ${i}`);
  }
  assert.equal(await bench.outcome(undefined), 'broken 5');
  assert.equal(bench.calls, 5);

  await tick(60_000);
  assert.equal(await bench.outcome(failure({ message: 'still broken' })), 'still broken');
  assert.equal(await bench.outcome(undefined), 'still broken');
  assert.equal(bench.calls, 6);

  await tick(60_000);
  assert.equal(await bench.outcome(undefined), 'ZERO_RESULTS');
  assert.equal(await bench.outcome(undefined), 'ZERO_RESULTS');
  assert.deepEqual([bench.calls, bench.spent], [8, 8]);
});

test('an answer in between begins the count of failures anew, a refusal is no failure', async () => {
  const bench = new Bench();
  for (const answer of [failure(), failure(), failure(), failure(), undefined, failure()]) {
    await bench.outcome(answer);
  }
  for (let i = 0; i < 10; i++) await bench.outcome(failure({ status: 'INVALID_REQUEST' }));
  assert.equal(bench.calls, 16);
});

test('an upstream that wants to be left alone is, until its time', async (t) => {
  const tick = stopClock(t);
  const bench = new Bench();
  const enough = failure({ status: 'OVER_QUERY_LIMIT', message: 'enough', retryAfterMs: 5_000 });
  assert.equal(await bench.outcome(enough), 'enough');
  await tick(4_999);
  assert.equal(await bench.outcome(undefined), 'enough');
  assert.deepEqual([bench.calls, bench.spent], [1, 1]);
  await tick(1);
  assert.equal(await bench.outcome(undefined), 'ZERO_RESULTS');
});

test('at most so many calls are under way, the next waits, and far too many fail', async () => {
  const bench = new Bench({ atOnce: 2 });
  const asked = Array.from({ length: 2 + 32 }, () => bench.ask());
  await assert.rejects(bench.ask(), { code: 'UPSTREAM_BUSY', status: 'UNKNOWN_ERROR' });
  await nextTurn();
  assert.equal(bench.calls, 2);
  for (let i = 0; i < asked.length; i++) await bench.answer();
  assert.deepEqual(new Set(await Promise.all(asked)), new Set([PAGE]));
  assert.equal(bench.calls, asked.length);
});

test('a question that has waited for too long fails when it is its turn', async () => {
  const bench = new Bench({ atOnce: 1, deadlineMs: 1 });
  const first = bench.ask();
  const late = assert.rejects(bench.ask(), { code: 'UPSTREAM_BUSY' });
  await delay(5);
  await bench.answer();
  assert.equal(await first, PAGE);
  await late;
  assert.equal(bench.calls, 1);
});

test('a question that waits and goes away is not asked, and holds up no other', async () => {
  const bench = new Bench({ atOnce: 1 });
  const first = bench.ask();
  const leaver = new AbortController();
  const left = assert.rejects(bench.ask(leaver.signal), /gone/);
  const last = bench.ask();
  leaver.abort(new Error('gone'));
  await bench.answer();
  await left;
  await bench.answer();
  assert.deepEqual(await Promise.all([first, last]), [PAGE, PAGE]);
  assert.equal(bench.calls, 2);
});

test('no call is made that must not be', async () => {
  const spent = failure({ code: 'BUDGET_SPENT', status: 'OVER_QUERY_LIMIT', message: 'spent' });
  const answers = [spent, undefined];
  const bench = new Bench({
    spend: async () => {
      const error = answers.shift();
      if (error !== undefined) throw error;
    },
  });
  await assert.rejects(bench.ask(), spent);
  assert.equal(bench.calls, 0);
  // It was not the upstream that said no: there is no pause.
  assert.equal(await bench.outcome(undefined), 'ZERO_RESULTS');
});
