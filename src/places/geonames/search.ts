import { around, distance } from 'geokdbush';

import type { NearbyQuery } from '../provider.ts';
import { coordinatesOf, valueOf, type Cities } from './cities-file.ts';

/**
 * The most prominent cities within the radius: the most people first, then the nearest, then the
 * lowest ID. Google's Nearby Search, too, ranks by prominence unless it is asked otherwise.
 *
 * Distances are great-circle distances by the haversine formula on a sphere of 6,371 km radius.
 *
 * @param most how many are wanted at the most
 * @returns their places in the columns
 */
export function findCities(cities: Cities, query: NearbyQuery, most: number): number[] {
  const { latitude, longitude, radiusMetres } = query;
  const distanceTo = (city: number): number => {
    const to = coordinatesOf(cities, city);
    return distance(longitude, latitude, to.longitude, to.latitude);
  };
  const byRank = (a: number, b: number): number =>
    valueOf(cities.populations, b) - valueOf(cities.populations, a) ||
    distanceTo(a) - distanceTo(b) ||
    valueOf(cities.ids, a) - valueOf(cities.ids, b);
  const found = around(cities.index, longitude, latitude, Infinity, radiusMetres / 1000);
  return found.sort(byRank).slice(0, most);
}
