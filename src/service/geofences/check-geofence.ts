import { GeofenceError } from './geofence-error.ts';
import type { Geofence, GeofenceVertex } from './geofence.ts';
import { crossingSides } from './polygon-rule.ts';

/** The longest name, in characters: a few words; in its document's key each takes up to 12 bytes. */
const MAX_GEOFENCE_NAME = 64;
/** The least radius, in metres: no position is known better. */
export const MIN_RADIUS_M = 1;
/** The largest radius, in metres: a country. */
export const MAX_RADIUS_M = 1_000_000;
/** The most vertices of a polygon: a town's border; its document has room for no more. */
export const MAX_VERTICES = 256;
export const MIN_VERTICES = 3;
/** The longest dwell, in seconds: a day. */
export const MAX_DWELL_S = 86_400;

/** No control characters and the like, which would not be seen. */
const NAME = new RegExp(`^[^\\p{C}\\p{Zl}\\p{Zp}]{1,${MAX_GEOFENCE_NAME}}$`, 'u');
const E7 = 10_000_000;
/** The longest side of a polygon, in degrees of longitude: a longer one would be shorter the other way round. */
const MAX_SIDE_DEG = 180;

/** The names that a geofence can have, for messages. */
export const GEOFENCE_NAME_EXPECTED = `1 to ${MAX_GEOFENCE_NAME} characters that can be seen, no white space around them`;

/** Whether a geofence can have a name. */
export function isGeofenceName(name: string): boolean {
  return NAME.test(name) && name.trim() === name;
}

/**
 * A geofence as the herd keeps it: its positions to 1e-7 degree.
 *
 * @throws {GeofenceError} where a value is not what it has to be
 */
export function checkedGeofence({ name, shape, minimumDwellS }: Geofence): Geofence {
  if (!isGeofenceName(name)) {
    const shown = JSON.stringify(name.slice(0, MAX_GEOFENCE_NAME));
    throw new GeofenceError('NAME_INVALID', 'name', shown, GEOFENCE_NAME_EXPECTED);
  }
  if (!isWithin(minimumDwellS, 0, MAX_DWELL_S)) {
    const expected = `seconds from 0 to ${MAX_DWELL_S}`;
    throw new GeofenceError('DWELL_INVALID', 'minimumDwellS', minimumDwellS, expected);
  }
  if (shape.type === 'polygon') {
    return { name, shape: { ...shape, vertices: checkedRing(shape.vertices) }, minimumDwellS };
  }
  if (!isWithin(shape.radiusM, MIN_RADIUS_M, MAX_RADIUS_M)) {
    const expected = `metres from ${MIN_RADIUS_M} to ${MAX_RADIUS_M}`;
    throw new GeofenceError('RADIUS_INVALID', 'radiusM', shape.radiusM, expected);
  }
  return { name, shape: { ...shape, ...checkedVertex(shape, 'centre') }, minimumDwellS };
}

function checkedRing(vertices: readonly GeofenceVertex[]): readonly GeofenceVertex[] {
  const { length } = vertices;
  if (length < MIN_VERTICES || length > MAX_VERTICES) {
    const expected = `${MIN_VERTICES} to ${MAX_VERTICES} of them`;
    throw new GeofenceError('VERTICES_INVALID', 'vertices', length, expected);
  }
  const ring = vertices.map((vertex, index) => checkedVertex(vertex, `vertices.${index}`));
  for (const [index, { longitude }] of ring.entries()) {
    const next = ring[(index + 1) % length]?.longitude ?? longitude;
    if (Math.abs(next - longitude) <= MAX_SIDE_DEG) continue;
    const found = `a side from longitude ${longitude} to ${next}`;
    const expected = `sides of ${MAX_SIDE_DEG} degrees at most; an area on both sides of the antimeridian is two geofences, or a circle`;
    throw new GeofenceError('VERTICES_INVALID', `vertices.${index}`, found, expected);
  }
  const crossing = crossingSides(ring.map(pointOf));
  if (crossing === undefined) return ring;
  const [first, second] = crossing;
  const found = `a side that meets the one from vertices.${second}`;
  const expected =
    'a ring that does not touch or cross itself, its last vertex not the first again';
  throw new GeofenceError('VERTICES_INVALID', `vertices.${first}`, found, expected);
}

function checkedVertex({ latitude, longitude }: GeofenceVertex, what: string): GeofenceVertex {
  if (!isWithin(latitude, -90, 90)) {
    const expected = 'degrees from -90 to 90';
    throw new GeofenceError('POSITION_INVALID', `${what}.latitude`, latitude, expected);
  }
  if (!isWithin(longitude, -180, 180)) {
    const expected = 'degrees from -180 to 180';
    throw new GeofenceError('POSITION_INVALID', `${what}.longitude`, longitude, expected);
  }
  return { latitude: rounded(latitude), longitude: rounded(longitude) };
}

function isWithin(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

function rounded(degrees: number): number {
  return Math.round(degrees * E7) / E7;
}

function pointOf({ latitude, longitude }: GeofenceVertex) {
  return { latitudeE7: Math.round(latitude * E7), longitudeE7: Math.round(longitude * E7) };
}
