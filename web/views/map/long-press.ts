import type { Map as MapLibre, MapTouchEvent } from 'maplibre-gl';
import type { Point } from 'proxy-herd/client';

/** A finger that rests so long asks about where it is, in milliseconds: as long as systems have it. */
const LONG_MS = 500;
/** A finger that moves farther moves the map, in pixels. */
const STILL_PX = 8;

/** Calls a listener with the points that are asked about: by the other button of a mouse, or by a finger that rests. */
export function listenForPoints(map: MapLibre, listener: (point: Point) => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let began: MapTouchEvent['point'] | undefined;
  const end = (): void => clearTimeout(timer);
  map.on('contextmenu', (event) => {
    event.preventDefault();
    end();
    listener(pointOf(event.lngLat));
  });
  map.on('touchstart', ({ point, points, lngLat }) => {
    end();
    began = point;
    if (points.length === 1) timer = setTimeout(() => listener(pointOf(lngLat)), LONG_MS);
  });
  map.on('touchmove', ({ point }) => {
    if (began === undefined || point.dist(began) > STILL_PX) end();
  });
  map.on('touchend', end);
  map.on('touchcancel', end);
}

function pointOf(position: { wrap(): { lat: number; lng: number } }): Point {
  const { lat: latitude, lng: longitude } = position.wrap();
  return { latitude, longitude };
}
