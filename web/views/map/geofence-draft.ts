import type { GeofenceShape, GeofenceVertex } from 'proxy-herd/client';

import { distanceM, pointAt } from './geofence-shapes.ts';

/** The bounds that the herd has for geofences: docs/HTTP.md. */
const LEAST_VERTICES = 3;
const MOST_VERTICES = 256;
const LEAST_RADIUS_M = 1;
const MOST_RADIUS_M = 1_000_000;

/** A geofence that is being drawn. */
export interface Draft {
  /** `undefined`: a new one; else the one that it changes. */
  readonly of: string | undefined;
  readonly name: string;
  readonly shape: GeofenceShape;
}

/** What can be moved of a draft: the corners of a polygon; the middle of a circle, and a point of its border. */
export function handlesOf(shape: GeofenceShape): readonly GeofenceVertex[] {
  if (shape.type === 'polygon') return shape.vertices;
  return [shape, pointAt(shape, 90, shape.radiusM)];
}

/** The shape with one of its handles somewhere else. */
export function withHandle(shape: GeofenceShape, index: number, to: GeofenceVertex): GeofenceShape {
  if (shape.type === 'polygon') {
    return { type: 'polygon', vertices: shape.vertices.with(index, to) };
  }
  if (index === 0) return { ...shape, latitude: to.latitude, longitude: to.longitude };
  return { ...shape, radiusM: clampRadius(distanceM(shape, to)) };
}

/** The polygon with one more corner, behind all others. Others stay as they are. */
export function withPoint(shape: GeofenceShape, point: GeofenceVertex): GeofenceShape {
  if (shape.type !== 'polygon' || shape.vertices.length >= MOST_VERTICES) return shape;
  return { type: 'polygon', vertices: [...shape.vertices, point] };
}

export function clampRadius(radiusM: number): number {
  return Math.round(Math.min(MOST_RADIUS_M, Math.max(LEAST_RADIUS_M, radiusM)));
}

/** What is missing before a draft can be kept; `undefined`: nothing. */
export function missingIn({ name, shape }: Draft): string | undefined {
  if (shape.type === 'polygon' && shape.vertices.length < LEAST_VERTICES) {
    return 'Click on the map to set at least three corners.';
  }
  return name.trim() === '' ? 'Give it a name.' : undefined;
}
