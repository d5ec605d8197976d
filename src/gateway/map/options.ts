/** How a map looks, as the dashboard is to show it. */
export type MapStyle =
  /** A style of MapLibre's (https://maplibre.org/maplibre-style-spec/), at this URL. */
  | { readonly type: 'style'; readonly url: string }
  /** Pictures, at a URL with `{z}`, `{x}` and `{y}` in it. */
  | { readonly type: 'raster'; readonly url: string }
  /** An archive of tiles (https://docs.protomaps.com/pmtiles/), at this URL. */
  | { readonly type: 'pmtiles'; readonly url: string }
  /** The same, in a file that the gateway serves. */
  | { readonly type: 'file'; readonly path: string };

/** The street map of the dashboard. */
export interface MapOptions {
  readonly style: MapStyle;
  /** In the dark theme; `undefined`: the same, darkened where that is possible. */
  readonly darkStyle: MapStyle | undefined;
  /** Whom the map is by, as plain text; `undefined`: it says so itself. */
  readonly attribution: string | undefined;
  /** All origins that the page may load the map from. */
  readonly origins: readonly string[];
}
