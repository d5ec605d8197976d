import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { PlacesPage, PlaceTraits } from '../provider.ts';
import { createCachedPage, type CachedPage } from './cached-page.ts';
import { widened } from './widen.ts';
import { DEFAULT_CHOICES, type Rank } from '../choices.ts';

const HERE = { latitude: 1, longitude: 2, choices: DEFAULT_CHOICES };

function known(radiusMetres: number, places: number): CachedPage {
  const geometry = { location: { lat: 1, lng: 2 } };
  const place = { name: '', place_id: '', geometry, types: [], vicinity: '' };
  const results = Array.from({ length: places }, () => place);
  const status = places === 0 ? 'ZERO_RESULTS' : 'OK';
  const page: PlacesPage = { html_attributions: [], results, status };
  return createCachedPage({ ...HERE, radiusMetres }, { page, complete: places < 20 }, 0);
}

function radius(
  radiusMetres: number,
  bound: number,
  page: CachedPage | undefined,
  rank: Rank = 'prominence',
  ranking: PlaceTraits['ranking'] = 'prominence',
): number {
  const choices = { ...DEFAULT_CHOICES, rank };
  const query = { ...HERE, choices, radiusMetres, bound };
  return Math.round(widened(query, page, ranking).radiusMetres);
}

test('where nothing is known, the circle is the asker’s own', () => {
  assert.equal(radius(1000, 5, undefined), 1000);
});

test('where places are few, it is to have ten of them', () => {
  assert.equal(radius(1000, 20, known(1000, 0)), 3162);
  assert.equal(radius(1000, 20, known(1000, 4)), 1414);
  assert.equal(radius(1000, 20, known(5000, 4)), 7071);
  assert.equal(radius(1000, 20, known(1000, 15)), 1000);
});

test('where there are more than fit a page, enough of them for the bound are to lie in the asker’s', () => {
  assert.equal(radius(1000, 1, known(1000, 20)), 2604);
  assert.equal(radius(1000, 5, known(1000, 20)), 1501);
  assert.equal(radius(1000, 10, known(1000, 20)), 1176);
  assert.equal(radius(1000, 20, known(1000, 20)), 1000);
});

test('not so where the nearest come first', () => {
  assert.equal(radius(1000, 5, known(1000, 20), 'distance'), 1000);
  assert.equal(radius(1000, 5, known(1000, 0), 'distance'), 3162);
  assert.equal(radius(1000, 5, known(1000, 20), 'prominence', 'both'), 1000);
});

test('it is never smaller than the asker’s, and never larger than what may be asked', () => {
  assert.equal(radius(10_000, 20, known(10_000, 19)), 10_000);
  assert.equal(radius(40_000, 5, known(40_000, 0)), 50_000);
  assert.equal(radius(50_000, 1, known(50_000, 20)), 50_000);
});
