import type { PlaceType } from '../place-types.ts';

/** A kind of populated place, by GeoNames' feature codes. */
interface Kind {
  readonly featureCodes: readonly string[];
  /** In the words of Google's legacy Places API. */
  readonly types: readonly string[];
}

/** What is of no other kind: cities, towns, villages, and the seats of any government. */
const LOCALITY: Kind = { featureCodes: [], types: ['locality', 'political'] };

/**
 * All kinds. A city's is in the file as its place here, so the file's version has to be raised when one
 * moves.
 *
 * @see https://www.geonames.org/export/codes.html
 */
export const KINDS: readonly Kind[] = [
  LOCALITY,
  // A section of a populated place.
  { featureCodes: ['PPLX'], types: ['sublocality', 'political'] },
  // Historical, abandoned and destroyed ones: nobody governs them.
  { featureCodes: ['PPLH', 'PPLCH', 'PPLQ', 'PPLW'], types: ['locality'] },
];

/** The kind of a city with this feature code, as its place in `KINDS`. */
export function kindOf(featureCode: string): number {
  const kind = KINDS.findIndex(({ featureCodes }) => featureCodes.includes(featureCode));
  return kind === -1 ? KINDS.indexOf(LOCALITY) : kind;
}

/** The kinds that are of one of these types, as their places in `KINDS`. */
export function kindsOfTypes(types: readonly PlaceType[]): number[] {
  return KINDS.flatMap((kind, place) =>
    types.some((type) => kind.types.includes(type)) ? [place] : [],
  );
}
