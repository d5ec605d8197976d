import { distance } from 'geokdbush';

import type { NearbyQuery, Place, SourceAnswer } from '../provider.ts';

/** By how much Google's distances, on the ellipsoid, may differ from those on a sphere. */
const MEASURES_DIFFER = 1.01;

/**
 * Of an answer with the nearest places, at whatever distance, those within the radius. It has all of them where it
 * goes beyond the radius.
 */
export function nearestWithin({ page, complete }: SourceAnswer, query: NearbyQuery): SourceAnswer {
  const metresTo = ({ geometry: { location } }: Place): number =>
    distance(query.longitude, query.latitude, location.lng, location.lat) * 1000;
  const results = page.results.filter((place) => metresTo(place) <= query.radiusMetres);
  const isBeyond = page.results.some(
    (place) => metresTo(place) > query.radiusMetres * MEASURES_DIFFER,
  );
  const { next_page_token: token, ...rest } = page;
  return {
    page: {
      ...rest,
      ...(!isBeyond && token !== undefined && { next_page_token: token }),
      results,
      status: results.length === 0 ? 'ZERO_RESULTS' : 'OK',
    },
    complete: complete || isBeyond,
  };
}
