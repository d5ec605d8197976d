import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextIteration } from 'node:timers/promises';

import { PlacesCounts } from '../places-counts.ts';
import type { NearbyQuery, PlacesPage } from '../provider.ts';
import { createCachedPage, type BoundedQuery, type CachedPage } from './cached-page.ts';
import { keyOf, type CachedPagesOptions } from './cached-pages.ts';
import { PageCache } from './page-cache.ts';
import { DEFAULT_CHOICES } from '../choices.ts';

const QUERY: BoundedQuery = {
  latitude: 34.06893,
  longitude: -118.445127,
  radiusMetres: 10_000,
  choices: DEFAULT_CHOICES,
  bound: 5,
};
const FAR = { ...QUERY, latitude: -34 };
const OPTIONS: CachedPagesOptions = {
  ttlMs: 60_000,
  zeroTtlMs: 10_000,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
  entries: 100,
  tolerance: 0.01,
  ranking: 'prominence',
  tellsTypes: true,
};
const EMPTY: PlacesPage = { html_attributions: [], results: [], status: 'ZERO_RESULTS' };

function failed(status: PlacesPage['status']): PlacesPage {
  return { html_attributions: [], results: [], status, error_message: 'no' };
}

/** A page with `count` places in the middle of the question's circle. */
function page(name: string, count = 1): PlacesPage {
  const geometry = { location: { lat: QUERY.latitude, lng: QUERY.longitude } };
  const place = { name, place_id: name, geometry, types: [], vicinity: '' };
  return {
    html_attributions: [],
    results: Array.from({ length: count }, () => place),
    status: 'OK',
  };
}

/** A cache, an upstream whose answers the test gives out, a clock that it sets, and what is on the shelf. */
class Bench {
  readonly counts = new PlacesCounts();
  readonly calls: NearbyQuery[] = [];
  /** By when each is to be answered: here, the number of the question that it is for. */
  readonly ends: number[] = [];
  readonly shelf = new Map<string, CachedPage>();
  readonly cache: PageCache;
  readonly #answers: ((page: PlacesPage) => void)[] = [];
  nowMs = 1_000_000;
  #questions = 0;

  constructor(options: Partial<CachedPagesOptions> = {}) {
    this.cache = new PageCache(
      { ...OPTIONS, ...options },
      {
        ask: (query, { endMs }) => {
          this.calls.push(query);
          this.ends.push(endMs);
          return new Promise((resolve) => {
            this.#answers.push((page) => resolve({ page, complete: page.results.length < 20 }));
          });
        },
        now: () => this.nowMs,
        endMs: () => ++this.#questions,
        shelf: {
          put: (key, cached) => this.shelf.set(key, cached),
          delete: (key) => this.shelf.delete(key),
          clear: () => this.shelf.clear(),
        },
        counts: this.counts,
      },
    );
  }

  async ask(query: BoundedQuery = QUERY): Promise<PlacesPage> {
    return (await this.cache.nearby(query, new AbortController().signal)).page;
  }

  /** Asks, and has the upstream give these answers, where it is asked. Returns what comes back. */
  async get(query: BoundedQuery, ...answers: readonly PlacesPage[]): Promise<string> {
    const before = this.calls.length;
    const asked = this.ask(query);
    for (const answer of answers) {
      this.answer(answer);
      await nextIteration();
    }
    const { status, results } = await asked;
    assert.equal(this.calls.length - before, answers.length, 'the calls to the upstream');
    return results[0]?.name ?? status;
  }

  /** Answers the oldest call that has no answer. */
  answer(page: PlacesPage): void {
    const answer = this.#answers.shift();
    assert.ok(answer, 'the upstream is not asked');
    answer(page);
  }
}

test('an answer is kept for its time to live, and no longer', async () => {
  const bench = new Bench();
  assert.equal(await bench.get(QUERY, page('a')), 'a');
  bench.nowMs += 60_000;
  assert.equal(await bench.get(QUERY), 'a');
  bench.nowMs += 1;
  assert.equal(await bench.get(QUERY, page('b')), 'b');
});

test('ZERO_RESULTS is kept for its own time', async () => {
  const bench = new Bench();
  assert.equal(await bench.get(QUERY, EMPTY), 'ZERO_RESULTS');
  bench.nowMs += 10_000;
  assert.equal(await bench.get(QUERY), 'ZERO_RESULTS');
  bench.nowMs += 1;
  assert.equal(await bench.get(QUERY, page('a')), 'a');
});

test('a failure is kept for a second, for equal questions only', async () => {
  const bench = new Bench();
  assert.equal(await bench.get(QUERY, failed('REQUEST_DENIED')), 'REQUEST_DENIED');
  bench.nowMs += 999;
  assert.equal(await bench.get({ ...QUERY, bound: 1 }), 'REQUEST_DENIED');
  assert.equal(await bench.get(FAR, page('a')), 'a');
  bench.nowMs += 2;
  assert.equal(await bench.get(QUERY, page('b')), 'b');
});

test('another bound, a smaller circle and one moved a little are answered from one page', async () => {
  const bench = new Bench();
  await bench.get(QUERY, page('a'));
  assert.equal(await bench.get({ ...QUERY, bound: 20 }), 'a');
  assert.equal(await bench.get({ ...QUERY, radiusMetres: 500 }), 'a');
  assert.equal(await bench.get({ ...QUERY, latitude: QUERY.latitude + 0.0008 }), 'a');
});

test('a question that no page answers is asked once, and exactly where nothing is known of the place', async () => {
  const bench = new Bench();
  await bench.get(QUERY, page('a'));
  await bench.get(FAR, EMPTY);
  const { bound: _, ...circle } = FAR;
  assert.deepEqual(bench.calls[1], circle);
});

test('a wider circle is asked about where places are few, and answers for those around', async () => {
  const bench = new Bench();
  await bench.get(QUERY, page('a'));
  assert.equal(await bench.get({ ...QUERY, radiusMetres: 11_000 }, page('b')), 'b');
  assert.equal(bench.calls[1]?.radiusMetres, 10_000 * Math.sqrt(5));
  assert.equal(await bench.get({ ...QUERY, radiusMetres: 20_000 }), 'b');
});

test('where the wider circle does not say enough, the asker’s own is asked about', async () => {
  const bench = new Bench();
  await bench.get(QUERY, page('a', 20));
  const smaller = { ...QUERY, latitude: QUERY.latitude + 0.05 };
  const outside = { ...page('b', 20) };
  const far = { location: { lat: 0, lng: 0 } };
  outside.results = outside.results.map((place) => ({ ...place, geometry: far }));
  assert.equal(await bench.get(smaller, outside, page('c', 20)), 'c');
  const radii = bench.calls.map(({ radiusMetres }) => Math.round(radiusMetres));
  assert.deepEqual(radii, [10_000, 15_013, 10_000]);
  assert.deepEqual(bench.ends, [1, 2, 2], 'both calls of a question have one end');
});

test('with a time to live or a number of entries of 0, only calls under way are shared', async () => {
  for (const options of [{ ttlMs: 0 }, { entries: 0 }]) {
    const bench = new Bench(options);
    const both = Promise.all([bench.ask(), bench.ask({ ...QUERY, bound: 1 })]);
    bench.answer(page('a'));
    assert.deepEqual(await both, [page('a'), page('a')]);
    assert.equal(await bench.get(QUERY, page('b')), 'b');
    assert.deepEqual([bench.calls.length, bench.shelf.size], [2, 0]);
  }
});

describe('a stale page', () => {
  test('is answered with while one call fetches a fresh one', async () => {
    const bench = new Bench({ staleWhileRevalidateMs: 1_000 });
    await bench.get(QUERY, page('a'));
    bench.nowMs += 60_001;
    const smaller = { ...QUERY, radiusMetres: 100 };
    assert.deepEqual((await bench.ask()).results, page('a').results);
    assert.deepEqual((await bench.ask(smaller)).results, page('a').results);
    assert.equal(bench.calls.length, 2);
    bench.answer(page('b'));
    await nextIteration();
    assert.equal(await bench.get(QUERY), 'b');
  });

  test('is not answered with once it is too old', async () => {
    const bench = new Bench({ staleWhileRevalidateMs: 1_000 });
    await bench.get(QUERY, page('a'));
    bench.nowMs += 61_001;
    assert.equal(await bench.get(QUERY, page('b')), 'b');
  });

  test('stays where the call in the background fails', async () => {
    const bench = new Bench({ staleWhileRevalidateMs: 10_000 });
    await bench.get(QUERY, page('a'));
    bench.nowMs += 60_001;
    assert.equal((await bench.ask()).results[0]?.name, 'a');
    bench.answer(failed('UNKNOWN_ERROR'));
    await nextIteration();
    assert.equal(await bench.get(QUERY), 'a');
  });
});

describe('a spare page', () => {
  const options = { staleIfErrorMs: 5_000 };
  for (const status of ['UNKNOWN_ERROR', 'OVER_QUERY_LIMIT'] as const) {
    test(`is answered with where the upstream fails with ${status}`, async () => {
      const bench = new Bench(options);
      await bench.get(QUERY, page('a'));
      bench.nowMs += 65_000;
      assert.equal(await bench.get(QUERY, failed(status)), 'a');
      bench.nowMs += 1;
      assert.equal(await bench.get(FAR, failed(status)), status);
    });
  }
  for (const status of ['REQUEST_DENIED', 'INVALID_REQUEST'] as const) {
    test(`does not hide ${status}`, async () => {
      const bench = new Bench(options);
      await bench.get(QUERY, page('a'));
      bench.nowMs += 60_001;
      assert.equal(await bench.get(QUERY, failed(status)), status);
    });
  }
  test('gives way to a fresh one, of the same circle', async () => {
    const bench = new Bench(options);
    await bench.get(QUERY, page('a'));
    bench.nowMs += 60_001;
    assert.equal(await bench.get({ ...QUERY, radiusMetres: 100 }, page('b')), 'b');
    assert.equal(bench.calls[1]?.radiusMetres, 10_000);
  });
});

test('a clock that is set back makes a failure no older', async () => {
  const bench = new Bench();
  assert.equal(await bench.get(QUERY, failed('UNKNOWN_ERROR')), 'UNKNOWN_ERROR');
  bench.nowMs -= 1;
  assert.equal(await bench.get(QUERY, page('a')), 'a');
});

test('a question after clear does not share a call from before it', async () => {
  const bench = new Bench();
  const early = bench.ask();
  bench.cache.clear();
  const late = bench.ask();
  bench.answer(page('early'));
  bench.answer(page('late'));
  assert.deepEqual([await early, await late], [page('early'), page('late')]);
  assert.equal(await bench.get(QUERY), 'late');
});

test('clear forgets pages, failures, what is on the shelf, and what is still under way', async () => {
  const bench = new Bench();
  await bench.get(QUERY, page('a'));
  await bench.get(FAR, failed('UNKNOWN_ERROR'));
  const north = { ...QUERY, latitude: 60 };
  const late = bench.ask(north);
  bench.cache.clear();
  bench.answer(page('late'));
  assert.deepEqual((await late).results, page('late').results);
  assert.equal(bench.shelf.size, 0);
  assert.equal(await bench.get(QUERY, page('b')), 'b');
  assert.equal(await bench.get(FAR, page('c')), 'c');
  assert.equal(await bench.get(north, page('d')), 'd');
});

test('the shelf has what is cached, and gives it back', async () => {
  const bench = new Bench({ entries: 2 });
  for (const [i, latitude] of [10, 20, 30].entries()) {
    await bench.get({ ...QUERY, latitude }, page(String(i)));
  }
  assert.deepEqual(
    [...bench.shelf.values()].map((cached) => cached.query.latitude),
    [20, 30],
  );

  const next = new Bench();
  for (const cached of bench.shelf.values()) next.cache.restore(cached);
  assert.equal(await next.get({ ...QUERY, latitude: 20 }), '1');
});

test('a page that was on the shelf for too long is taken off it', async () => {
  const bench = new Bench();
  const cached = createCachedPage(QUERY, { page: page('a'), complete: true }, bench.nowMs - 60_001);
  bench.shelf.set(keyOf(QUERY), cached);
  bench.cache.restore(cached);
  assert.equal(bench.shelf.size, 0);
  assert.equal(await bench.get(QUERY, page('b')), 'b');
});

test('spent pages leave the shelf also where nobody asks for them', async () => {
  const bench = new Bench();
  await bench.get(QUERY, page('a'));
  bench.nowMs += 120_000;
  await bench.get(FAR, EMPTY);
  assert.deepEqual([...bench.shelf.values()].length, 1);
});

test('an asker that goes away gets the reason of its signal', async () => {
  const bench = new Bench();
  const leaver = new AbortController();
  const left = bench.cache.nearby(QUERY, leaver.signal);
  leaver.abort(new Error('gone'));
  await assert.rejects(left, /gone/);
  await assert.rejects(bench.cache.nearby(QUERY, leaver.signal), /gone/);
  assert.equal(bench.calls.length, 1);
});

test('each question counts by what answered it, and those that share a call or its failure', async () => {
  const bench = new Bench({ staleWhileRevalidateMs: 1_000, staleIfErrorMs: 10_000 });
  const both = [bench.ask(QUERY), bench.ask(QUERY)];
  await nextIteration();
  bench.answer(page('a'));
  await Promise.all(both);
  assert.equal(bench.counts.shared, 1);
  await bench.get(QUERY);
  bench.nowMs += 60_500;
  await bench.get(QUERY, page('b'));
  bench.nowMs += 62_000;
  await bench.get(QUERY, failed('UNKNOWN_ERROR'));
  await bench.get(FAR, failed('REQUEST_DENIED'));
  await bench.get(FAR);
  assert.deepEqual(bench.counts.answers, { fresh: 1, stale: 1, called: 2, kept: 1, failed: 2 });
  assert.equal(bench.counts.shared, 2);
});
