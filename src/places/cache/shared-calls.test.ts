import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';

import { SharedCalls } from './shared-calls.ts';

/** Calls whose answers the test gives out, the oldest first. */
class Bench {
  readonly calls = new SharedCalls<string>();
  readonly signals: AbortSignal[] = [];
  readonly #answers: { resolve: (answer: string) => void; reject: (error: Error) => void }[] = [];

  join(key: string, signal: AbortSignal): Promise<string> {
    const start = (shared: AbortSignal): Promise<string> => {
      this.signals.push(shared);
      return new Promise((resolve, reject) => this.#answers.push({ resolve, reject }));
    };
    return this.calls.join(key, start, signal);
  }

  answer(text: string): void {
    this.#answers.shift()?.resolve(text);
  }

  fail(error: Error): void {
    this.#answers.shift()?.reject(error);
  }
}

function never(): AbortSignal {
  return new AbortController().signal;
}

test('equal questions share a call, others do not', async () => {
  const bench = new Bench();
  const answers = ['a', 'b', 'a', 'b', 'a'].map((key) => bench.join(key, never()));
  bench.answer('1');
  bench.answer('2');
  assert.deepEqual(await Promise.all(answers), ['1', '2', '1', '2', '1']);
  assert.equal(bench.signals.length, 2);
});

test('a call that is done is not shared any more, and is not aborted', async () => {
  const bench = new Bench();
  const first = bench.join('a', never());
  bench.answer('1');
  assert.equal(await first, '1');
  const second = bench.join('a', never());
  bench.fail(new Error('broken'));
  await assert.rejects(second, /broken/);
  assert.deepEqual(
    bench.signals.map(({ aborted }) => aborted),
    [false, false],
  );
});

test('an asker that goes away has no part in the call that others share', async () => {
  const bench = new Bench();
  const leaver = new AbortController();
  const left = bench.join('a', leaver.signal);
  const stayed = bench.join('a', never());
  leaver.abort(new Error('gone'));
  await assert.rejects(left, /gone/);
  assert.equal(bench.signals[0]?.aborted, false);
  bench.answer('1');
  assert.equal(await stayed, '1');
});

test('the call ends with its last asker, and the next asker starts another', async () => {
  const bench = new Bench();
  const leavers = [new AbortController(), new AbortController()];
  const left = leavers.map(({ signal }) => bench.join('a', signal));
  for (const leaver of leavers) leaver.abort(new Error('gone'));
  for (const answer of left) await assert.rejects(answer, /gone/);
  assert.equal(bench.signals[0]?.aborted, true);

  const next = bench.join('a', never());
  assert.equal(bench.signals.length, 2);
  bench.fail(new Error('aborted'));
  bench.answer('2');
  assert.equal(await next, '2');
});

test('any number of askers may wait on one signal, and none waits on it after its answer', async (t) => {
  const warnings = t.mock.method(process, 'emitWarning');
  const bench = new Bench();
  const { signal } = new AbortController();
  const answers = Array.from({ length: 50 }, (_, i) => bench.join(String(i), signal));
  for (let i = 0; i < 50; i++) bench.answer('1');
  await Promise.all(answers);
  assert.equal(warnings.mock.callCount(), 0);
  assert.equal(getEventListeners(signal, 'abort').length, 0);
});

test('an asker that has gone already starts no call', async () => {
  const bench = new Bench();
  await assert.rejects(bench.join('a', AbortSignal.abort(new Error('gone'))), /gone/);
  assert.equal(bench.signals.length, 0);
});
