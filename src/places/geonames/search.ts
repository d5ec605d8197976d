import { around, distance } from 'geokdbush';

import type { NearbyQuery } from '../provider.ts';
import { coordinatesOf, valueOf, type Cities } from './cities-file.ts';
import { kindsOfTypes } from './kinds.ts';

/**
 * The best cities within the radius that are of a type which is asked for. By prominence: the most people first, then
 * the nearest, then the lowest ID. By distance: the nearest first, then the lowest ID.
 *
 * Distances are great-circle distances by the haversine formula on a sphere of 6,371 km radius.
 *
 * @param most how many are wanted at the most
 * @returns their places in the columns
 */
export function findCities(cities: Cities, query: NearbyQuery, most: number): number[] {
  const { latitude, longitude, radiusMetres } = query;
  const { rank, types } = query.choices;
  const kinds = new Set(kindsOfTypes(types));
  const distanceTo = (city: number): number => {
    const to = coordinatesOf(cities, city);
    return distance(longitude, latitude, to.longitude, to.latitude);
  };
  const byDistance = (a: number, b: number): number =>
    distanceTo(a) - distanceTo(b) || valueOf(cities.ids, a) - valueOf(cities.ids, b);
  const byPeople = (a: number, b: number): number =>
    valueOf(cities.populations, b) - valueOf(cities.populations, a) || byDistance(a, b);
  const isWanted = (city: number): boolean => kinds.has(valueOf(cities.kinds, city));
  const found = around(
    cities.index,
    longitude,
    latitude,
    Infinity,
    radiusMetres / 1000,
    types.length === 0 ? undefined : isWanted,
  );
  return found.sort(rank === 'distance' ? byDistance : byPeople).slice(0, most);
}
