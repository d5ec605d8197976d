import type { PlaceType } from '../place-types.ts';

/**
 * Where the legacy Nearby Search takes other types than ours: those of its table 1.
 *
 * @see https://developers.google.com/maps/documentation/places/web-service/legacy/supported_types
 */
const OTHERS: ReadonlyMap<PlaceType, readonly PlaceType[]> = new Map<PlaceType, PlaceType[]>([
  ['place_of_worship', ['church', 'hindu_temple', 'mosque', 'synagogue']],
  ['locality', []],
  ['sublocality', []],
]);

/** The types by which Google is asked for those of a type; none where it cannot be. */
export function typesFor(type: PlaceType): readonly PlaceType[] {
  return OTHERS.get(type) ?? [type];
}
