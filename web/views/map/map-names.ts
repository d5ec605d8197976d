import type { Map as MapLibre } from 'maplibre-gl';
import type { Geofence, GeofenceShape } from 'proxy-herd/client';

import { GEOFENCE_NAMES } from './geofence-layers.ts';
import { ringOf } from './geofence-shapes.ts';
import type { MapName } from './map-name.ts';
import { toWorld, type WorldPoint } from './mercator.ts';
import { LARGE_PLACES, SMALL_PLACES } from './style.ts';

const LAYERS = [LARGE_PLACES, SMALL_PLACES, GEOFENCE_NAMES];
/** The names of places and geofences that are shown now. */
export function namesOn(map: MapLibre, geofences: readonly Geofence[]): MapName[] {
  const layers = LAYERS.filter((layer) => map.getLayer(layer) !== undefined);
  const shapes = new Map(geofences.map(({ name, shape }) => [name, shape]));
  return map.queryRenderedFeatures({ layers }).flatMap(({ geometry, properties }) => {
    const text = String(properties['name']);
    const shape = shapes.get(text);
    if (geometry.type !== 'Point')
      return shape === undefined ? [] : [{ at: middleOf(shape), text }];
    const [longitude = 0, latitude = 0] = geometry.coordinates;
    return [{ at: toWorld(latitude, longitude), text }];
  });
}

function middleOf(shape: GeofenceShape): WorldPoint {
  const corners = ringOf(shape).map(([longitude = 0, latitude = 0]) =>
    toWorld(latitude, longitude),
  );
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  return {
    x: (Math.min(...xs) + Math.max(...xs)) / 2,
    y: (Math.min(...ys) + Math.max(...ys)) / 2,
  };
}
