import type { ExpressionSpecification, StyleSpecification } from 'maplibre-gl';
import borders from 'map-data/borders.json?url';
import land from 'map-data/land.json?url';

import type { Theme } from '../../state/theme.ts';

/** The colours of the base map: the same as in tokens.css, which the map's own canvas cannot read. */
export const MAP_COLOURS = {
  light: {
    water: '#dde4ec',
    land: '#f4f5f6',
    border: '#c3cbd4',
    label: '#5b6775',
    halo: '#f4f5f6',
  },
  dark: { water: '#0f1319', land: '#1b2027', border: '#37404b', label: '#8d99a7', halo: '#151a20' },
} as const;

/** The sources of labels: the largest places, and the others, which are loaded when they are near enough. */
export const LARGE_PLACES = 'large-places';
export const SMALL_PLACES = 'small-places';

/** Drawn by the browser from the system's fonts: no server of glyphs is needed. */
const FONT = ['system-ui'];

/** A world of land, borders and places that needs no network. */
export function baseStyle(theme: Theme): StyleSpecification {
  const colours = MAP_COLOURS[theme];
  const urlOf = (file: string): string => new URL(file, import.meta.url).href;
  const none = { type: 'FeatureCollection' as const, features: [] };
  return {
    version: 8,
    sources: {
      land: { type: 'geojson', data: urlOf(land), maxzoom: 6 },
      borders: { type: 'geojson', data: urlOf(borders), maxzoom: 6 },
      [LARGE_PLACES]: { type: 'geojson', data: none, maxzoom: 8 },
      [SMALL_PLACES]: { type: 'geojson', data: none, maxzoom: 8 },
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
      placesLayer(SMALL_PLACES, colours, 7),
      placesLayer(LARGE_PLACES, colours, 0),
    ],
  };
}

type Layer = StyleSpecification['layers'][number];

function placesLayer(source: string, colours: (typeof MAP_COLOURS)[Theme], minzoom: number): Layer {
  const size: ExpressionSpecification = [
    'interpolate',
    ['linear'],
    ['zoom'],
    2,
    ['case', ['>', ['get', 'population'], 3_000_000], 11, 10],
    10,
    ['case', ['>', ['get', 'population'], 300_000], 15, 11],
  ];
  return {
    id: source,
    type: 'symbol',
    source,
    minzoom,
    filter: ['<=', ['get', 'fromZoom'], ['zoom']],
    layout: {
      'text-field': ['get', 'name'],
      'text-font': FONT,
      'text-size': size,
      'text-max-width': 8,
      'text-padding': 6,
      'symbol-sort-key': ['-', 0, ['get', 'population']],
    },
    paint: {
      'text-color': colours.label,
      'text-halo-color': colours.halo,
      'text-halo-width': 1.2,
    },
  };
}
