import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { PlacesPage, PlaceTraits } from '../provider.ts';
import { answerFrom } from './answer-from.ts';
import { createCachedPage, type CachedPage } from './cached-page.ts';
import { EARTH_RADIUS_METRES } from '../../protocol/earth.ts';
import { pointAt } from './sphere.ts';
import { DEFAULT_CHOICES, type Rank } from '../choices.ts';

/** A position on the equator, this many metres east of the prime meridian. */
function at(metres: number): { latitude: number; longitude: number } {
  return { latitude: 0, longitude: (metres / EARTH_RADIUS_METRES) * (180 / Math.PI) };
}

/** A page with a place at each of these distances east of the prime meridian, named after it. */
function pageOf(...metres: readonly number[]): PlacesPage {
  return {
    html_attributions: ['by'],
    results: metres.map((x) => ({
      name: String(x),
      place_id: String(x),
      geometry: { location: { lat: 0, lng: at(x).longitude } },
      types: [],
      vicinity: '',
    })),
    status: metres.length === 0 ? 'ZERO_RESULTS' : 'OK',
  };
}

/** Whether a page is short, as one that has all that there is. */
function isShort({ results, next_page_token }: PlacesPage): boolean {
  return results.length < 20 && next_page_token === undefined;
}

/** A cached circle around the prime meridian. */
function cached(radiusMetres: number, page: PlacesPage, rank: Rank = 'prominence'): CachedPage {
  const choices = { ...DEFAULT_CHOICES, rank };
  return createCachedPage(
    { ...at(0), radiusMetres, choices },
    { page, complete: isShort(page) },
    0,
  );
}

interface Asked {
  readonly x: number;
  readonly radius: number;
  readonly bound?: number;
  readonly tolerance?: number;
  readonly rank?: Rank;
  readonly ranking?: PlaceTraits['ranking'];
}

/** The names of the places that a page answers with. */
function ask(page: CachedPage, asked: Asked): string[] | undefined {
  const { x, radius, bound = 20, tolerance = 0.01 } = asked;
  const { rank = 'prominence', ranking = 'prominence' } = asked;
  const choices = { ...DEFAULT_CHOICES, rank };
  const query = { ...at(x), radiusMetres: radius, bound, choices };
  const rules = { tolerance, ranking, tellsTypes: true };
  const answer = answerFrom(page, { query, centre: pointAt(query) }, rules);
  return answer?.results.map(({ name }) => name);
}

const RULES = { tolerance: 0, ranking: 'prominence', tellsTypes: true } as const;

/** Twenty places: the first at 0 m, each further one 10 m farther out. */
const TWENTY = Array.from({ length: 20 }, (_, i) => i * 10);

test('an equal question gets the page as it is', () => {
  const page = { ...pageOf(...TWENTY, 5000), next_page_token: 'more' };
  const query = { ...at(0), radiusMetres: 1000, bound: 1, choices: DEFAULT_CHOICES };
  const asked = { query, centre: pointAt(query) };
  const settings = { tolerance: 0, ranking: 'prominence', tellsTypes: true } as const;
  assert.equal(answerFrom(cached(1000, page), asked, settings), page);
});

describe('a complete page', () => {
  const page = cached(1000, pageOf(-900, 0, 500, 900));
  test('answers for every circle inside its own, in the order of the page', () => {
    assert.deepEqual(ask(page, { x: 0, radius: 950 }), ['-900', '0', '500', '900']);
    assert.deepEqual(ask(page, { x: 0, radius: 600 }), ['0', '500']);
    assert.deepEqual(ask(page, { x: 500, radius: 450 }), ['500', '900']);
    assert.deepEqual(ask(page, { x: -300, radius: 10 }), []);
  });
  test('does so with a tolerance of 0, up to its very edge', () => {
    assert.deepEqual(ask(page, { x: 499, radius: 500, tolerance: 0 }), ['0', '500', '900']);
    assert.equal(ask(page, { x: 501, radius: 500, tolerance: 0 }), undefined);
  });
  test('answers for one that sticks out by the tolerance, a share of the smaller radius', () => {
    assert.deepEqual(ask(page, { x: 504.9, radius: 500 }), ['500', '900']);
    assert.equal(ask(page, { x: 505.1, radius: 500 }), undefined);
    assert.deepEqual(ask(page, { x: 0, radius: 1010 }), ['-900', '0', '500', '900']);
    assert.equal(ask(page, { x: 0, radius: 1011 }), undefined);
  });
  test('of no places is complete too', () => {
    const empty = cached(1000, pageOf());
    const query = { ...at(1), radiusMetres: 900, bound: 5, choices: DEFAULT_CHOICES };
    const asked = { query, centre: pointAt(query) };
    const answer = answerFrom(empty, asked, RULES);
    assert.deepEqual(answer, {
      html_attributions: ['by'],
      results: [],
      status: 'ZERO_RESULTS',
    });
  });
});

describe('a full page', () => {
  const page = cached(1000, pageOf(...TWENTY));
  test('answers for a circle inside its own where it has enough places for the bound', () => {
    assert.deepEqual(ask(page, { x: 0, radius: 45, bound: 5 }), ['0', '10', '20', '30', '40']);
    assert.equal(ask(page, { x: 0, radius: 45, bound: 6 }), undefined);
  });
  test('answers for the same circle but for the tolerance, with what is left of it', () => {
    const edge = cached(1000, pageOf(-995, ...TWENTY.slice(1)));
    assert.deepEqual(ask(edge, { x: 9, radius: 1000 }), TWENTY.slice(1).map(String));
    assert.equal(ask(edge, { x: 11, radius: 1000 }), undefined);
    assert.equal(ask(edge, { x: 9, radius: 1000, tolerance: 0 }), undefined);
    assert.equal(ask(edge, { x: 0, radius: 980 }), undefined);
  });
  test('is one that says that there are more', () => {
    const more = { ...pageOf(0, 10), next_page_token: 'more' };
    assert.equal(ask(cached(1000, more), { x: 0, radius: 500 }), undefined);
    assert.deepEqual(ask(cached(1000, pageOf(0, 10)), { x: 0, radius: 500 }), ['0', '10']);
  });
  test('passes on no token, since that is for the question it came with', () => {
    const more = { ...pageOf(...TWENTY), next_page_token: 'more' };
    const query = { ...at(1), radiusMetres: 1000, bound: 20, choices: DEFAULT_CHOICES };
    const asked = { query, centre: pointAt(query) };
    const answer = answerFrom(cached(1000, more), asked, { ...RULES, tolerance: 0.01 });
    assert.equal(answer?.next_page_token, undefined);
  });
});

test('where the nearest come first, they do so for the asker, whatever order the page has', () => {
  const asked = { x: 250, radius: 500 };
  for (const rank of ['prominence', 'distance'] as const) {
    const page = cached(1000, pageOf(0, 100, 300), rank);
    assert.deepEqual(ask(page, { ...asked, rank: 'distance' }), ['300', '100', '0']);
  }
  assert.deepEqual(ask(cached(1000, pageOf(0, 100, 300)), asked), ['0', '100', '300']);
});

describe('a full page of the nearest', () => {
  // It is known to have all places within 188 m: 0.99 of the way to the last.
  const page = cached(10_000, pageOf(...TWENTY), 'distance');
  const rank = 'distance';
  test('answers where enough of its places are nearer to the asker than any that it lacks', () => {
    const first = (asked: Asked) => ask(page, { ...asked, rank })?.slice(0, asked.bound);
    assert.deepEqual(first({ x: 0, radius: 5_000, bound: 3 }), ['0', '10', '20']);
    assert.deepEqual(first({ x: 96, radius: 10_000, bound: 3 }), ['100', '90', '110']);
    assert.equal(first({ x: 180, radius: 10_000, bound: 3 }), undefined);
    assert.deepEqual(ask(page, { x: 96, radius: 10, bound: 9, rank }), ['100', '90']);
  });
  test('answers for its own point but for the tolerance of how far its places reach', () => {
    assert.equal(ask(page, { x: 1.8, radius: 10_000, rank })?.length, 20);
    assert.equal(ask(page, { x: 2, radius: 10_000, rank }), undefined);
  });
  test('says nothing of prominence, but where it has one place or none', () => {
    assert.equal(ask(page, { x: 0, radius: 100, bound: 1 }), undefined);
    assert.deepEqual(ask(page, { x: 101, radius: 2, bound: 1 }), ['100']);
    assert.deepEqual(ask(page, { x: -100, radius: 20, bound: 1 }), []);
  });
});

test('a full page of the most prominent says nothing of the nearest', () => {
  const page = cached(10_000, pageOf(...TWENTY));
  assert.equal(ask(page, { x: 0, radius: 10_000, bound: 1, rank: 'distance' }), undefined);
});

describe('where of equals the nearest come first, a full page', () => {
  const page = cached(10_000, pageOf(...TWENTY));
  const ranking = 'both';
  test('answers for its own point and circle but for the tolerance', () => {
    assert.equal(ask(page, { x: 1.8, radius: 10_000, ranking })?.length, 20);
    assert.equal(ask(page, { x: 2, radius: 10_000, ranking }), undefined);
    assert.equal(ask(page, { x: 2, radius: 10_000 })?.length, 20);
    assert.equal(ask(page, { x: 0, radius: 5_000, bound: 5, ranking }), undefined);
  });
});

test('a complete page is put in order for the asker, where its places say how prominent they are', () => {
  const prominences = [2, 1, 2, undefined];
  const results = pageOf(0, 100, 300, 400).results.map((place, i) =>
    Object.assign(place, { prominence: prominences[i] }),
  );
  for (const rank of ['prominence', 'distance'] as const) {
    const page = cached(1000, { ...pageOf(0), results }, rank);
    const asked = { x: 250, ranking: 'both', bound: 2 } as const;
    assert.deepEqual(ask(page, { ...asked, radius: 260, bound: 2 }), undefined);
    const known = cached(1000, { ...pageOf(0), results: results.slice(0, 3) }, rank);
    assert.deepEqual(ask(known, { ...asked, radius: 500 }), ['300', '0', '100']);
  }
});
