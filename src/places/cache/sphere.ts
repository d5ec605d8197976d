import { EARTH_RADIUS_METRES } from '../../protocol/earth.ts';
import type { Position } from '../../protocol/position.ts';

const RADIANS_PER_DEGREE = Math.PI / 180;

/**
 * A point on the sphere, in metres from its middle. Neither the poles nor the antimeridian are special
 * in these coordinates.
 */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Where a position is on the sphere. */
export function pointAt({ latitude, longitude }: Position): Point {
  const phi = latitude * RADIANS_PER_DEGREE;
  const lambda = longitude * RADIANS_PER_DEGREE;
  const fromAxis = EARTH_RADIUS_METRES * Math.cos(phi);
  return {
    x: fromAxis * Math.cos(lambda),
    y: fromAxis * Math.sin(lambda),
    z: EARTH_RADIUS_METRES * Math.sin(phi),
  };
}

/** The square of the straight way from one point to another, in square metres. */
export function chordSquared(a: Point, b: Point): number {
  const [x, y, z] = [a.x - b.x, a.y - b.y, a.z - b.z];
  return x * x + y * y + z * z;
}

/** The straight way from one end to the other of a way along a great circle, in metres. */
export function chordUnder(metres: number): number {
  return (
    2 * EARTH_RADIUS_METRES * Math.sin(Math.min(metres / (2 * EARTH_RADIUS_METRES), Math.PI / 2))
  );
}

/** The way from one point to another along the great circle through both, in metres. */
export function metresBetween(a: Point, b: Point): number {
  const share = Math.sqrt(chordSquared(a, b)) / (2 * EARTH_RADIUS_METRES);
  // Of two points opposite each other, the chord may come out longer than the axis.
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.min(share, 1));
}
