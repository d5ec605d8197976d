import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import fc from 'fast-check';

import { PLACES_FILE, createGeonamesProvider } from '../geonames/provider.ts';
import type { NearbyQuery, Place, PlaceCircle, PlaceTraits, SourceAnswer } from '../provider.ts';
import { answerFrom } from './answer-from.ts';
import { createCachedPage, type BoundedQuery, type CachedPage } from './cached-page.ts';
import { EARTH_RADIUS_METRES } from '../../protocol/earth.ts';
import { metresBetween, pointAt } from './sphere.ts';
import { DEFAULT_CHOICES, type Rank } from '../choices.ts';

/*
 * What the cache answers from a page is compared with a fresh answer, from an upstream that answers
 * every question exactly: the error may be what `answerFrom` says, and never more.
 */

/** Answers every question exactly, from all that there is. */
interface Exact {
  readonly name: string;
  readonly rank: Rank;
  readonly ranking: PlaceTraits['ranking'];
  readonly ask: (query: NearbyQuery) => Promise<SourceAnswer>;
}

const geonames = createGeonamesProvider(PLACES_FILE);
after(() => geonames.close());
const ASKING = { signal: new AbortController().signal, endMs: Infinity };

/** Few places in most circles, and so pages that are complete. */
const SPARSE: Exact = {
  name: 'the places of GeoNames, by population',
  rank: 'prominence',
  ranking: 'prominence',
  ask: (query) => geonames.nearby(query, ASKING),
};

const MIDDLE = { latitude: 51.5074, longitude: -0.1278 };

/** Places around a city's middle, by chance and always the same; the nearer to it the denser they are. */
const DENSE_PLACES: readonly Place[] = Array.from({ length: 1_500 }, (_, i) => {
  const share = (factor: number): number => (i * factor) % 1;
  const metres = 25_000 * share(0.754_877_666) ** 2;
  const angle = 2 * Math.PI * share(0.569_840_291);
  const { latitude, longitude } = moved(
    { ...MIDDLE, radiusMetres: 1 },
    metres * Math.cos(angle),
    metres * Math.sin(angle),
  );
  return {
    name: String(i),
    place_id: String(i),
    geometry: { location: { lat: latitude, lng: longitude } },
    types: [],
    vicinity: '',
    weight: i % 4,
    population: share(0.618_033_989),
  };
});

/** A place, where it is, and how far from where it is asked about. */
interface Ranked {
  readonly place: Place;
  readonly metres: number;
}

/** Below 0 where the first place comes before the second one. */
type Before = (a: Ranked, b: Ranked) => number;

const DENSE_POINTS = DENSE_PLACES.map(({ geometry: { location } }) =>
  pointAt({ latitude: location.lat, longitude: location.lng }),
);

/** Many places in most circles, and so pages that are full, in an order. */
function dense(name: string, order: PlaceTraits['ranking'] | 'distance', before: Before): Exact {
  const [rank, ranking] =
    order === 'distance' ? (['distance', 'prominence'] as const) : (['prominence', order] as const);
  const ask = async (query: NearbyQuery): Promise<SourceAnswer> => {
    const centre = pointAt(query);
    const inside = DENSE_PLACES.flatMap((place, i) => {
      const metres = metresBetween(DENSE_POINTS[i] ?? centre, centre);
      return metres <= query.radiusMetres ? [{ place, metres }] : [];
    });
    const results = inside
      .sort(before)
      .slice(0, 20)
      .map(({ place }) =>
        order === 'both' ? Object.assign({}, place, { prominence: weightOf(place) }) : place,
      );
    const status = results.length === 0 ? 'ZERO_RESULTS' : 'OK';
    return { page: { html_attributions: [], results, status }, complete: inside.length <= 20 };
  };
  return { name, rank, ranking, ask };
}

function weightOf(place: Place): number {
  return Number(place['weight']);
}

function byWeight(a: Place, b: Place): number {
  return weightOf(b) - weightOf(a);
}

const BY_PROMINENCE = dense(
  'a dense city, by prominence',
  'prominence',
  (a, b) => Number(b.place['population']) - Number(a.place['population']),
);
const BY_DISTANCE = dense('a dense city, by distance', 'distance', (a, b) => a.metres - b.metres);
const BY_BOTH = dense(
  'a dense city, by weight and distance',
  'both',
  (a, b) => byWeight(a.place, b.place) || a.metres - b.metres,
);

/** Dense and sparse surroundings, the antimeridian, and the far north. */
const anyCity = fc.constantFrom(
  { latitude: 51.5074, longitude: -0.1278 },
  { latitude: 34.0522, longitude: -118.2437 },
  { latitude: 52.52, longitude: 13.405 },
  { latitude: -17.78, longitude: 177.44 },
  { latitude: 69.65, longitude: 18.96 },
);

/** In metres. Some of the asker's circles lie in the cached one, some nearly, some by no means. */
const anyQuestion = fc.record({
  city: anyCity,
  east: fc.integer({ min: -20_000, max: 20_000 }),
  north: fc.integer({ min: -20_000, max: 20_000 }),
  cachedRadius: fc.integer({ min: 100, max: 50_000 }),
  radiusShare: fc.oneof(fc.constant(1), fc.double({ min: 0.05, max: 1.05, noNaN: true })),
  direction: fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
  /** How far off the asker is, as a share of the way at which the circles would touch from inside. */
  offset: fc.double({ min: 0, max: 4, noNaN: true }),
  bound: fc.integer({ min: 1, max: 20 }),
  tolerance: fc.constantFrom(0, 0.01, 0.1, 0.3),
});

function moved<T extends PlaceCircle>(query: T, east: number, north: number): T {
  const degree = (EARTH_RADIUS_METRES * Math.PI) / 180;
  const latitude = query.latitude + north / degree;
  const longitude = query.longitude + east / degree / Math.cos((latitude * Math.PI) / 180);
  return { ...query, latitude, longitude };
}

/** How far inside the edge of a circle a place lies, in metres; below 0 for one outside. */
function depth({ geometry }: Place, query: PlaceCircle): number {
  const { lat, lng } = geometry.location;
  const point = pointAt({ latitude: lat, longitude: lng });
  return query.radiusMetres - metresBetween(point, pointAt(query));
}

/** What a question was answered with from a page, and what a fresh answer would be. */
interface Compared {
  readonly cached: CachedPage;
  readonly query: BoundedQuery;
  /** In metres, how far the asker's circle may stick out of the cached one. */
  readonly slack: number;
  readonly got: readonly Place[];
  readonly fresh: readonly Place[];
  /** What the fresh answer has, and the other one lacks. */
  readonly missing: readonly Place[];
}

/** Answers random questions from a page of the source, and has what comes of it checked. */
async function compareAnswers(
  source: Exact,
  share: number,
  check: (compared: Compared) => void,
): Promise<void> {
  const numRuns = (source === SPARSE ? 5_000 : 2_000) * share;
  let [answered, full] = [0, 0];
  await fc.assert(
    fc.asyncProperty(anyQuestion, async (question) => {
      const { east, north, cachedRadius, radiusShare, direction, offset } = question;
      const { bound, tolerance } = question;
      const city = source === SPARSE ? question.city : MIDDLE;
      const { rank, ranking } = source;
      const choices = { ...DEFAULT_CHOICES, rank };
      const circle = moved({ ...city, radiusMetres: cachedRadius, choices }, east, north);
      const radiusMetres = cachedRadius * radiusShare;
      const slack = tolerance * radiusMetres;
      const way = offset * (Math.max(cachedRadius - radiusMetres, 0) + slack);
      const query = {
        ...moved(circle, way * Math.cos(direction), way * Math.sin(direction)),
        radiusMetres,
        bound,
      };
      const cached = createCachedPage(circle, await source.ask(circle), 0);
      const asked = { query, centre: pointAt(query) };
      const answer = answerFrom(cached, asked, { tolerance, ranking, tellsTypes: true });
      if (answer === undefined) return;
      answered += 1;
      if (!cached.complete) full += 1;

      const got = answer.results.slice(0, bound);
      const ids = new Set(got.map(({ place_id }) => place_id));
      for (const place of got) assert.ok(depth(place, query) > -1e-6, 'outside the circle');
      const fresh = (await source.ask(query)).page.results.slice(0, bound);
      const missing = fresh.filter(({ place_id }) => !ids.has(place_id));
      check({ cached, query, slack, got, fresh, missing });
    }),
    { numRuns },
  );
  assert.ok(answered > numRuns / 50, `only ${answered} questions were answered`);
  if (source !== SPARSE)
    assert.ok(full > numRuns / 40, `only ${full} were answered from a full page`);
}

function isInRim(place: Place, { query, slack }: Compared): boolean {
  return depth(place, query) <= slack + 1e-6;
}

/**
 * Defines the tests that no answer of the cache lacks more than it may.
 *
 * @param share of the questions of the deep tier
 */
export function testAnswerErrors(share: number): void {
  for (const source of [SPARSE, BY_PROMINENCE]) {
    test(`${source.name}: no more is missing than the tolerance allows`, async () => {
      await compareAnswers(source, share, (compared) => {
        const { cached, query, slack, got, fresh, missing } = compared;
        // Of equally large places, those nearest to the centre come first, and it has moved.
        const least = Number(fresh.at(-1)?.['population']);
        const untied = missing.filter(({ population }) => Number(population) > least);
        const inRim = missing.filter((place) => isInRim(place, compared));
        const fallenOut = cached.page.results.filter((place) => depth(place, query) < 0);
        const rimPlaces = fallenOut.filter((place) => depth(place, query) >= -slack - 1e-6);
        if (cached.complete) assert.equal(inRim.length, missing.length);
        else if (got.length === query.bound) assert.ok(untied.length <= inRim.length);
        else assert.ok(missing.length <= inRim.length + rimPlaces.length);
      });
    });
  }

  for (const [source, outweighs] of [
    [BY_DISTANCE, () => 0],
    [BY_BOTH, byWeight],
  ] as const) {
    test(`${source.name}: what is missing lies in the rim, or is hardly nearer than what is there`, async () => {
      await compareAnswers(source, share, (compared) => {
        const { cached, query, got, missing } = compared;
        const moved = metresBetween(cached.centre, pointAt(query));
        for (const place of missing) {
          if (isInRim(place, compared)) continue;
          for (const other of got) {
            const order = outweighs(other, place);
            const nearer = depth(place, query) - depth(other, query);
            assert.ok(order < 0 || (order === 0 && nearer <= 2 * moved + 1e-6));
          }
        }
      });
    });
  }
}
