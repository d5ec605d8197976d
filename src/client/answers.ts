import type { Location, NearbyLocation, NearbyPlaces } from './location.ts';

/*
 * What a gateway answers is taken as it is, once the members that make it what it is are seen to be there: what is
 * no gateway of a herd does not get past that.
 */

/** The members of a JSON object. */
export type Members = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isLocation(value: unknown): value is Location {
  if (!isObject(value)) return false;
  const { client, latitude, longitude, time, server } = value;
  return (
    [client, time, server].every((text) => typeof text === 'string') &&
    [latitude, longitude].every((degrees) => typeof degrees === 'number')
  );
}

/** A page of a list of clients. */
export interface ClientsPage<L extends Location> {
  readonly clients: readonly L[];
  /** The cursor of the next one, where there is one. */
  readonly next?: string;
}

export function isClientsPage(value: unknown): value is ClientsPage<Location> {
  if (!isObject(value)) return false;
  const { clients, next } = value;
  const hasNext = next === undefined || typeof next === 'string';
  return hasNext && Array.isArray(clients) && clients.every(isLocation);
}

export function isNearbyPage(value: unknown): value is ClientsPage<NearbyLocation> {
  return isClientsPage(value) && value.clients.every((each) => 'distanceM' in each);
}

export function isNearbyPlaces(value: unknown): value is NearbyPlaces {
  return isObject(value) && isLocation(value['location']) && Array.isArray(value['places']);
}
