import type { LayerSpecification, StyleSpecification } from 'maplibre-gl';

import type { Theme } from '../../state/theme.ts';
import { baseStyle } from './style.ts';

/** The source of what a street map draws that has no style of its own. */
export const STREETS = 'streets';

/** A street map as the map's library takes it. */
export interface StreetStyle {
  readonly style: StyleSpecification;
  /** Whom it is by, where it says so itself, as HTML. */
  readonly attribution: readonly string[];
}

/** How pictures recede, so that what moves stands out; in the dark theme those that were made for light are dimmed. */
const RASTER_PAINT = {
  asMade: { 'raster-saturation': -0.3 },
  dimmed: { 'raster-saturation': -0.7, 'raster-brightness-max': 0.42, 'raster-contrast': 0.15 },
} as const;

/** Pictures above the page's own map, which shows where there are none. */
export function rasterStyle(
  source: { readonly tiles: string[]; readonly maxzoom?: number } | { readonly url: string },
  theme: Theme,
  isOfTheme: boolean,
): StyleSpecification {
  const paint = isOfTheme ? RASTER_PAINT.asMade : RASTER_PAINT.dimmed;
  const layer = { id: STREETS, type: 'raster', source: STREETS, paint } as const;
  const raster = { type: 'raster', tileSize: 256, ...source } as const;
  return above(baseStyle(theme), { [STREETS]: raster }, [layer]);
}

/** Further sources and layers above a style. */
export function above(
  style: StyleSpecification,
  sources: StyleSpecification['sources'],
  layers: readonly LayerSpecification[],
): StyleSpecification {
  return {
    ...style,
    sources: { ...style.sources, ...sources },
    layers: [...style.layers, ...layers],
  };
}
