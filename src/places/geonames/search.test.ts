import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { PlaceType } from '../place-types.ts';
import type { NearbyQuery } from '../provider.ts';
import { buildCities } from './build-cities.ts';
import { findCities } from './search.ts';
import { DEFAULT_CHOICES, type PlaceChoices } from '../choices.ts';

interface Town {
  readonly id: number;
  readonly at: readonly [latitude: number, longitude: number];
  readonly population?: number;
  readonly featureCode?: string;
}

/** The length of one degree of a great circle, in metres. */
const DEGREE_METRES = (6_371_000 * Math.PI) / 180;

function near(
  latitude: number,
  longitude: number,
  radiusMetres: number,
  choices: PlaceChoices = DEFAULT_CHOICES,
): NearbyQuery {
  return { latitude, longitude, radiusMetres, choices };
}

/** The IDs of the towns that are found, in their order. */
function find(towns: readonly Town[], query: NearbyQuery, most = Infinity): number[] {
  const cities = buildCities(
    towns.map(({ id, at: [latitude, longitude], population = 0, featureCode = 'PPL' }) => ({
      cityId: id,
      name: String(id),
      country: 'AQ',
      featureCode,
      adminCode: '',
      population,
      loc: { coordinates: [longitude, latitude] },
    })),
    new Map(),
  );
  return findCities(cities, query, most).map((city) => cities.ids[city] ?? NaN);
}

test('the most people come first, then the nearest, then the lowest ID', () => {
  const towns: Town[] = [
    { id: 9, at: [0, 0.1], population: 5 },
    { id: 8, at: [0, -0.2], population: 5 },
    { id: 7, at: [0, 0.3], population: 6 },
    { id: 6, at: [0, 0.2], population: 5 },
    { id: 5, at: [0.01, 0], population: 0 },
    { id: 4, at: [0, 5], population: 1_000_000 },
  ];
  assert.deepEqual(find(towns, near(0, 0, 50_000)), [7, 9, 6, 8, 5]);
  assert.deepEqual(find(towns, near(0, 0, 50_000), 2), [7, 9]);
  assert.deepEqual(find(towns.reverse(), near(0, 0, 50_000)), [7, 9, 6, 8, 5]);
});

test('the radius is one on a sphere of 6,371 km', () => {
  const towns: Town[] = [{ id: 1, at: [0, 0.25] }];
  assert.deepEqual(find(towns, near(0, 0, 0.25 * DEGREE_METRES + 0.001)), [1]);
  assert.deepEqual(find(towns, near(0, 0, 0.25 * DEGREE_METRES - 0.001)), []);
  assert.deepEqual(find(towns, near(0, 0.25, 1e-9)), [1]);
});

test('there is no seam at the antimeridian', () => {
  const towns: Town[] = [
    { id: 1, at: [0, 179.9], population: 4 },
    { id: 2, at: [0, -179.9], population: 3 },
    { id: 3, at: [0, 180], population: 2 },
    { id: 4, at: [0, -180], population: 1 },
    { id: 5, at: [0, 0] },
  ];
  for (const longitude of [180, -180]) {
    assert.deepEqual(find(towns, near(0, longitude, 0.11 * DEGREE_METRES)), [1, 2, 3, 4]);
    assert.deepEqual(find(towns, near(0, longitude, 0.09 * DEGREE_METRES)), [3, 4]);
  }
  assert.deepEqual(find(towns, near(0, 179.95, 0.06 * DEGREE_METRES)), [1, 3, 4]);
  assert.deepEqual(find(towns, near(0, -179.95, 0.06 * DEGREE_METRES)), [2, 3, 4]);
  assert.deepEqual(find(towns, near(0, -179.95, 0.16 * DEGREE_METRES)), [1, 2, 3, 4]);
});

test('all longitudes meet at the poles', () => {
  for (const hemisphere of [1, -1]) {
    const latitude = hemisphere * 89.9;
    const towns: Town[] = [-180, -90, 0, 90, 135].map((longitude, id) => ({
      id,
      at: [latitude, longitude],
    }));
    for (const longitude of [0, 77, -180]) {
      const atPole = (radius: number) => near(hemisphere * 90, longitude, radius);
      const inside = find(towns, atPole(0.1 * DEGREE_METRES + 1));
      assert.deepEqual(new Set(inside), new Set([0, 1, 2, 3, 4]));
      assert.deepEqual(find(towns, atPole(0.1 * DEGREE_METRES - 1)), []);
    }
    // The town on the other side of the pole is 0.2 degrees away, farther than all others.
    const acrossPole = (radius: number) => find(towns, near(latitude, 0, radius));
    assert.equal(acrossPole(0.2 * DEGREE_METRES + 1).at(-1), 0);
    assert.deepEqual(new Set(acrossPole(0.2 * DEGREE_METRES - 1)), new Set([1, 2, 3, 4]));
  }
});

test('by distance the nearest come first, whatever people live there', () => {
  const towns: Town[] = [
    { id: 3, at: [0, 0.3], population: 9 },
    { id: 2, at: [0, 0.1], population: 1 },
    { id: 1, at: [0, -0.1], population: 1 },
    { id: 4, at: [0, 0.2], population: 5 },
  ];
  const nearest = near(0, 0, 50_000, { ...DEFAULT_CHOICES, rank: 'distance' });
  assert.deepEqual(find(towns, nearest), [1, 2, 4, 3]);
  assert.deepEqual(find(towns, nearest, 2), [1, 2]);
});

test('types leave out towns of other kinds', () => {
  const towns: Town[] = [
    { id: 1, at: [0, 0.1] },
    { id: 2, at: [0, 0.2], featureCode: 'PPLX' },
    { id: 3, at: [0, 0.3], featureCode: 'PPLW' },
  ];
  const ofTypes = (...types: PlaceType[]) =>
    find(towns, near(0, 0, 50_000, { ...DEFAULT_CHOICES, types }));
  assert.deepEqual(ofTypes('sublocality'), [2]);
  assert.deepEqual(ofTypes('locality'), [1, 3]);
  assert.deepEqual(ofTypes('locality', 'sublocality'), [1, 2, 3]);
  assert.deepEqual(ofTypes('cafe'), []);
});
