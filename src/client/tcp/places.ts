import { UnexpectedAnswerError } from '../errors.ts';
import type { Place } from '../location.ts';
import type { TcpLocation } from './reply.ts';
import { PlacesFailedError } from './tcp-errors.ts';

/** A place near a client, as the text protocol has it. */
export type TcpPlace = Pick<Place, 'id' | 'name' | 'latitude' | 'longitude' | 'types' | 'vicinity'>;

/** The places near a client, and where the client is. */
export interface TcpNearbyPlaces {
  readonly location: TcpLocation;
  readonly places: readonly TcpPlace[];
  /** HTML that is to be shown with the places. */
  readonly attributions: readonly string[];
}

/**
 * Reads the JSON of a reply, which is in the shape of Google's Nearby Search.
 *
 * @throws {PlacesFailedError} if its status is a failure
 * @throws {UnexpectedAnswerError} where it is in another shape
 */
export function readPlaces(server: string, json: string, location: TcpLocation): TcpNearbyPlaces {
  const page = parseObject(json);
  const { status, error_message: message, results, html_attributions: attributions } = page;
  const isAnswer = status === 'OK' || status === 'ZERO_RESULTS';
  if (!isAnswer && typeof status === 'string') {
    throw new PlacesFailedError(
      status,
      typeof message === 'string' ? message : undefined,
      location,
    );
  }
  const places = isAnswer && Array.isArray(results) ? results.map(placeOf) : [undefined];
  if (places.every((place) => place !== undefined) && isTexts(attributions)) {
    return { location, places, attributions };
  }
  throw new UnexpectedAnswerError(server, 'its places are in a shape that is not understood here');
}

function placeOf(result: unknown): TcpPlace | undefined {
  const { place_id: id, name, types, vicinity, geometry } = objectOf(result);
  const { lat: latitude, lng: longitude } = objectOf(objectOf(geometry)['location']);
  const isPlace =
    typeof id === 'string' &&
    typeof name === 'string' &&
    typeof vicinity === 'string' &&
    typeof latitude === 'number' &&
    typeof longitude === 'number' &&
    isTexts(types);
  return isPlace ? { id, name, latitude, longitude, types, vicinity } : undefined;
}

function parseObject(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return objectOf(value);
  } catch {
    return {};
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
