import { createIndexProvider, type IndexedPlaces } from '../place-index/index-provider.ts';
import type { PlaceTraits } from '../provider.ts';
import { hasKinds } from './kinds.ts';

/** Where the build puts the places: beside this module, wherever it is bundled. */
export const PLACES_FILE = new URL(import.meta.resolve('#src/places/geonames/places.index'));

/** What is to be known of the answers. */
export const GEONAMES_TRAITS: PlaceTraits = {
  ranking: 'prominence',
  languages: 'asked',
  typesPerCall: 'several',
  tellsTypes: true,
  typesFor: (type) => (hasKinds(type) ? [type] : []),
};

/**
 * GeoNames' cities, towns and villages of the world, and its airports, from the file that the build made.
 *
 * @param now as that of `createIndexProvider`
 */
export function createGeonamesProvider(file: URL, now?: () => number): IndexedPlaces {
  const message = 'The embedded places cannot be read.';
  const remedy = 'Install the package anew.';
  return createIndexProvider({ name: 'geonames', file, message, remedy }, now);
}
