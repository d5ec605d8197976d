import { MAX_PLACES, type Place } from './provider.ts';

/** As many of these places as a page has room for, the first ones, each once. */
export function distinctPlaces(places: readonly Place[]): Place[] {
  const byId = new Map<string, Place>();
  for (const place of places) {
    if (byId.size === MAX_PLACES) break;
    if (!byId.has(place.place_id)) byId.set(place.place_id, place);
  }
  return [...byId.values()];
}
