import type { PlaceType } from '../place-types.ts';

/**
 * Where Google's Nearby Search (New) takes other types than ours: its table A.
 *
 * @see https://developers.google.com/maps/documentation/places/web-service/place-types
 */
const OTHERS: ReadonlyMap<PlaceType, readonly PlaceType[]> = new Map<PlaceType, PlaceType[]>([
  ['place_of_worship', ['church', 'hindu_temple', 'mosque', 'synagogue']],
  ['sublocality', []],
]);

/** The types by which Google is asked for those of a type; none where it cannot be. */
export function typesFor(type: PlaceType): readonly PlaceType[] {
  return OTHERS.get(type) ?? [type];
}
