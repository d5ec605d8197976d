import { EARTH_RADIUS_METRES } from '../../protocol/earth.ts';
import type { Position } from '../../protocol/position.ts';

const RADIANS_PER_DEGREE = Math.PI / 180;

/** How much less than computed a lower bound is given as: the errors of its arithmetic are far smaller. */
const SLACK_METRES = 0.001;

/** A box between two parallels and two meridians, in degrees; it does not cross the antimeridian. */
export interface Box {
  readonly south: number;
  readonly west: number;
  readonly north: number;
  readonly east: number;
}

/** The great-circle distance by the haversine formula, in metres, on a sphere of 6,371 km radius. */
export function haversineMetres(from: Position, to: Position): number {
  const byLongitude = haversine(from.longitude - to.longitude);
  return metresOf(alongMeridian(from.latitude, to.latitude, byLongitude));
}

/**
 * At most the distance from a point to the nearest point of a box, in metres.
 *
 * The nearest point is on the parallel of the point, or where the great circle through it meets the box's nearer
 * meridian at a right angle, or in a corner: the method of geokdbush.
 */
export function lowerBoundMetres({ latitude, longitude }: Position, box: Box): number {
  const { south, west, north, east } = box;
  if (longitude >= west && longitude <= east) {
    const outside = Math.max(south - latitude, latitude - north, 0);
    return bound(haversine(outside));
  }
  const byLongitude = Math.min(haversine(longitude - west), haversine(longitude - east));
  const nearest = nearestLatitude(latitude, byLongitude);
  if (nearest > south && nearest < north)
    return bound(alongMeridian(latitude, nearest, byLongitude));
  return bound(
    Math.min(
      alongMeridian(latitude, south, byLongitude),
      alongMeridian(latitude, north, byLongitude),
    ),
  );
}

function bound(haversineOfWay: number): number {
  return Math.max(0, metresOf(haversineOfWay) - SLACK_METRES);
}

function haversine(degrees: number): number {
  return Math.sin((degrees * RADIANS_PER_DEGREE) / 2) ** 2;
}

function alongMeridian(latitude: number, other: number, byLongitude: number): number {
  const cosines = Math.cos(latitude * RADIANS_PER_DEGREE) * Math.cos(other * RADIANS_PER_DEGREE);
  return haversine(latitude - other) + cosines * byLongitude;
}

/** The latitude at which a meridian is nearest to a point; beyond a quarter of a circle that is a pole. */
function nearestLatitude(latitude: number, byLongitude: number): number {
  const cosine = 1 - 2 * byLongitude;
  if (cosine <= 0) return latitude > 0 ? 90 : -90;
  return Math.atan(Math.tan(latitude * RADIANS_PER_DEGREE) / cosine) / RADIANS_PER_DEGREE;
}

function metresOf(haversineOfWay: number): number {
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.min(1, Math.sqrt(haversineOfWay)));
}
