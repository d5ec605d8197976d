import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DEFAULT_CHOICES } from '../choices.ts';
import type { PlacesPage } from '../provider.ts';
import { nearestWithin } from './nearest-within.ts';

const QUERY = {
  latitude: 0,
  longitude: 0,
  radiusMetres: 1_000,
  choices: { ...DEFAULT_CHOICES, rank: 'distance' },
} as const;

/** A page with a place at each of these distances. */
function pageOf(...metres: readonly number[]): PlacesPage {
  const results = metres.map((distance) => ({
    name: String(distance),
    place_id: String(distance),
    geometry: { location: { lat: 0, lng: distance / 111_195 } },
    types: [],
    vicinity: '',
  }));
  return { html_attributions: [], next_page_token: 'more', results, status: 'OK' };
}

function nearest(complete: boolean, ...metres: readonly number[]) {
  const answer = nearestWithin({ page: pageOf(...metres), complete }, QUERY);
  const { results, status, next_page_token: token } = answer.page;
  return { names: results.map(({ name }) => name), status, token, complete: answer.complete };
}

test('what lies beyond the radius is left out, and then nothing within it is missing', () => {
  assert.deepEqual(nearest(false, 10, 900, 1_100), {
    names: ['10', '900'],
    status: 'OK',
    token: undefined,
    complete: true,
  });
  assert.deepEqual(nearest(false, 5_000), {
    names: [],
    status: 'ZERO_RESULTS',
    token: undefined,
    complete: true,
  });
});

test('where all lie within it, or hardly beyond it, there may be more', () => {
  for (const last of [900, 1_009]) {
    const { complete, token } = nearest(false, 10, last);
    assert.deepEqual([complete, token], [false, 'more']);
  }
});

test('an answer that is complete stays so', () => {
  assert.equal(nearest(true, 10).complete, true);
});
