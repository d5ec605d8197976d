import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, test } from 'node:test';

import { readRegions, readSource, type SourceCity } from '#src/places/geonames/build-cities.js';
import { decodeCities, type Cities } from '#src/places/geonames/cities-file.js';
import { CITIES_FILE, createGeonamesProvider } from '#src/places/geonames/provider.js';
import { findCities } from '#src/places/geonames/search.js';
import type { PlaceCircle } from '#src/places/provider.js';
import { DEFAULT_CHOICES } from '#src/places/choices.js';

const EARTH_RADIUS_METRES = 6_371_000;
const RADIANS = Math.PI / 180;

let source: SourceCity[];
let cities: Cities;

before(async () => {
  source = await readSource();
  // `npm run build` makes the file.
  cities = decodeCities(Uint8Array.from(await readFile(CITIES_FILE)).buffer);
});

function haversineMetres(query: PlaceCircle, [lng, lat]: readonly [number, number]): number {
  const byLatitude = Math.sin(((lat - query.latitude) * RADIANS) / 2) ** 2;
  const byLongitude = Math.sin(((lng - query.longitude) * RADIANS) / 2) ** 2;
  const cosines = Math.cos(query.latitude * RADIANS) * Math.cos(lat * RADIANS);
  return (
    2 * EARTH_RADIUS_METRES * Math.asin(Math.min(1, Math.sqrt(byLatitude + cosines * byLongitude)))
  );
}

/** The IDs of all cities within the radius, in the promised order, found by looking at every one. */
function bruteForce(query: PlaceCircle): number[] {
  return source
    .filter(({ loc }) => haversineMetres(query, loc.coordinates) <= query.radiusMetres)
    .map(({ cityId, population, loc }) => ({
      cityId,
      population,
      metres: haversineMetres(query, loc.coordinates),
    }))
    .sort((a, b) => b.population - a.population || a.metres - b.metres || a.cityId - b.cityId)
    .map(({ cityId }) => cityId);
}

function search(query: PlaceCircle, most = Infinity): number[] {
  return findCities(cities, { ...query, choices: DEFAULT_CHOICES }, most).map(
    (city) => cities.ids[city] ?? NaN,
  );
}

function check(query: PlaceCircle): number[] {
  const expected = bruteForce(query);
  assert.deepEqual(search(query), expected, JSON.stringify(query));
  assert.deepEqual(search(query, 20), expected.slice(0, 20));
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

test('the file has every city of its source', () => {
  assert.deepEqual(
    [...cities.ids],
    source.map(({ cityId }) => cityId),
  );
  assert(source.length > 100_000);
});

test('a search finds what brute force finds, at 100 random points and radii', () => {
  const random = seededRandom(20_261_122);
  let found = 0;
  for (let i = 0; i < 100; i++) {
    const radiusMetres = 50_000 * random();
    const near = source[Math.floor(random() * source.length)];
    const [longitude, latitude] = near?.loc.coordinates ?? [0, 0];
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
    found += check(query).length;
  }
  assert(found > 1000, `${found} in all: the points say little`);
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
  const longitudes = source
    .filter(({ cityId }) => fiji.includes(cityId))
    .map(({ loc }) => Math.sign(loc.coordinates[0]));
  assert.deepEqual(new Set(longitudes), new Set([-1, 1]));
});

test('the densest 50 km on Earth are searched as brute force would', () => {
  const found = check({ latitude: 45.66144, longitude: 9.26691, radiusMetres: 50_000 });
  assert(found.length > 900, `${found.length} places`);
});

test('nearly every city is in a region that has a name', async () => {
  const regions = await readRegions();
  const named = source.filter(({ country, adminCode }) => regions.has(`${country}.${adminCode}`));
  assert(named.length > 0.998 * source.length, `${named.length} of ${source.length}`);
});

// GeoNames gives some codes to other regions from time to time: names of another year would be wrong ones.
for (const [cityId, vicinity] of [
  [5_368_361, 'California, United States'],
  [1_566_083, 'Ho Chi Minh, Vietnam'],
  [3_143_244, 'Oslo, Norway'],
  [2_657_896, 'Zurich, Switzerland'],
  [3_448_439, 'São Paulo, Brazil'],
  [1_275_339, 'Maharashtra, India'],
  [1_880_252, 'Singapore'],
] as const) {
  test(`the city ${cityId} is in ${vicinity}`, async () => {
    const city = source.find((city) => city.cityId === cityId);
    assert(city !== undefined);
    const [longitude, latitude] = city.loc.coordinates;
    const query = { latitude, longitude, radiusMetres: 100, choices: DEFAULT_CHOICES };
    const { page } = await createGeonamesProvider(CITIES_FILE).nearby(query, {
      signal: new AbortController().signal,
    });
    const place = page.results.find(({ place_id }) => place_id === `geonames:${cityId}`);
    assert.equal(place?.vicinity, vicinity);
  });
}

test('the provider answers from the file, with the names of the source', async () => {
  const query = {
    latitude: 34.06893,
    longitude: -118.445127,
    radiusMetres: 10_000,
    choices: DEFAULT_CHOICES,
  };
  const { page } = await createGeonamesProvider(CITIES_FILE).nearby(query, {
    signal: new AbortController().signal,
  });
  const byId = new Map(source.map((city) => [`geonames:${city.cityId}`, city]));
  assert.equal(page.status, 'OK');
  for (const { place_id, name, geometry, population, vicinity } of page.results) {
    const city = byId.get(place_id);
    assert.equal(name, city?.name);
    assert.equal(population, city?.population);
    assert.equal(vicinity, 'California, United States');
    assert.deepEqual([geometry.location.lng, geometry.location.lat], city?.loc.coordinates);
  }
  assert.deepEqual(
    page.results.map(({ place_id }) => place_id),
    bruteForce(query)
      .slice(0, 20)
      .map((id) => `geonames:${id}`),
  );
});
