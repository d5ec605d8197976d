import type { PlaceDetails } from '../details.ts';
import { detailsOf } from './details.ts';
import { kindOf } from './kinds.ts';

/** What OpenStreetMap's licence asks to be shown with its data. */
export const OSM_ATTRIBUTION =
  '<a href="https://www.openstreetmap.org/copyright">© OpenStreetMap contributors</a>, ' +
  '<a href="https://opendatacommons.org/licenses/odbl/1-0/">ODbL 1.0</a>';

/** A thing of OpenStreetMap, as its IDs name it. */
export type ElementType = 'node' | 'way' | 'relation';

/** What tags say of a place. */
export interface TaggedPlace {
  readonly id: string;
  readonly types: readonly string[];
  /** From 0 to 3. */
  readonly weight: number;
  readonly vicinity: string;
  readonly details: PlaceDetails | undefined;
}

/** What the tags of a thing say of it as a place. */
export function placeOfTags(
  type: ElementType,
  id: number,
  tags: Readonly<Record<string, string>>,
): TaggedPlace {
  const { weight, types } = kindOf(tags);
  const vicinity = vicinityOf(tags);
  return { id: `osm:${type}/${id}`, types, weight, vicinity, details: detailsOf(tags) };
}

/** "Westwood Plaza 7, Los Angeles", as far as it is known. */
function vicinityOf(tags: Readonly<Record<string, string>>): string {
  const street = tags['addr:street'] ?? tags['addr:place'];
  const number = street === undefined ? undefined : tags['addr:housenumber'];
  const line = [street, number].filter((part) => part !== undefined).join(' ');
  return (
    tags['addr:full'] ?? [line, tags['addr:city'] ?? ''].filter((part) => part !== '').join(', ')
  );
}
