import type { StyleSpecification } from 'maplibre-gl';
import borders from 'map-data/borders.json?url';
import land from 'map-data/land.json?url';

import type { Theme } from '../../state/theme.ts';

/** The colours of the base map: the same as in tokens.css, which the map's own canvas cannot read. */
const COLOURS = {
  light: { water: '#dde4ec', land: '#f4f5f6', border: '#c3cbd4' },
  dark: { water: '#0f1319', land: '#1b2027', border: '#37404b' },
} as const;

/** A world of land and borders that needs no network. */
export function baseStyle(theme: Theme): StyleSpecification {
  const colours = COLOURS[theme];
  const urlOf = (file: string): string => new URL(file, import.meta.url).href;
  return {
    version: 8,
    sources: {
      land: { type: 'geojson', data: urlOf(land), maxzoom: 6 },
      borders: { type: 'geojson', data: urlOf(borders), maxzoom: 6 },
    },
    layers: [
      { id: 'water', type: 'background', paint: { 'background-color': colours.water } },
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': colours.land } },
      {
        id: 'borders',
        type: 'line',
        source: 'borders',
        paint: { 'line-color': colours.border, 'line-width': 1 },
      },
    ],
  };
}
