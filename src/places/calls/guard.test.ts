import assert from 'node:assert/strict';
import { setMaxListeners } from 'node:events';
import { setImmediate as nextIteration } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';

import { PlacesCounts } from '../places-counts.ts';
import type { SourceAnswer } from '../provider.ts';
import { UpstreamError, type UpstreamFailure } from '../upstream-error.ts';
import { guardProvider, type GuardOptions } from './guard.ts';
import { DEFAULT_CHOICES } from '../choices.ts';

const QUERY = { latitude: 1, longitude: 2, radiusMetres: 3, choices: DEFAULT_CHOICES };
const ANSWER: SourceAnswer = {
  page: { html_attributions: [], results: [], status: 'ZERO_RESULTS' },
  complete: true,
};

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
  readonly counts = new PlacesCounts();
  calls = 0;
  /** The calls that are counted. */
  spent = 0;
  /** Whether calls begin to leave the machine. */
  sends = true;
  /** The clock of the guard, in milliseconds. */
  nowMs = 5_000;
  readonly #options: GuardOptions;
  readonly #answers: { resolve: (answer: SourceAnswer) => void; reject: (error: Error) => void }[] =
    [];
  readonly #guarded;

  constructor(options: Partial<GuardOptions> = {}) {
    this.#options = {
      atOnce: 2,
      deadlineMs: 60_000,
      budget: {
        spend: async () => ({ day: 0, calls: ++this.spent }),
        giveBack: async () => void this.spent--,
      },
      now: () => this.nowMs,
      counts: this.counts,
      ...options,
    };
    this.#guarded = guardProvider(
      {
        name: 'atlas',
        nearby: (_query, { signal, onSent }) => {
          this.calls += 1;
          if (this.sends) onSent();
          return new Promise((resolve, reject) => {
            const answer = { resolve, reject };
            this.#answers.push(answer);
            signal.addEventListener('abort', () => {
              this.#answers.splice(this.#answers.indexOf(answer), 1);
              reject(signal.reason);
            });
          });
        },
      },
      this.#options,
    );
  }

  ask(
    signal = new AbortController().signal,
    leftMs = this.#options.deadlineMs,
  ): Promise<SourceAnswer> {
    const endMs = this.nowMs + leftMs;
    return this.#guarded.nearby(QUERY, { signal, endMs });
  }

  async answer(): Promise<void> {
    await nextIteration();
    this.#answers.shift()?.resolve(ANSWER);
    await nextIteration();
  }

  async fail(error: Error): Promise<void> {
    await nextIteration();
    this.#answers.shift()?.reject(error);
    await nextIteration();
  }

  /** Asks, has the upstream answer so, and returns how it ended: the page's status or the error's message. */
  async outcome(answer: Error | undefined): Promise<string> {
    const asked = this.ask().then(
      ({ page }) => page.status,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    await (answer === undefined ? this.answer() : this.fail(answer));
    return asked;
  }
}

/** Sets the clocks by hand: the guard's, the timers and the time of day. */
function stopClock(t: TestContext, bench: Bench): (ms: number) => Promise<void> {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  return async (ms) => {
    bench.nowMs += ms;
    t.mock.timers.tick(ms);
    await nextIteration();
  };
}

test('what the upstream answers is passed on, and counted', async () => {
  const bench = new Bench();
  const asked = bench.ask();
  await bench.answer();
  assert.equal(await asked, ANSWER);
  assert.deepEqual([bench.calls, bench.spent], [1, 1]);
});

test('a call that did not leave the machine is made again, once, and not counted if it fails again', async (t) => {
  const bench = new Bench();
  const tick = stopClock(t, bench);
  bench.sends = false;
  const asked = bench.ask();
  await bench.fail(failure());
  assert.equal(bench.calls, 1);
  bench.sends = true;
  await tick(100);
  assert.equal(bench.calls, 2);
  await bench.answer();
  assert.equal(await asked, ANSWER);
  assert.equal(bench.spent, 1);

  bench.sends = false;
  const again = assert.rejects(bench.ask(), /broken/);
  await bench.fail(failure());
  await tick(100);
  await bench.fail(failure());
  await again;
  await tick(10_000);
  assert.deepEqual([bench.calls, bench.spent], [4, 1]);
});

test('while nothing leaves the machine, probes cost nothing', async (t) => {
  const bench = new Bench();
  const tick = stopClock(t, bench);
  bench.sends = false;
  for (let hour = 0; hour < 8; hour++) {
    const asked = assert.rejects(bench.ask(), /broken/);
    await bench.fail(failure());
    await tick(100);
    await bench.fail(failure());
    await asked;
    await tick(3_600_000);
  }
  assert.deepEqual([bench.calls, bench.spent], [16, 0]);
});

test('one that may have been billed is not', async (t) => {
  const bench = new Bench();
  const tick = stopClock(t, bench);
  assert.equal(await bench.outcome(failure({ code: 'UPSTREAM_CONNECTION' })), 'broken');
  await tick(10_000);
  assert.equal(bench.calls, 1);
});

async function breakIt(bench: Bench): Promise<void> {
  for (let i = 1; i <= 5; i++) {
    assert.equal(await bench.outcome(failure({ message: `broken ${i}` })), `broken ${i}`);
  }
}

test('after five failures in a row one call probes, and its answer decides', async (t) => {
  const bench = new Bench();
  const tick = stopClock(t, bench);
  await breakIt(bench);
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

test('a probe whose asker goes away decides nothing: the next one probes', async (t) => {
  const bench = new Bench();
  const tick = stopClock(t, bench);
  await breakIt(bench);
  await tick(60_000);
  const leaver = new AbortController();
  const left = assert.rejects(bench.ask(leaver.signal), /gone/);
  await nextIteration();
  await assert.rejects(bench.ask(), /broken 5/, 'one probe at a time');
  leaver.abort(new Error('gone'));
  await left;
  await nextIteration();
  assert.equal(await bench.outcome(failure({ message: 'still broken' })), 'still broken');
  assert.equal(await bench.outcome(undefined), 'still broken');
  assert.equal(bench.calls, 7);
});

test('a probe that must not be made decides nothing', async (t) => {
  const spent = failure({ code: 'BUDGET_SPENT', status: 'OVER_QUERY_LIMIT', message: 'spent' });
  let isSpent = false;
  const bench = new Bench({
    budget: {
      spend: async () => {
        if (isSpent) throw spent;
        return { day: 0, calls: 1 };
      },
      giveBack: async () => undefined,
    },
  });
  const tick = stopClock(t, bench);
  await breakIt(bench);
  await tick(60_000);
  isSpent = true;
  assert.equal(await bench.outcome(undefined), 'spent');
  isSpent = false;
  assert.equal(await bench.outcome(failure({ message: 'still broken' })), 'still broken');
  assert.equal(await bench.outcome(undefined), 'still broken');
});

test('an upstream that never answers is a failing one', async (t) => {
  const bench = new Bench({ deadlineMs: 1_000 });
  const tick = stopClock(t, bench);
  for (let i = 0; i < 5; i++) {
    const late = assert.rejects(bench.ask(), { code: 'UPSTREAM_TIMEOUT' });
    await nextIteration();
    await tick(1_000);
    await late;
  }
  await assert.rejects(bench.ask(), { code: 'UPSTREAM_TIMEOUT' });
  assert.deepEqual([bench.calls, bench.spent], [5, 5]);
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
  const bench = new Bench();
  const tick = stopClock(t, bench);
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
  await nextIteration();
  assert.equal(bench.calls, 2);
  for (let i = 0; i < asked.length; i++) await bench.answer();
  assert.deepEqual(new Set(await Promise.all(asked)), new Set([ANSWER]));
  assert.equal(bench.calls, asked.length);
});

test('no question takes longer than its deadline, be it in the line or with the upstream', async (t) => {
  const bench = new Bench({ atOnce: 1, deadlineMs: 1_000 });
  const tick = stopClock(t, bench);
  const first = assert.rejects(bench.ask(), { code: 'UPSTREAM_TIMEOUT' });
  const late = assert.rejects(bench.ask(), { code: 'UPSTREAM_BUSY' });
  await nextIteration();
  await tick(749);
  await tick(1);
  // With a quarter of the deadline left: the call would be likely to be given up, and paid for.
  await late;
  await tick(250);
  await first;
  assert.equal(bench.calls, 1);
});

test('a question that has too little of its deadline left is not asked', async (t) => {
  const bench = new Bench({ deadlineMs: 1_000 });
  const tick = stopClock(t, bench);
  const signal = new AbortController().signal;
  await tick(0);
  await assert.rejects(bench.ask(signal, 250), { code: 'UPSTREAM_BUSY' });
  assert.equal(bench.calls, 0);
});

test('questions that wait and go away leave the line at once, are not asked, and cost nothing', async () => {
  const bench = new Bench({ atOnce: 1 });
  const first = bench.ask();
  const leaver = new AbortController();
  setMaxListeners(0, leaver.signal);
  const left = Array.from({ length: 16 }, () => assert.rejects(bench.ask(leaver.signal), /gone/));
  await assert.rejects(bench.ask(), { code: 'UPSTREAM_BUSY' });
  leaver.abort(new Error('gone'));
  await Promise.all(left);
  const last = Array.from({ length: 16 }, () => bench.ask());
  for (let i = 0; i < 17; i++) await bench.answer();
  assert.deepEqual(new Set(await Promise.all([first, ...last])), new Set([ANSWER]));
  assert.deepEqual([bench.calls, bench.spent], [17, 17]);
});

test('a call whose asker goes away is paid for only where it has left the machine', async () => {
  for (const [sends, spent] of [
    [true, 1],
    [false, 0],
  ] as const) {
    const bench = new Bench();
    bench.sends = sends;
    const leaver = new AbortController();
    const left = assert.rejects(bench.ask(leaver.signal), /gone/);
    await nextIteration();
    leaver.abort(new Error('gone'));
    await left;
    await nextIteration();
    assert.deepEqual([bench.calls, bench.spent], [1, spent]);
  }
});

test('an asker that goes away while its call is being counted costs nothing', async () => {
  let count = (): void => undefined;
  let given = 0;
  const bench = new Bench({
    budget: {
      spend: () => new Promise((resolve) => (count = () => resolve({ day: 0, calls: 1 }))),
      giveBack: async () => void given++,
    },
  });
  const leaver = new AbortController();
  const left = assert.rejects(bench.ask(leaver.signal), /gone/);
  await nextIteration();
  leaver.abort(new Error('gone'));
  await left;
  count();
  await nextIteration();
  assert.deepEqual([bench.calls, given], [0, 1]);
});

test('no call is made that must not be', async () => {
  const spent = failure({ code: 'BUDGET_SPENT', status: 'OVER_QUERY_LIMIT', message: 'spent' });
  const answers = [spent, undefined];
  const bench = new Bench({
    budget: {
      spend: async () => {
        const error = answers.shift();
        if (error !== undefined) throw error;
        return { day: 0, calls: 1 };
      },
      giveBack: async () => undefined,
    },
  });
  await assert.rejects(bench.ask(), spent);
  assert.equal(bench.calls, 0);
  // It was not the upstream that said no: there is no pause.
  assert.equal(await bench.outcome(undefined), 'ZERO_RESULTS');
});

test('calls count by what became of them; those that were sent, by how long they took', async () => {
  const bench = new Bench();
  const asked = bench.ask();
  await nextIteration();
  bench.nowMs += 300;
  await bench.answer();
  await asked;
  await bench.outcome(failure());
  bench.sends = false;
  const leaving = new AbortController();
  const unsent = assert.rejects(bench.ask(leaving.signal));
  await nextIteration();
  leaving.abort();
  await unsent;
  await nextIteration();
  assert.deepEqual(bench.counts.calls, { answered: 1, failed: 1, unsent: 1 });
  const { counts, sumSeconds } = bench.counts.callDurations.snapshot();
  assert.equal(sumSeconds, 0.3);
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    2,
  );
});
