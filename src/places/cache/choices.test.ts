import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { EARTH_RADIUS_METRES } from '../../protocol/earth.ts';
import { DEFAULT_CHOICES, distinctTypes, RANKS, type PlaceChoices } from '../choices.ts';
import type { PlaceType } from '../place-types.ts';
import type { NearbyQuery, Place, PlaceTraits, SourceAnswer } from '../provider.ts';
import { CachedPages } from './cached-pages.ts';
import { createCachedPage, type BoundedQuery } from './cached-page.ts';
import { metresBetween, pointAt } from './sphere.ts';

/*
 * Answers from pages that were asked for by other choices are compared with brute force over all places. With a
 * tolerance of 0 they are the same places in the same order.
 */

const MIDDLE = { latitude: 51.5074, longitude: -0.1278 };
const TYPES: readonly PlaceType[] = ['bar', 'cafe', 'museum'];
const DEGREE_METRES = (EARTH_RADIUS_METRES * Math.PI) / 180;

function away(metresEast: number, metresNorth: number) {
  return {
    latitude: MIDDLE.latitude + metresNorth / DEGREE_METRES,
    longitude:
      MIDDLE.longitude + metresEast / DEGREE_METRES / Math.cos((MIDDLE.latitude * Math.PI) / 180),
  };
}

/** How many places there are: so many that pages of wide circles are full, and so few that others are complete. */
const PLACES = 120;

/** Places by chance and always the same, the denser the nearer to the middle; each of one or two types. */
const KNOWN: readonly Place[] = Array.from({ length: PLACES }, (_, i) => {
  const share = (factor: number): number => ((i + 1) * factor) % 1;
  const metres = 1_000 * share(0.754_877_666);
  const angle = 2 * Math.PI * share(0.569_840_291);
  const { latitude, longitude } = away(metres * Math.cos(angle), metres * Math.sin(angle));
  return {
    name: String(i),
    place_id: String(i),
    geometry: { location: { lat: latitude, lng: longitude } },
    types: TYPES.filter((_type, t) => (i + t) % 3 === 0 || (i % 5 === 0 && t === 1)),
    vicinity: '',
    fame: share(0.618_033_989),
    weight: i % 3,
  };
});
const POINTS = KNOWN.map(({ geometry: { location } }) =>
  pointAt({ latitude: location.lat, longitude: location.lng }),
);

/** Upstreams that differ in what their order by prominence is, and in whether they say it. */
const UPSTREAMS = {
  'by prominence, and does not say it': { ranking: 'prominence', says: false },
  'by prominence, and says it': { ranking: 'prominence', says: true },
  'by weight and distance, and says it': { ranking: 'both', says: true },
  'by weight and distance, and does not say it': { ranking: 'both', says: false },
} as const;
type Upstream = (typeof UPSTREAMS)[keyof typeof UPSTREAMS];

/** All places of a question in their order. */
function bruteForce(query: NearbyQuery, { ranking, says }: Upstream): Place[] {
  const { rank, types } = query.choices;
  const centre = pointAt(query);
  const fameOf = (place: Place): number =>
    Number(ranking === 'both' ? place['weight'] : place['fame']);
  return KNOWN.flatMap((place, i) => {
    const metres = metresBetween(POINTS[i] ?? centre, centre);
    const isOfType = types.length === 0 || types.some((type) => place.types.includes(type));
    return metres <= query.radiusMetres && isOfType ? [{ place, metres }] : [];
  })
    .sort((a, b) => {
      const byFame = rank === 'distance' ? 0 : fameOf(b.place) - fameOf(a.place);
      return byFame || a.metres - b.metres;
    })
    .map(({ place }) => (says ? Object.assign({}, place, { prominence: fameOf(place) }) : place));
}

function ask(query: NearbyQuery, upstream: Upstream): SourceAnswer {
  const found = bruteForce(query, upstream);
  const results = found.slice(0, 20);
  const status = found.length === 0 ? 'ZERO_RESULTS' : 'OK';
  return { page: { html_attributions: [], results, status }, complete: found.length <= 20 };
}

const anyChoices = fc
  .record({
    rank: fc.constantFrom(...RANKS),
    types: fc.subarray([...TYPES]).map(distinctTypes),
    language: fc.constantFrom('de', undefined, undefined),
  })
  .map((choices): PlaceChoices => choices);

const anyQuery = fc
  .record({
    east: fc.integer({ min: -300, max: 300 }),
    north: fc.integer({ min: -300, max: 300 }),
    radiusMetres: fc.integer({ min: 20, max: 900 }),
    choices: anyChoices,
  })
  .map(({ east, north, radiusMetres, choices }): NearbyQuery => {
    const { latitude, longitude } = away(east, north);
    return { latitude, longitude, radiusMetres, choices };
  });

/** Some near the one before, so that more is answered. */
const anyAsked = fc.record({
  queries: fc.array(anyQuery, { minLength: 1, maxLength: 5 }),
  asked: anyQuery,
  isNear: fc.boolean(),
  bound: fc.integer({ min: 1, max: 20 }),
});

function cacheOf(ranking: PlaceTraits['ranking'], tellsTypes = true): CachedPages {
  const options = {
    ttlMs: 1_000,
    zeroTtlMs: 1_000,
    staleWhileRevalidateMs: 0,
    staleIfErrorMs: 0,
    entries: 100,
    tolerance: 0,
    ranking,
    tellsTypes,
  };
  return new CachedPages(options, () => undefined);
}

function find(pages: CachedPages, query: BoundedQuery) {
  return pages.find({ query, centre: pointAt(query) }, 0);
}

for (const [name, upstream] of Object.entries(UPSTREAMS)) {
  test(`an upstream ${name}: what is answered is what brute force finds`, () => {
    const counts = { answered: 0, otherTypes: 0, otherRank: 0, notComplete: 0 };
    fc.assert(
      fc.property(anyAsked, ({ queries, asked, isNear, bound }) => {
        const pages = cacheOf(upstream.ranking);
        for (const query of queries) {
          pages.add(createCachedPage(query, ask(query, upstream), 0));
        }
        const [first] = queries;
        const query = {
          ...asked,
          ...(isNear && first && { ...first, choices: asked.choices }),
          bound,
        };
        const radiusMetres = isNear ? query.radiusMetres / 2 : query.radiusMetres;
        const found = find(pages, { ...query, radiusMetres });
        if (found === undefined) return;
        const { choices, radiusMetres: cachedRadius } = found.cached.query;
        assert.equal(choices.language, query.choices.language);
        assert.deepEqual(
          found.page.results.slice(0, bound).map(({ name }) => name),
          bruteForce({ ...query, radiusMetres }, upstream)
            .slice(0, bound)
            .map(({ name }) => name),
          JSON.stringify({ choices, cachedRadius, asked: query.choices, radiusMetres, bound }),
        );
        counts.answered += 1;
        if (choices.types.join() !== query.choices.types.join()) counts.otherTypes += 1;
        if (choices.rank !== query.choices.rank) counts.otherRank += 1;
        if (!found.cached.complete) counts.notComplete += 1;
      }),
      { numRuns: 1_000, seed: 20_261_127 },
    );
    for (const [what, count] of Object.entries(counts)) {
      if (what === 'notComplete' && upstream.ranking === 'both') continue;
      assert.ok(count >= 10, `${what}: only ${count}`);
    }
  });
}

const WIDE: NearbyQuery = { ...MIDDLE, radiusMetres: 100, choices: DEFAULT_CHOICES };
const SAYING = UPSTREAMS['by prominence, and says it'];

/** Whether a page of the one choices answers the other ones. */
function answers(page: Partial<PlaceChoices>, asked: Partial<PlaceChoices>, tellsTypes = true) {
  const query = { ...WIDE, choices: { ...DEFAULT_CHOICES, ...page } };
  const pages = cacheOf('prominence', tellsTypes);
  pages.add(createCachedPage(query, ask(query, SAYING), 0));
  const choices = { ...DEFAULT_CHOICES, ...asked };
  return find(pages, { ...WIDE, radiusMetres: 90, choices, bound: 5 }) !== undefined;
}

test('a complete page answers for fewer types and for the other rank, never for more types', () => {
  assert.ok(ask(WIDE, SAYING).complete);
  const [one, two]: PlaceType[][] = [['cafe'], ['bar', 'cafe']];
  assert.ok(one !== undefined && two !== undefined);
  assert.ok(answers({}, { types: one }));
  assert.ok(answers({ types: two }, { types: one }));
  assert.ok(answers({ rank: 'distance' }, { rank: 'prominence', types: two }));
  assert.ok(!answers({ types: one }, { types: two }));
  assert.ok(!answers({ types: one }, {}));
  assert.ok(!answers({ types: ['museum'] }, { types: one }));
});

test('a page answers in its own language alone', () => {
  assert.ok(answers({ language: 'de' }, { language: 'de' }));
  assert.ok(!answers({ language: 'de' }, {}));
  assert.ok(!answers({}, { language: 'de' }));
  assert.ok(!answers({ language: 'pt' }, { language: 'pt-BR' }));
});

test('where places come without all their types, a page answers for its own types alone', () => {
  assert.ok(answers({ types: ['cafe'] }, { types: ['cafe'] }, false));
  assert.ok(!answers({}, { types: ['cafe'] }, false));
});

test('a full page by prominence answers for its own types alone, also in its own circle', () => {
  const query = { ...WIDE, radiusMetres: 900 };
  const { page, complete } = ask(query, SAYING);
  assert.ok(!complete);
  for (const radiusMetres of [900, 800]) {
    for (const types of [[], ['cafe']] as PlaceType[][]) {
      const pages = cacheOf('prominence');
      pages.add(createCachedPage(query, { page, complete }, 0));
      const choices = { ...DEFAULT_CHOICES, types };
      const found = find(pages, { ...query, radiusMetres, choices, bound: 1 });
      assert.equal(found !== undefined, types.length === 0, `${radiusMetres} ${types.join()}`);
    }
  }
});
