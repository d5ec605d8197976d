import type { Map as MapLibre } from 'maplibre-gl';
import type { Geofence, GeofenceShape } from 'proxy-herd/client';

import { toScreen, type Camera } from './camera.ts';
import { GEOFENCE_NAMES } from './geofence-layers.ts';
import { ringOf } from './geofence-shapes.ts';
import type { Box } from './label-room.ts';
import { toWorld, type WorldPoint } from './mercator.ts';
import { LARGE_PLACES, SMALL_PLACES } from './style.ts';

/* The names that the map itself shows. Its library does not say where their letters are: this is about there. */

const LAYERS = [LARGE_PLACES, SMALL_PLACES, GEOFENCE_NAMES];
/** About the size of their letters, in pixels, and the widest line, in letters' widths. */
const LETTER_PX = 6.5;
const LINE_PX = 15;
const MOST_IN_LINE = 14;

/** A name on the map. */
export interface MapName {
  readonly at: WorldPoint;
  readonly text: string;
}

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

/** What of the screen a name takes. */
export function boxOfName({ at, text }: MapName, camera: Camera): Box {
  const { x, y } = toScreen(camera, at);
  const half = {
    width: (Math.min(text.length, MOST_IN_LINE) * LETTER_PX) / 2,
    height: (Math.ceil(text.length / MOST_IN_LINE) * LINE_PX) / 2,
  };
  return {
    left: x - half.width,
    top: y - half.height,
    right: x + half.width,
    bottom: y + half.height,
  };
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
