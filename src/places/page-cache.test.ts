import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';

import { cachePages, type AskForPage } from './page-cache.ts';
import type { NearbyQuery, PlacesPage } from './provider.ts';

const QUERY: NearbyQuery = { latitude: 34.06893, longitude: -118.445127, radiusMetres: 10_000 };
const FAILED: PlacesPage = { html_attributions: [], results: [], status: 'OVER_QUERY_LIMIT' };
const EMPTY: PlacesPage = { html_attributions: [], results: [], status: 'ZERO_RESULTS' };

function page(name: string): PlacesPage {
  const geometry = { location: { lat: 0, lng: 0 } };
  const results = [{ name, place_id: name, geometry, types: [], vicinity: '' }];
  return { html_attributions: [], results, status: 'OK' };
}

/** An upstream whose answers the test gives out, one call at a time, and a clock that it sets. */
class Bench {
  readonly calls: { query: NearbyQuery; signal: AbortSignal }[] = [];
  readonly #answers: { resolve: (page: PlacesPage) => void; reject: (error: Error) => void }[] = [];
  nowMs = 1;

  readonly ask: AskForPage = (query, signal) => {
    this.calls.push({ query, signal });
    return new Promise((resolve, reject) => {
      this.#answers.push({ resolve, reject });
    });
  };

  /** Answers the oldest call that has none. */
  answer(page: PlacesPage): void {
    this.#answers.shift()?.resolve(page);
  }

  fail(error: Error): void {
    this.#answers.shift()?.reject(error);
  }

  cache(ttlMs: number, entries: number): AskForPage {
    return cachePages(this.ask, { ttlMs, entries }, { now: () => this.nowMs });
  }
}

function never(): AbortSignal {
  return new AbortController().signal;
}

test('an answer is kept for its time to live, and no longer', async () => {
  const bench = new Bench();
  const ask = bench.cache(1000, 10);
  const first = ask(QUERY, never());
  bench.answer(page('a'));
  assert.deepEqual(await first, page('a'));

  bench.nowMs += 1000;
  assert.deepEqual(await ask({ ...QUERY }, never()), page('a'));
  assert.equal(bench.calls.length, 1);

  bench.nowMs += 1;
  const later = ask(QUERY, never());
  bench.answer(page('b'));
  assert.deepEqual(await later, page('b'));
  assert.equal(bench.calls.length, 2);
});

test('ZERO_RESULTS is kept, a failed page and an error are not', async () => {
  const bench = new Bench();
  const ask = bench.cache(1000, 10);
  const failed = ask(QUERY, never());
  bench.answer(FAILED);
  assert.equal(await failed, FAILED);

  const broken = ask(QUERY, never());
  bench.fail(new Error('broken'));
  await assert.rejects(broken, /broken/);

  const empty = ask(QUERY, never());
  bench.answer(EMPTY);
  assert.equal(await empty, EMPTY);
  assert.equal(await ask(QUERY, never()), EMPTY);
  assert.equal(bench.calls.length, 3);
});

test('another latitude, longitude or radius is another question', async () => {
  const bench = new Bench();
  const ask = bench.cache(1000, 10);
  const queries = [
    QUERY,
    { ...QUERY, latitude: QUERY.latitude + 1e-9 },
    { ...QUERY, longitude: -QUERY.longitude },
    { ...QUERY, radiusMetres: 10_001 },
  ];
  const pages = queries.map((query) => ask(query, never()));
  for (const i of queries.keys()) bench.answer(page(`page ${i}`));
  assert.deepEqual(
    (await Promise.all(pages)).map(({ results }) => results[0]?.name),
    ['page 0', 'page 1', 'page 2', 'page 3'],
  );
  assert.deepEqual(
    bench.calls.map(({ query }) => query),
    queries,
  );
});

test('the least recently used answer makes room for another', async () => {
  const bench = new Bench();
  const ask = bench.cache(1000, 2);
  const at = (radiusMetres: number) => ask({ ...QUERY, radiusMetres }, never());
  for (const radius of [1, 2]) {
    const answer = at(radius);
    bench.answer(page(String(radius)));
    await answer;
  }
  await at(1);
  const third = at(3);
  bench.answer(page('3'));
  await third;

  await at(1);
  await at(3);
  assert.equal(bench.calls.length, 3);
  const again = at(2);
  bench.answer(page('2'));
  await again;
  assert.equal(bench.calls.length, 4);
});

for (const [ttlMs, entries] of [
  [1000, 1],
  [0, 10],
  [1000, 0],
] as const) {
  test(`equal questions share one call with ttlMs ${ttlMs} and entries ${entries}`, async () => {
    const bench = new Bench();
    const ask = bench.cache(ttlMs, entries);
    const other = { ...QUERY, radiusMetres: 1 };
    // Between them, questions that would drop the first out of a cache with room for one.
    const answers = [QUERY, other, QUERY, other, QUERY].map((query) => ask(query, never()));
    assert.equal(bench.calls.length, 2);
    bench.answer(page('a'));
    bench.answer(page('b'));
    assert.deepEqual(
      (await Promise.all(answers)).map(({ results }) => results[0]?.name),
      ['a', 'b', 'a', 'b', 'a'],
    );
  });
}

test('ttlMs 0 and entries 0 keep no answer', async () => {
  for (const [ttlMs, entries] of [
    [0, 10],
    [1000, 0],
  ] as const) {
    const bench = new Bench();
    const ask = bench.cache(ttlMs, entries);
    for (const name of ['a', 'b']) {
      const answer = ask(QUERY, never());
      bench.answer(page(name));
      assert.deepEqual(await answer, page(name));
    }
  }
});

test('a failed page goes to all who wait for it', async () => {
  const bench = new Bench();
  const ask = bench.cache(1000, 10);
  const answers = [ask(QUERY, never()), ask(QUERY, never())];
  bench.answer(FAILED);
  assert.deepEqual(await Promise.all(answers), [FAILED, FAILED]);
  assert.equal(bench.calls.length, 1);
});

test('an asker that goes away has no part in the call that others share', async () => {
  const bench = new Bench();
  const ask = bench.cache(1000, 10);
  const leaver = new AbortController();
  const left = ask(QUERY, leaver.signal);
  const stayed = ask(QUERY, never());
  leaver.abort(new Error('gone'));
  await assert.rejects(left, /gone/);
  assert.equal(bench.calls[0]?.signal.aborted, false);
  bench.answer(page('a'));
  assert.deepEqual(await stayed, page('a'));
});

test('the call ends with its last asker, and the next asker starts another', async () => {
  const bench = new Bench();
  const ask = bench.cache(1000, 10);
  const leavers = [new AbortController(), new AbortController()];
  const left = leavers.map(({ signal }) => ask(QUERY, signal));
  for (const leaver of leavers) leaver.abort(new Error('gone'));
  for (const answer of left) await assert.rejects(answer, /gone/);
  assert.equal(bench.calls[0]?.signal.aborted, true);

  const next = ask(QUERY, never());
  assert.equal(bench.calls.length, 2);
  bench.fail(new Error('aborted'));
  bench.answer(page('a'));
  assert.deepEqual(await next, page('a'));
});

test('any number of questions may wait on one signal, and none waits on it after its answer', async (t) => {
  const warnings = t.mock.method(process, 'emitWarning');
  const bench = new Bench();
  const ask = bench.cache(1000, 10);
  const { signal } = new AbortController();
  const answers = Array.from({ length: 50 }, (_, i) => ask({ ...QUERY, radiusMetres: i }, signal));
  for (let i = 0; i < 50; i++) bench.answer(page('a'));
  await Promise.all(answers);
  assert.equal(warnings.mock.callCount(), 0);
  assert.equal(getEventListeners(signal, 'abort').length, 0);
});

test('an asker that has gone already starts no call', async () => {
  const bench = new Bench();
  await assert.rejects(bench.cache(1000, 10)(QUERY, AbortSignal.abort(new Error('gone'))), /gone/);
  assert.equal(bench.calls.length, 0);
});

test('a page too long for the whole cache is answered and not kept, and drops no other', async () => {
  const bench = new Bench();
  const ask = bench.cache(1000, 10);
  const other = { ...QUERY, radiusMetres: 1 };
  const small = ask(other, never());
  bench.answer(page('a'));
  await small;
  for (let call = 0; call < 2; call++) {
    const huge = ask(QUERY, never());
    bench.answer(page('x'.repeat(64 * 1024 * 1024)));
    assert.equal((await huge).status, 'OK');
  }
  assert.deepEqual(await ask(other, never()), page('a'));
  assert.equal(bench.calls.length, 3);
});
