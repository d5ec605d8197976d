import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatPlaces } from '../format-places.ts';
import { PlacesCounts } from '../places-counts.ts';
import type { NearbyQuery, PlacesPage, SourceAnswer } from '../provider.ts';
import type { BoundedQuery } from './cached-page.ts';
import { PageCache } from './page-cache.ts';
import { hashOf } from './query-hash.ts';
import { TextCache, type AskForText } from './text-cache.ts';
import { DEFAULT_CHOICES } from '../choices.ts';

const QUERY: BoundedQuery = {
  latitude: 34.06893,
  longitude: -118.445127,
  radiusMetres: 10_000,
  choices: DEFAULT_CHOICES,
  bound: 5,
};

/** A cache of texts over an upstream that counts its answers and puts that into them, with a clock. */
class Bench {
  readonly counts = new PlacesCounts();
  readonly asked: NearbyQuery[] = [];
  readonly cache: TextCache;
  nowMs = 1_000_000;
  failing = false;

  constructor(entries = 10, pages = entries) {
    const options = {
      ttlMs: 1_000,
      zeroTtlMs: 1_000,
      staleWhileRevalidateMs: 0,
      staleIfErrorMs: 5_000,
      entries: pages,
      tolerance: 0.01,
      ranking: 'prominence',
      tellsTypes: true,
    } as const;
    const shelf = { put() {}, delete() {}, clear() {} };
    const ask = async (query: NearbyQuery): Promise<SourceAnswer> => {
      this.asked.push(query);
      const page = this.failing ? failedPage : pageOf(query, String(this.asked.length));
      return { page, complete: !this.failing };
    };
    const cache = new PageCache(options, {
      ask,
      now: () => this.nowMs,
      endMs: () => Infinity,
      shelf,
      counts: this.counts,
    });
    const askPages: AskForText = (circle, signal) =>
      cache.nearby({ ...circle, choices: DEFAULT_CHOICES }, signal);
    this.cache = new TextCache(cache, askPages, entries);
  }

  /** The bytes that are cached, or those to come. */
  get(query = QUERY): Buffer | Promise<Buffer> {
    return this.cache.nearby(query, new AbortController().signal);
  }

  async ask(query = QUERY): Promise<string> {
    return String(await this.get(query));
  }
}

const failedPage: PlacesPage = {
  html_attributions: [],
  results: [],
  status: 'UNKNOWN_ERROR',
  error_message: 'no',
};

/** Ten places in the middle of the circle. */
function pageOf({ latitude, longitude }: NearbyQuery, name: string): PlacesPage {
  const geometry = { location: { lat: latitude, lng: longitude } };
  const place = { name: `${name}é`, place_id: name, geometry, types: [], vicinity: '' };
  return { html_attributions: [], results: Array.from({ length: 10 }, () => place), status: 'OK' };
}

test('the very same question has its text at once, any other is asked of the pages', async () => {
  const bench = new Bench();
  const text = await bench.get();
  assert.deepEqual(text, formatPlaces(pageOf(QUERY, '1'), 5));
  assert.equal(bench.get({ ...QUERY }), text);
  for (const other of [
    { ...QUERY, bound: 6 },
    { ...QUERY, radiusMetres: 9_000 },
    { ...QUERY, latitude: QUERY.latitude + 1e-6 },
    { ...QUERY, longitude: QUERY.longitude + 1e-6 },
  ]) {
    assert.ok(bench.get(other) instanceof Promise);
    const first = await bench.get(other);
    assert.equal(bench.get(other), first);
    assert.deepEqual(first, formatPlaces(pageOf(QUERY, '1'), other.bound));
  }
  assert.equal(bench.asked.length, 1);
});

test('a text is no longer good for than the page that it is from', async () => {
  const bench = new Bench();
  await bench.ask();
  const smaller = { ...QUERY, radiusMetres: 100 };
  await bench.ask(smaller);
  bench.nowMs += 1_000;
  assert.ok(bench.get(smaller) instanceof Buffer);
  bench.nowMs += 1;
  assert.match(await bench.ask(smaller), /"2/);
  assert.match(await bench.ask(), /"2/);
});

test('a text of a page that was dropped or replaced is not answered with', async () => {
  const bench = new Bench(10, 1);
  await bench.ask();
  await bench.ask({ ...QUERY, latitude: -34 });
  assert.match(await bench.ask(), /"3/);

  const cleared = new Bench();
  await cleared.ask();
  cleared.cache.clear();
  assert.match(await cleared.ask(), /"2/);
});

test('what is answered for want of a better one is looked for anew each time', async () => {
  const bench = new Bench();
  await bench.ask();
  bench.failing = true;
  bench.nowMs += 1_001;
  assert.match(await bench.ask(), /"1/);
  bench.failing = false;
  bench.nowMs += 1_001;
  assert.match(await bench.ask(), /"3/);
});

test('a failure has no text that is kept', async () => {
  const bench = new Bench();
  bench.failing = true;
  assert.match(await bench.ask(), /UNKNOWN_ERROR/);
  bench.failing = false;
  bench.nowMs += 1_001;
  assert.match(await bench.ask(), /"2/);
});

test('with no entries nothing is kept', async () => {
  const bench = new Bench(0);
  await bench.ask();
  assert.match(await bench.ask(), /"2/);
});

test('a page that is asked for as text counts as used', async () => {
  const bench = new Bench(10, 2);
  await bench.ask();
  const other = { ...QUERY, latitude: -34 };
  await bench.ask(other);
  assert.ok(bench.get() instanceof Buffer);
  await bench.ask({ ...QUERY, latitude: 0 });
  assert.ok(bench.get() instanceof Buffer);
  assert.match(await bench.ask(other), /"4/);
});

test('a text leaves the memory with its page, also where nobody asks for it', async () => {
  const bench = new Bench();
  await bench.ask();
  await bench.ask({ ...QUERY, radiusMetres: 100 });
  assert.equal(bench.cache.size, 2);
  bench.nowMs += 120_000;
  const other = { ...QUERY, latitude: -34 };
  await bench.ask(other);
  await bench.ask(other);
  assert.equal(bench.cache.size, 1);
});

test('of two questions with one hash, each is answered with its own text', async () => {
  const bench = new Bench();
  const [one, other] = [...collision()];
  for (let i = 0; i < 2; i++) {
    assert.match(await bench.ask(one), /"status": "OK"/);
    assert.equal(await bench.ask(other), String(formatPlaces(pageOf(other, '2'), 5)));
  }
});

/** Two questions with the same hash, far from each other. */
function collision(): [BoundedQuery, BoundedQuery] {
  const byHash = new Map<number, BoundedQuery>();
  for (let i = 0; ; i++) {
    const query = { ...QUERY, latitude: i * 1e-4, longitude: i * 1e-3 };
    const same = byHash.get(hashOf(query));
    if (same !== undefined) return [same, query];
    byHash.set(hashOf(query), query);
  }
}

test('a text counts as a fresh answer', async () => {
  const bench = new Bench();
  await bench.get();
  await bench.get();
  assert.deepEqual(bench.counts.answers, { fresh: 1, stale: 0, called: 1, kept: 0, failed: 0 });
});
