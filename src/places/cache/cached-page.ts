import type { Position } from '../../protocol/position.ts';
import type { NearbyQuery, PlaceCircle, PlacesPage, SourceAnswer } from '../provider.ts';
import { metresBetween, pointAt, type Point } from './sphere.ts';

/** Where places are asked for, and how many are wanted. */
export interface BoundedCircle extends PlaceCircle {
  /** The most places that are wanted, from 1 to `MAX_PLACES`. */
  readonly bound: number;
}

/** What is asked of the cache: places around a point, which of them, and how many are wanted. */
export type BoundedQuery = BoundedCircle & NearbyQuery;

/** An upstream's answer and the question that it was asked. */
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
  /** Within how many metres of the centre the page has every place that was asked for; 0 where that is not known. */
  readonly wholeRadiusMetres: number;
}

/** A question with its centre as a point. */
export interface Circle {
  readonly query: BoundedQuery;
  readonly centre: Point;
}

/**
 * A page of the nearest places has every place that is nearer than its last one, but for so much of the way
 * as the distances of two measures differ: those on a sphere and on the ellipsoid by up to 0.6 %.
 */
const NEARER_THAN_LAST = 0.99;

/** An answer of the upstream's, made ready to answer other questions too. */
export function createCachedPage(
  query: NearbyQuery,
  { page, complete }: SourceAnswer,
  fetchedMs: number,
): CachedPage {
  const centre = pointAt(query);
  const points = page.results.map(({ geometry }) => pointAt(positionOf(geometry.location)));
  const last = points.at(-1);
  const reach = query.choices.rank === 'distance' && last ? metresBetween(centre, last) : 0;
  return {
    query,
    page,
    fetchedMs,
    centre,
    points,
    complete,
    wholeRadiusMetres: complete ? query.radiusMetres : reach * NEARER_THAN_LAST,
  };
}

function positionOf({ lat, lng }: { readonly lat: number; readonly lng: number }): Position {
  return { latitude: lat, longitude: lng };
}

/** How far the asker's circle sticks out of the cached one at the most, in metres; 0 or less where it does not. */
export function overhang(cached: CachedPage, { query, centre }: Circle): number {
  return metresBetween(cached.centre, centre) + query.radiusMetres - cached.query.radiusMetres;
}
