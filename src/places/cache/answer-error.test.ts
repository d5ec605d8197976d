import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { CITIES_FILE, createGeonamesProvider } from '../geonames/provider.ts';
import type { NearbyQuery, Place } from '../provider.ts';
import { answerFrom, holdPage } from './held-page.ts';
import { EARTH_RADIUS_METRES } from '../../protocol/earth.ts';
import { metresBetween, pointAt } from './sphere.ts';

/*
 * What the cache answers from a page is held against a fresh answer, from an upstream that answers
 * every question exactly: the error may be what `answerFrom` says, and never more.
 */

const provider = createGeonamesProvider(CITIES_FILE);
const ASKING = { signal: new AbortController().signal, endMs: Infinity };

/** Dense and sparse surroundings, the antimeridian, and the far north. */
const anyCity = fc.constantFrom(
  { latitude: 51.5074, longitude: -0.1278 },
  { latitude: 34.0522, longitude: -118.2437 },
  { latitude: 52.52, longitude: 13.405 },
  { latitude: -17.78, longitude: 177.44 },
  { latitude: 69.65, longitude: 18.96 },
);

/** In metres. Some of the asker's circles lie in the held one, some nearly, some by no means. */
const anyQuestion = fc.record({
  city: anyCity,
  east: fc.integer({ min: -20_000, max: 20_000 }),
  north: fc.integer({ min: -20_000, max: 20_000 }),
  heldRadius: fc.integer({ min: 100, max: 50_000 }),
  radiusShare: fc.oneof(fc.constant(1), fc.double({ min: 0.05, max: 1.05, noNaN: true })),
  direction: fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
  /** How far off the asker is, as a share of the way at which the circles would touch from inside. */
  offset: fc.double({ min: 0, max: 4, noNaN: true }),
  bound: fc.integer({ min: 1, max: 20 }),
  tolerance: fc.constantFrom(0, 0.01, 0.1, 0.3),
});

function moved<T extends NearbyQuery>(query: T, east: number, north: number): T {
  const degree = (EARTH_RADIUS_METRES * Math.PI) / 180;
  const latitude = query.latitude + north / degree;
  const longitude = query.longitude + east / degree / Math.cos((latitude * Math.PI) / 180);
  return { ...query, latitude, longitude };
}

async function placesAt(query: NearbyQuery): Promise<readonly Place[]> {
  return (await provider.nearby(query, ASKING)).page.results;
}

/** How far inside the edge of a circle a place lies, in metres; below 0 for one outside. */
function depth({ geometry }: Place, query: NearbyQuery): number {
  const { lat, lng } = geometry.location;
  const point = pointAt({ latitude: lat, longitude: lng });
  return query.radiusMetres - metresBetween(point, pointAt(query));
}

test('the error of an answer is never more than the tolerance allows', async () => {
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(anyQuestion, async (question) => {
      const { city, east, north, heldRadius, radiusShare, direction, offset } = question;
      const { bound, tolerance } = question;
      const circle = moved({ ...city, radiusMetres: heldRadius }, east, north);
      const radiusMetres = heldRadius * radiusShare;
      const slack = tolerance * radiusMetres;
      const way = offset * (Math.max(heldRadius - radiusMetres, 0) + slack);
      const query = {
        ...moved(circle, way * Math.cos(direction), way * Math.sin(direction)),
        radiusMetres,
        bound,
      };
      const held = holdPage(circle, await provider.nearby(circle, ASKING), 0);
      const asked = { query, centre: pointAt(query) };
      const answer = answerFrom(held, asked, {
        tolerance,
        ranking: 'prominence',
      });
      if (answer === undefined) return;
      answered += 1;

      const got = answer.results.slice(0, bound);
      const ids = new Set(got.map(({ place_id }) => place_id));
      for (const place of got) assert.ok(depth(place, query) > -1e-6, 'outside the circle');

      const fresh = (await placesAt(query)).slice(0, bound);
      const missing = fresh.filter(({ place_id }) => !ids.has(place_id));
      // Of equally large places, those nearest to the centre come first, and it has moved.
      const least = Number(fresh.at(-1)?.['population']);
      const untied = missing.filter(({ population }) => Number(population) > least);
      const inRim = missing.filter((place) => depth(place, query) <= slack + 1e-6);
      const fallenOut = held.page.results.filter((place) => depth(place, query) < 0);
      const rimPlaces = fallenOut.filter((place) => depth(place, query) >= -slack - 1e-6);
      if (held.complete) assert.equal(inRim.length, missing.length);
      else if (got.length === bound) assert.ok(untied.length <= inRim.length);
      else assert.ok(missing.length <= inRim.length + rimPlaces.length);
    }),
    { numRuns: 5_000 },
  );
  assert.ok(answered > 100, `only ${answered} questions were answered`);
});
