import type { PlaceKind } from '../place-index/place-index.ts';
import type { PlaceType } from '../place-types.ts';

/** A kind of embedded place. */
interface Kind extends PlaceKind {
  /** GeoNames' feature codes of it; none for what is of no other kind, and for airports. */
  readonly featureCodes: readonly string[];
}

/** What is of no other kind: cities, towns, villages, and the seats of any government. */
const LOCALITY: Kind = {
  featureCodes: [],
  types: ['locality', 'political'],
  measure: 'population',
};

const AIRPORT: Kind = { featureCodes: [], types: ['airport'] };

/**
 * All kinds, types in the words of Google's legacy Places API.
 *
 * @see https://www.geonames.org/export/codes.html
 */
export const KINDS: readonly Kind[] = [
  LOCALITY,
  // A section of a populated place.
  { featureCodes: ['PPLX'], types: ['sublocality', 'political'], measure: 'population' },
  // Historical, abandoned and destroyed ones: nobody governs them.
  { featureCodes: ['PPLH', 'PPLCH', 'PPLQ', 'PPLW'], types: ['locality'], measure: 'population' },
  AIRPORT,
];

/** The kind of a populated place with this feature code, as its place in `KINDS`. */
export function kindOf(featureCode: string): number {
  const kind = KINDS.findIndex(({ featureCodes }) => featureCodes.includes(featureCode));
  return kind === -1 ? KINDS.indexOf(LOCALITY) : kind;
}

/** The kind of airports, as its place in `KINDS`. */
export const AIRPORT_KIND = KINDS.indexOf(AIRPORT);

/** Whether there are places of a type. */
export function hasKinds(type: PlaceType): boolean {
  return KINDS.some(({ types }) => types.includes(type));
}
