import { MAX_PLACES, type NearbyQuery, type PlaceTraits } from '../provider.ts';
import type { BoundedQuery, CachedPage } from './cached-page.ts';

/** The largest radius that is asked for, in metres: the largest of `WHATSAT`, and of Google. */
const MAX_RADIUS_METRES = 50_000;

/**
 * How many places a circle is to have that is to be answered completely: half of what makes a page
 * full, since places are not spread evenly.
 */
const COMPLETE_PLACES = 10;

/** How many standard deviations more places than are wanted are to lie in the asker's circle. */
const SAFETY_DEVIATIONS = 2;

/**
 * The circle to ask the upstream about, for a question that no cached page answers. A call costs the same
 * for any radius, and the larger the circle the more questions its page answers; one that does not
 * answer the asker costs a second call. So the circle is as large as seems safe, by what is known
 * of the surroundings; where nothing is known, it is the asker's own.
 *
 * @param known the page of the smallest cached circle around the asker
 */
export function widened(
  query: BoundedQuery,
  known: CachedPage | undefined,
  ranking: PlaceTraits['ranking'],
): NearbyQuery {
  if (known === undefined) return query;
  const forAll = known.complete ? radiusForAll(known) : 0;
  const isWherever = query.choices.rank === 'prominence' && ranking === 'prominence';
  const forBound = isWherever ? radiusForBound(query) : 0;
  const wide = Math.min(Math.max(forAll, forBound), MAX_RADIUS_METRES);
  return { ...query, radiusMetres: Math.max(wide, query.radiusMetres) };
}

/** A radius with which a page is likely to be complete, if places are as dense as in the known circle. */
function radiusForAll({ query, page }: CachedPage): number {
  // One more than there are: that a circle is empty does not mean that all around it is.
  return query.radiusMetres * Math.sqrt(COMPLETE_PLACES / (page.results.length + 1));
}

/**
 * A radius with which enough places even of a full page are likely to lie in the asker's circle: each
 * of the page's places does so with a chance of the one circle's area to the other's.
 */
function radiusForBound({ radiusMetres, bound }: BoundedQuery): number {
  const deviation = Math.sqrt(bound * (1 - bound / MAX_PLACES));
  return radiusMetres * Math.sqrt(MAX_PLACES / (bound + SAFETY_DEVIATIONS * deviation));
}
