import { CircleArea } from './circle-area.ts';
import type { FenceArea } from './fence-area.ts';
import type { Geofence } from './geofence.ts';
import { PolygonArea } from './polygon-area.ts';

/** Makes a geofence's shape ready to be compared with positions. */
export function areaOf(shape: Geofence['shape']): FenceArea {
  return shape.type === 'circle' ? new CircleArea(shape) : new PolygonArea(shape.vertices);
}
