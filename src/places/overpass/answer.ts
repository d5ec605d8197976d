import { distance } from 'geokdbush';
import { z } from 'zod';

import type { PlaceType } from '../place-types.ts';
import { distinctPlaces } from '../distinct-places.ts';
import { MAX_PLACES, type NearbyQuery, type Place, type SourceAnswer } from '../provider.ts';
import { checkShape } from '../read-answer.ts';
import { UpstreamError } from '../upstream-error.ts';
import { isPlace } from '../osm/kinds.ts';
import { OSM_ATTRIBUTION, placeOfTags } from '../osm/place-of-tags.ts';
import { ENOUGH } from './query.ts';

const latitude = z.number().min(-90).max(90);
const longitude = z.number().min(-180).max(180);

const elementSchema = z.object({
  type: z.enum(['node', 'way', 'relation']),
  id: z.int(),
  // A node has these two, a way or a relation its centre.
  lat: latitude.optional(),
  lon: longitude.optional(),
  center: z.object({ lat: latitude, lon: longitude }).optional(),
  tags: z.record(z.string(), z.string()).default({}),
});

const answerSchema = z.object({
  elements: z.array(elementSchema),
  // Where the server gave up half-way, it says so here, after what it had found by then.
  remark: z.string().optional(),
});

/** A place and what its rank depends on. */
interface Ranked {
  readonly place: Place & { readonly prominence: number };
  /** From the point of the question, in kilometres, on a sphere of 6,371 km radius. */
  readonly distance: number;
}

/**
 * Reads an answer to `overpassQuery`: the best of what lies within the radius and is of a type that is asked
 * for, by the weight of its kind, then by its distance; or by its distance alone.
 *
 * @throws {UpstreamError} where it is not such an answer, or not a whole one
 */
export function readAnswer(json: unknown, query: NearbyQuery): SourceAnswer {
  const { elements, remark = '' } = checkShape(answerSchema, json, 'an Overpass answer');
  if (/error/i.test(remark)) {
    throw new UpstreamError({
      code: 'UPSTREAM_REFUSED',
      status: 'UNKNOWN_ERROR',
      message: 'The upstream gave up half-way.',
      detail: remark,
    });
  }
  const ranked = elements
    .flatMap((element) => rank(element, query) ?? [])
    .filter(({ distance }) => distance * 1000 <= query.radiusMetres)
    .sort(query.choices.rank === 'distance' ? byDistance : byWeight);
  const results = distinctPlaces(ranked.map(({ place }) => place));
  return {
    page: {
      html_attributions: [OSM_ATTRIBUTION],
      results,
      status: results.length === 0 ? 'ZERO_RESULTS' : 'OK',
    },
    // With enough of them, a smaller circle may be all that was searched.
    complete: elements.length < ENOUGH && ranked.length <= MAX_PLACES,
  };
}

function byWeight(a: Ranked, b: Ranked): number {
  return b.place.prominence - a.place.prominence || byDistance(a, b);
}

function byDistance(a: Ranked, b: Ranked): number {
  return a.distance - b.distance || (a.place.place_id < b.place.place_id ? -1 : 1);
}

/**
 * `undefined` for what has no name, is of no type that is asked for, or is nowhere: a relation may have lost all its
 * members.
 */
function rank(element: z.infer<typeof elementSchema>, query: NearbyQuery): Ranked | undefined {
  const { type, id, tags } = element;
  const { lat, lon } = element.center ?? element;
  const { name } = tags;
  if (!name || lat === undefined || lon === undefined) return undefined;
  const { id: placeId, types, weight, vicinity, details } = placeOfTags(type, id, tags);
  if (!isOfType(query.choices.types, tags, types)) return undefined;
  return {
    distance: distance(query.longitude, query.latitude, lon, lat),
    place: {
      name,
      place_id: placeId,
      geometry: { location: { lat, lng: lon } },
      types,
      vicinity,
      prominence: weight,
      ...(details && { details }),
    },
  };
}

function isOfType(
  wanted: readonly PlaceType[],
  tags: Readonly<Record<string, string>>,
  types: readonly string[],
): boolean {
  return wanted.length === 0 || (isPlace(tags) && wanted.some((type) => types.includes(type)));
}
