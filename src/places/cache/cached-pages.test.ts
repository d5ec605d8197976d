import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { PlacesPage } from '../provider.ts';
import { createCachedPage, type Circle } from './cached-page.ts';
import { CachedPages, type CachedPagesOptions } from './cached-pages.ts';
import { pointAt } from './sphere.ts';
import { DEFAULT_CHOICES } from '../choices.ts';

const OPTIONS: CachedPagesOptions = {
  ttlMs: 1000,
  zeroTtlMs: 1000,
  staleWhileRevalidateMs: 1000,
  staleIfErrorMs: 2000,
  entries: 10,
  tolerance: 0.01,
  ranking: 'prominence',
  tellsTypes: true,
};
const HERE = { latitude: 1, longitude: 2, choices: DEFAULT_CHOICES };

function page(name: string): PlacesPage {
  const geometry = { location: { lat: HERE.latitude, lng: HERE.longitude } };
  const results = [{ name, place_id: name, geometry, types: [], vicinity: '' }];
  return { html_attributions: [], results, status: 'OK' };
}

function cached(radiusMetres: number, name: string, fetchedMs = 0) {
  return createCachedPage(
    { ...HERE, radiusMetres },
    { page: page(name), complete: true },
    fetchedMs,
  );
}

function asked(radiusMetres: number): Circle {
  return circleAt(HERE, radiusMetres);
}

function circleAt(here: typeof HERE, radiusMetres: number): Circle {
  return { query: { ...here, radiusMetres, bound: 5 }, centre: pointAt(here) };
}

/** Pages, and the keys of those that were dropped. */
function createPages(options: Partial<CachedPagesOptions> = {}) {
  const dropped: string[] = [];
  const pages = new CachedPages({ ...OPTIONS, ...options }, (key) => dropped.push(key));
  const find = (radius: number, nowMs: number) => {
    const found = pages.find(asked(radius), nowMs);
    return found && `${found.age} ${found.page.results[0]?.name}`;
  };
  return { pages, dropped, find };
}

test('a fresh page goes before one that covers more of the circle, and that before another', () => {
  const { pages, find } = createPages();
  pages.add(cached(995, 'nearly', 100));
  assert.equal(find(1000, 100), 'fresh nearly');
  pages.add(cached(2000, 'old', 0));
  assert.equal(find(1000, 1000), 'fresh old');
  assert.equal(find(1000, 1050), 'fresh nearly');
  assert.equal(find(1000, 1101), 'stale old');
  assert.equal(find(1000, 2050), 'stale nearly');
  assert.equal(find(1000, 2101), 'spare old');
  assert.equal(find(1000, 3101), undefined);
});

test('a page takes the place of one of the same circle', () => {
  const { pages, find, dropped } = createPages();
  for (const name of ['a', 'b']) assert.ok(pages.add(cached(1000, name)));
  assert.equal(find(1000, 0), 'fresh b');
  assert.deepEqual([pages.size, dropped], [1, []]);
});

test('the page that has gone unused for the longest time makes room', () => {
  const { pages, find, dropped } = createPages({ entries: 2 });
  pages.add(cached(1000, 'a'));
  pages.add(cached(100, 'b'));
  assert.equal(find(1000, 0), 'fresh a');
  pages.add(cached(10, 'c'));
  assert.deepEqual([find(1000, 0), pages.size], ['fresh a', 2]);
  assert.deepEqual(dropped, ['1,2,100,prominence,,']);
});

test('a page too long for all is not cached, and drops no other', () => {
  const { pages, find } = createPages();
  pages.add(cached(1000, 'a'));
  assert.ok(!pages.add(cached(5000, 'x'.repeat(64 * 1024 * 1024))));
  assert.equal(find(1000, 0), 'fresh a');
  assert.equal(find(4000, 0), undefined);
});

test('none is cached with a time to live or a number of entries of 0', () => {
  for (const options of [{ ttlMs: 0 }, { entries: 0 }]) {
    const { pages, find } = createPages(options);
    assert.ok(!pages.add(cached(1000, 'a')));
    assert.equal(find(1000, 0), undefined);
  }
});

test('the page of the smallest circle around a point', () => {
  const { pages } = createPages();
  for (const radius of [5000, 100, 1000]) pages.add(cached(radius, String(radius)));
  const smallest = (east: number, least: number) =>
    pages.smallestAround(circleAt({ ...HERE, longitude: 2 + east / 111_000 }, least))?.query
      .radiusMetres;
  assert.equal(smallest(0, 10), 100);
  assert.equal(smallest(0, 600), 1000);
  assert.equal(smallest(500, 10), 1000);
  assert.equal(smallest(6000, 10), undefined);
});

test('spent pages are dropped, others are not', () => {
  const { pages, dropped } = createPages();
  pages.add(cached(1000, 'a', 0));
  pages.add(cached(100, 'b', 1));
  pages.dropSpent(3001);
  assert.deepEqual([pages.size, dropped], [1, ['1,2,1000,prominence,,']]);
});
