import { createIndexProvider, type IndexedPlaces } from '../place-index/index-provider.ts';
import type { PlaceTraits } from '../provider.ts';

/** What is to be known of the answers. */
export const FILE_TRAITS: PlaceTraits = {
  ranking: 'both',
  languages: 'asked',
  typesPerCall: 'several',
  tellsTypes: true,
  // Which types a file has is known when it is open.
  typesFor: (type) => [type],
};

/** Places of the operator's own, from a place index. */
export function createFileProvider(file: string): IndexedPlaces {
  const message = 'The places of the file cannot be read.';
  const remedy = 'Make it anew: proxy-herd places import.';
  return createIndexProvider({ name: 'file', file, message, remedy });
}
