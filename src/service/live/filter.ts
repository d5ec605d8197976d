import { Box, type BoxEdges } from '../../store/spatial-index-box.ts';
import type { Area } from '../spread/part.ts';
import { haversineOfMetres, Origin } from '../../store/spatial-index-origin.ts';

/**
 * Which clients a subscriber gets: those of these IDs, or all; of them those that `accepts`; and of those, where
 * there is an area, or there are geofences, the ones that are in it, and in one of them.
 */
export interface LiveFilter {
  /** The bytes of IDs. They are looked up one by one: a subscriber of a few costs a few, whatever the load. */
  readonly clients?: readonly Buffer[] | undefined;
  /** Whether the subscriber may see, and wants, the client whose ID the bytes are. */
  readonly accepts?: ((client: Buffer) => boolean) | undefined;
  readonly area?: LiveArea | undefined;
  /** The same as plain data, so that other servers can be asked. */
  readonly bounds?: Area | undefined;
  /** Names of geofences: only of these it is told who enters and leaves. */
  readonly geofences?: ReadonlySet<string> | undefined;
  /** Whether it is told as well when clients are seen that do not say where they are. */
  readonly wantsSeen?: boolean | undefined;
  /** Whether it may not know of geofences: it is not told who enters and leaves, nor which a client is in. */
  readonly hidesGeofences?: boolean | undefined;
}

/** An area of the Earth: whether a position, in 1e-7 degrees, is in it. */
export type LiveArea = (latitudeE7: number, longitudeE7: number) => boolean;

/** The area of a box; it crosses the 180th meridian if west is above east. */
export function boxArea(edges: BoxEdges): LiveArea {
  const box = new Box(edges);
  return (latitudeE7, longitudeE7) => box.contains(latitudeE7, longitudeE7);
}

/** The area within a distance, in metres, of a point. */
export function circleArea(
  latitudeE7: number,
  longitudeE7: number,
  radiusMetres: number,
): LiveArea {
  const middle = new Origin(latitudeE7, longitudeE7);
  const most = haversineOfMetres(radiusMetres);
  return (latitude, longitude) => middle.haversine(latitude, longitude, most) <= most;
}
