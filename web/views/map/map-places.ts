import type { GeoJSONSource, Map as MapLibre } from 'maplibre-gl';

import { loadPlaces, placesGeoJson } from './places.ts';
import { LARGE_PLACES, SMALL_PLACES } from './style.ts';

/** Small places are loaded from this zoom on. */
const SMALL_FROM_ZOOM = 6.5;

/** The names of places on the map: loaded when needed, and added to each new style. */
export class MapPlaces {
  readonly #map: MapLibre;
  /** The source that the large places are in: of the style that is shown. */
  #largeIn: GeoJSONSource | undefined;
  #hasSmall = false;

  constructor(map: MapLibre) {
    this.#map = map;
  }

  /** Another style is shown: it has no places yet. */
  reset(): void {
    this.#hasSmall = false;
  }

  /** Shows the places that the zoom asks for. */
  async show(): Promise<void> {
    const wantsSmall = this.#map.getZoom() >= SMALL_FROM_ZOOM && !this.#hasSmall;
    const large = this.#map.getSource<GeoJSONSource>(LARGE_PLACES);
    const small = this.#map.getSource<GeoJSONSource>(SMALL_PLACES);
    if (wantsSmall) this.#hasSmall = true;
    try {
      const places = await loadPlaces();
      if (this.#largeIn !== large) void large?.setData(placesGeoJson(places, 'large'));
      this.#largeIn = large;
      if (wantsSmall) void small?.setData(placesGeoJson(places, 'small'));
    } catch {
      if (wantsSmall) this.#hasSmall = false; // the map does without names until it is moved again
    }
  }
}
