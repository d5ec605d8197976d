import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  readAirports,
  readCities,
  readMoved,
  readRegions,
  type SourceCity,
} from '#src/places/geonames/build-sources.js';
import { createGeonamesProvider, PLACES_FILE } from '#src/places/geonames/provider.js';
import { UNITS_PER_DEGREE, valueAt } from '#src/places/place-index/place-index.js';
import { openPlaceIndex, type OpenPlaceIndex } from '#src/places/place-index/read-index.js';
import { positionOf, searchIndex } from '#src/places/place-index/search-index.js';
import type { Position } from '#src/protocol/position.js';
import type { NearbyQuery, PlaceCircle, PlacesPage } from '#src/places/provider.js';
import { DEFAULT_CHOICES, RANKS, type PlaceChoices } from '#src/places/choices.js';

const EARTH_RADIUS_METRES = 6_371_000;
const RADIANS = Math.PI / 180;

let source: SourceCity[];
let index: OpenPlaceIndex;

before(async () => {
  source = await readCities();
  // `npm run build` makes the file.
  index = await openPlaceIndex(PLACES_FILE);
});

after(() => index.close());

function haversineMetres(query: PlaceCircle, { latitude: lat, longitude: lng }: Position): number {
  const byLatitude = Math.sin(((lat - query.latitude) * RADIANS) / 2) ** 2;
  const byLongitude = Math.sin(((lng - query.longitude) * RADIANS) / 2) ** 2;
  const cosines = Math.cos(query.latitude * RADIANS) * Math.cos(lat * RADIANS);
  return (
    2 * EARTH_RADIUS_METRES * Math.asin(Math.min(1, Math.sqrt(byLatitude + cosines * byLongitude)))
  );
}

/** All places within the radius, in the promised order, found by looking at every one. */
function bruteForce(query: PlaceCircle, { rank, types }: PlaceChoices): number[] {
  const { latitudes, kinds, prominences } = index.columns;
  const all: { place: number; metres: number; prominence: number }[] = [];
  // What is too far to the north or the south alone need not be computed.
  const most = query.radiusMetres / 110_000 + 1;
  for (const [place, latitude] of latitudes.entries()) {
    if (Math.abs(latitude / UNITS_PER_DEGREE - query.latitude) > most) continue;
    const metres = haversineMetres(query, positionOf(index, place));
    const of = index.kinds[valueAt(kinds, place)]?.types ?? [];
    const isWanted = types.length === 0 || types.some((type) => of.includes(type));
    if (metres > query.radiusMetres || !isWanted) continue;
    all.push({ place, metres, prominence: valueAt(prominences, place) });
  }
  const byProminence = rank === 'prominence';
  all.sort(
    (a, b) =>
      (byProminence ? b.prominence - a.prominence : 0) || a.metres - b.metres || a.place - b.place,
  );
  return all.map(({ place }) => place);
}

function search(query: PlaceCircle, choices: PlaceChoices, most = Infinity): number[] {
  return searchIndex(index, { ...query, choices }, most);
}

function check(query: PlaceCircle, choices = DEFAULT_CHOICES): number[] {
  const expected = bruteForce(query, choices);
  assert.deepEqual(search(query, choices), expected, JSON.stringify(query));
  assert.deepEqual(search(query, choices, 20), expected.slice(0, 20));
  return expected;
}

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test('the file has every place of its sources where it is', async () => {
  const airports = await readAirports();
  const places = [...source, ...airports];
  const positions = new Map<string, number>();
  const count = (position: Position, by: number): void => {
    const key = [position.latitude, position.longitude]
      .map((degrees) => Math.round(degrees * UNITS_PER_DEGREE))
      .join(' ');
    positions.set(key, (positions.get(key) ?? 0) + by);
  };
  for (const place of places) count(place, 1);
  for (const place of index.columns.kinds.keys()) count(positionOf(index, place), -1);
  assert.deepEqual(
    [...positions].filter(([, more]) => more !== 0),
    [],
  );
  assert.equal(index.columns.kinds.length, places.length);
  assert(source.length > 190_000 && airports.length > 5_000);
});

test('a search finds what brute force finds, at 60 random points and radii, by each rank and type', () => {
  const random = seededRandom(20_261_122);
  let found = 0;
  for (let i = 0; i < 60; i++) {
    const radiusMetres = 50_000 * random();
    const near = source[Math.floor(random() * source.length)];
    const { latitude, longitude } = near ?? { latitude: 0, longitude: 0 };
    // Half of them anywhere on the sphere, mostly in the sea; half of them where people live.
    const query =
      i % 2 === 0
        ? {
            latitude: Math.asin(2 * random() - 1) / RADIANS,
            longitude: 360 * random() - 180,
            radiusMetres,
          }
        : {
            latitude: Math.min(90, Math.max(-90, latitude + random() - 0.5)),
            longitude: Math.min(180, Math.max(-180, longitude + random() - 0.5)),
            radiusMetres,
          };
    const rank = RANKS[i % 3 === 0 ? 0 : 1];
    const types = i % 5 === 0 ? (['airport', 'sublocality'] as const) : [];
    found += check(query, { rank, types, language: undefined }).length;
  }
  assert(found > 500, `${found} in all: the points say little`);
});

for (const latitude of [90, 89.99, -90, -89.99]) {
  test(`a search around latitude ${latitude} finds what brute force finds`, () => {
    for (const longitude of [-180, -90, 0, 12.3, 180]) {
      check({ latitude, longitude, radiusMetres: 50_000 });
      // Far enough to reach the northernmost and the southernmost city.
      const reaching = check({ latitude, longitude, radiusMetres: 1_500_000 });
      assert(reaching.length > 0);
    }
  });
}

test('a search at the antimeridian finds what brute force finds on both sides', () => {
  for (const latitude of [-17, 0, 52, 66]) {
    for (const longitude of [-180, -179.99, 179.99, 180]) {
      check({ latitude, longitude, radiusMetres: 50_000 });
      check({ latitude, longitude, radiusMetres: 400_000 });
    }
  }
  const fiji = check({ latitude: -17, longitude: 180, radiusMetres: 400_000 });
  const sides = fiji.map((place) => Math.sign(positionOf(index, place).longitude));
  assert.deepEqual(new Set(sides), new Set([-1, 1]));
});

test('the densest 50 km on Earth are searched as brute force would', () => {
  const found = check({ latitude: 45.66144, longitude: 9.26691, radiusMetres: 50_000 });
  assert(found.length > 900, `${found.length} places`);
});

test('nearly every city is in a region that has a name', async () => {
  const [regions, moved] = [await readRegions(), await readMoved()];
  const named = source.filter(({ id, country, regionCode }) =>
    regions.has(`${country}.${moved.get(id) ?? regionCode}`),
  );
  assert(named.length > 0.995 * source.length, `${named.length} of ${source.length}`);
});

// GeoNames gives some codes to other regions from time to time: names of another year would be wrong ones.
for (const [cityId, vicinity] of [
  // Its region's code, 37, is that of Ninh Binh since Vietnam's reform of 2025.
  [1_574_023, 'Dong Thap, Vietnam'],
  [3_133_895, 'Troms, Norway'],
  [5_368_361, 'California, United States'],
  [1_566_083, 'Ho Chi Minh City (HCMC), Vietnam'],
  [3_143_244, 'Oslo, Norway'],
  [2_657_896, 'Zurich, Switzerland'],
  [3_448_439, 'São Paulo, Brazil'],
  [1_275_339, 'Maharashtra, India'],
  [1_880_252, 'Singapore'],
] as const) {
  test(`the city ${cityId} is in ${vicinity}`, async () => {
    const city = source.find(({ id }) => id === cityId);
    assert(city !== undefined);
    const query = { ...city, radiusMetres: 100, choices: DEFAULT_CHOICES };
    const page = await pageFor(query);
    const place = page.results.find(({ place_id }) => place_id === `geonames:${cityId}`);
    assert.equal(place?.vicinity, vicinity);
  });
}

async function pageFor(query: NearbyQuery): Promise<PlacesPage> {
  const provider = createGeonamesProvider(PLACES_FILE);
  const { page } = await provider.nearby(query, { signal: new AbortController().signal });
  await provider.close();
  return page;
}

test('the provider answers from the file, with the names of the source', async () => {
  const choices: PlaceChoices = { ...DEFAULT_CHOICES, types: ['locality'] };
  const query = { latitude: 34.06893, longitude: -118.445127, radiusMetres: 10_000, choices };
  const page = await pageFor(query);
  const byId = new Map(source.map((city) => [`geonames:${city.id}`, city]));
  assert.equal(page.status, 'OK');
  for (const { place_id, name, geometry, population, vicinity } of page.results) {
    const city = byId.get(place_id);
    assert.equal(name, city?.name);
    assert.equal(population, city?.population);
    assert.equal(vicinity, 'California, United States');
    assert.deepEqual(geometry.location, { lat: city?.latitude, lng: city?.longitude });
  }
});

test('airports are found as such, the largest first', async () => {
  const choices: PlaceChoices = { ...DEFAULT_CHOICES, types: ['airport'] };
  const query = { latitude: 34.06893, longitude: -118.445127, radiusMetres: 50_000, choices };
  const { results } = await pageFor(query);
  const [first] = results;
  assert.equal(first?.['iata_code'], 'LAX');
  assert.equal(first.vicinity, 'Los Angeles, United States');
  assert(results.length > 3);
  assert(results.every(({ types }) => types.includes('airport')));
});
