import type { Map as MapLibre, MapMouseEvent, MapTouchEvent } from 'maplibre-gl';
import type { GeofenceShape, GeofenceVertex } from 'proxy-herd/client';

import { handlesOf, withHandle, withPoint } from './geofence-draft.ts';

/** A handle is meant by what is so near to it, in pixels. */
const HANDLE_PX = 16;

/** What the tool draws on. */
export interface GeofenceToolParts {
  readonly map: MapLibre;
  /** What is drawn at the moment; `undefined`: nothing. */
  readonly shape: () => GeofenceShape | undefined;
  readonly onChange: (shape: GeofenceShape) => void;
}

/** Draws a geofence by hand: a click sets a corner, and what is set can be dragged. */
export class GeofenceTool {
  readonly #parts: GeofenceToolParts;
  /** The handle that is being dragged. */
  #dragged: number | undefined;

  constructor(parts: GeofenceToolParts) {
    const { map } = parts;
    this.#parts = parts;
    map.on('mousedown', (event) => this.#grab(event));
    map.on('touchstart', (event) => this.#grab(event));
    map.on('mousemove', (event) => this.#drag(event));
    map.on('touchmove', (event) => this.#drag(event));
    map.on('mouseup', () => this.#drop());
    map.on('touchend', () => this.#drop());
  }

  /** Takes a click. Returns whether it was meant for the drawing. */
  click({ lngLat, point }: MapMouseEvent): boolean {
    const shape = this.#parts.shape();
    if (shape === undefined) return false;
    if (this.#handleAt(shape, point) === undefined) {
      this.#parts.onChange(withPoint(shape, vertexOf(lngLat)));
    }
    return true;
  }

  #grab(event: MapMouseEvent | MapTouchEvent): void {
    const shape = this.#parts.shape();
    if (shape === undefined) return;
    this.#dragged = this.#handleAt(shape, event.point);
    if (this.#dragged !== undefined) event.preventDefault(); // the map stays where it is
  }

  #drag({ lngLat }: MapMouseEvent | MapTouchEvent): void {
    const shape = this.#parts.shape();
    if (shape === undefined || this.#dragged === undefined) return;
    this.#parts.onChange(withHandle(shape, this.#dragged, vertexOf(lngLat)));
  }

  #drop(): void {
    this.#dragged = undefined;
  }

  #handleAt(shape: GeofenceShape, { x, y }: { x: number; y: number }): number | undefined {
    const at = handlesOf(shape).findIndex(({ latitude, longitude }) => {
      const shown = this.#parts.map.project([longitude, latitude]);
      return Math.hypot(shown.x - x, shown.y - y) <= HANDLE_PX;
    });
    return at === -1 ? undefined : at;
  }
}

function vertexOf(position: { wrap(): { lat: number; lng: number } }): GeofenceVertex {
  const { lat: latitude, lng: longitude } = position.wrap();
  return { latitude, longitude };
}
