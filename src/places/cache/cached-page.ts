import type { Position } from '../../protocol/position.ts';
import type { NearbyQuery, Place, PlacesPage, SourceAnswer } from '../provider.ts';
import { chordSquared, chordUnder, metresBetween, pointAt, type Point } from './sphere.ts';

/** Within this share of the radius a place may be on either side of the edge, as it is rounded. */
const EDGE_SHARE = 1e-6;

/** What is asked of the cache: places around a point, and how many are wanted. */
export interface BoundedQuery extends NearbyQuery {
  /** The most places that are wanted, from 1 to `MAX_PLACES`. */
  readonly bound: number;
}

/** An upstream's answer and the circle that it was asked about. */
export interface CachedPage {
  readonly query: NearbyQuery;
  readonly page: PlacesPage;
  /** When the upstream gave it, in milliseconds of the wall clock. */
  readonly fetchedMs: number;
  readonly centre: Point;
  /** Where the page's results are, in their order. */
  readonly points: readonly Point[];
  /** Whether the page has every place within its circle; one that is not may be short of some. */
  readonly complete: boolean;
}

/**
 * What decides on the order of an upstream's places:
 * - `prominence`: what a place is, wherever one asks from;
 * - `distance`: how near it is;
 * - `both`: what it is, and of equals how near.
 */
export type Ranking = 'prominence' | 'distance' | 'both';

/** A question with its centre as a point. */
export interface Circle {
  readonly query: BoundedQuery;
  readonly centre: Point;
}

/** An answer of the upstream's, made ready to answer other questions too. */
export function createCachedPage(
  query: NearbyQuery,
  { page, complete }: SourceAnswer,
  fetchedMs: number,
): CachedPage {
  return {
    query,
    page,
    fetchedMs,
    centre: pointAt(query),
    points: page.results.map(({ geometry }) => pointAt(positionOf(geometry.location))),
    complete,
  };
}

function positionOf({ lat, lng }: { readonly lat: number; readonly lng: number }): Position {
  return { latitude: lat, longitude: lng };
}

/** How far the asker's circle sticks out of the cached one at the most, in metres; 0 or less where it does not. */
export function overhang(cached: CachedPage, { query, centre }: Circle): number {
  return metresBetween(cached.centre, centre) + query.radiusMetres - cached.query.radiusMetres;
}

/** By what rules a page may answer another question than its own. */
export interface AnswerRules {
  /** How much of its radius the asker's circle may stick out of the cached one, from 0 to below 1. */
  readonly tolerance: number;
  readonly ranking: Ranking;
}

/**
 * What a cached page says to a question, or `undefined` where it cannot be answered from it.
 *
 * The asker's circle may stick out of the cached one by the tolerance. Then either
 * - the cached page is complete: it has all places of every circle inside its own;
 * - or enough of its places lie in the asker's circle. Those are the right ones, since a place that
 *   it lacks ranks after all that it has, here as there;
 * - or neither circle sticks out of the other by more than that: they are the same but for the
 *   tolerance, and what is left of the page has to do.
 *
 * So each place that a fresh answer would have and this one has not lies within `tolerance` of the
 * radius of the edge of the asker's circle, or would take the place of one that lies that near
 * outside it. With a tolerance of 0 none is missing. None lies outside the asker's circle.
 *
 * Where nearness counts, a full page says nothing of another point than its own, and of a complete
 * one the order may be wrong: see `isInOrder`.
 */
export function answerFrom(
  cached: CachedPage,
  asked: Circle,
  rules: AnswerRules,
): PlacesPage | undefined {
  const { bound, radiusMetres } = asked.query;
  const slack = rules.tolerance * radiusMetres;
  if (overhang(cached, asked) > slack) return undefined;
  const distance = metresBetween(cached.centre, asked.centre);
  if (distance === 0 && radiusMetres === cached.query.radiusMetres) return cached.page;

  const isSame = distance + cached.query.radiusMetres - radiusMetres <= slack;
  const mayHaveEnough = rules.ranking === 'prominence' && hasWithin(bound, cached, asked);
  if (!cached.complete && !isSame && !mayHaveEnough) return undefined;
  const inside = placesWithin(cached, asked);
  if (!cached.complete && !isSame && inside.length < bound) return undefined;
  if (rules.ranking === 'distance' && cached.complete) inside.sort((a, b) => a.metres - b.metres);
  else if (!isInOrder(cached, asked, rules) && !(cached.complete && inside.length <= bound)) {
    return undefined;
  }
  return {
    html_attributions: cached.page.html_attributions,
    results: inside.map(({ place }) => place),
    status: inside.length === 0 ? 'ZERO_RESULTS' : 'OK',
  };
}

/**
 * Whether the places of a page are the asker's in their order as well. Where nearness counts, the two
 * points have to be the same but for the tolerance: of the radius, or, where the page is full, of how
 * far its places reach, since in a city that is not far.
 */
function isInOrder(
  cached: CachedPage,
  asked: Circle,
  { tolerance, ranking }: AnswerRules,
): boolean {
  if (ranking === 'prominence') return true;
  const reach = cached.complete
    ? asked.query.radiusMetres
    : Math.max(...cached.points.map((point) => metresBetween(cached.centre, point)));
  return metresBetween(cached.centre, asked.centre) <= tolerance * reach;
}

/**
 * Whether at least so many of a page's places lie in a circle, but for a place on its edge. In a city a
 * question may lie in the circles of thousands of pages: this takes a tenth of what it takes to find them.
 */
function hasWithin(count: number, { points }: CachedPage, { query, centre }: Circle): boolean {
  const reachSquared = chordUnder(query.radiusMetres * (1 + EDGE_SHARE)) ** 2;
  let found = 0;
  for (const point of points) {
    if (chordSquared(point, centre) <= reachSquared && ++found >= count) return true;
  }
  return false;
}

function placesWithin(
  { page, points }: CachedPage,
  { query, centre }: Circle,
): { readonly place: Place; readonly metres: number }[] {
  return page.results.flatMap((place, i) => {
    const point = points[i];
    const metres = point === undefined ? Infinity : metresBetween(point, centre);
    return metres <= query.radiusMetres ? [{ place, metres }] : [];
  });
}
