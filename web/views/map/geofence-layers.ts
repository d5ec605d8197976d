import type { Feature, FeatureCollection, Polygon } from 'geojson';
import type { GeoJSONSource, Map as MapLibre, StyleSpecification } from 'maplibre-gl';
import type { Geofence } from 'proxy-herd/client';

import type { Theme } from '../../state/theme.ts';
import { handlesOf, type Draft } from './geofence-draft.ts';
import { geofencesGeoJson, ringOf } from './geofence-shapes.ts';

const COLOURS = {
  light: { line: '#4a5766', draft: '#0b66c3', halo: '#f4f5f6' },
  dark: { line: '#b0bac6', draft: '#62adf5', halo: '#151a20' },
} as const;
const NONE: FeatureCollection = { type: 'FeatureCollection', features: [] };
/** The layer of their names. */
export const GEOFENCE_NAMES = 'geofence-names';
const GEOFENCES = 'geofences';
const DRAFT = 'geofence-draft';

/** Adds what geofences are drawn with to a style that was just loaded; the dots come above it. */
export function addGeofenceLayers(map: MapLibre, theme: Theme): void {
  const { line, draft, halo } = COLOURS[theme];
  map.addSource(GEOFENCES, { type: 'geojson', data: NONE });
  map.addSource(DRAFT, { type: 'geojson', data: NONE });
  const layers: StyleSpecification['layers'] = [
    {
      id: 'geofence-areas',
      type: 'fill',
      source: GEOFENCES,
      paint: { 'fill-color': line, 'fill-opacity': 0.08 },
    },
    {
      id: 'geofence-borders',
      type: 'line',
      source: GEOFENCES,
      paint: { 'line-color': line, 'line-width': 1.5, 'line-dasharray': [3, 2] },
    },
    {
      id: GEOFENCE_NAMES,
      type: 'symbol',
      source: GEOFENCES,
      layout: { 'text-field': ['get', 'name'], 'text-font': ['system-ui'], 'text-size': 12 },
      paint: { 'text-color': line, 'text-halo-color': halo, 'text-halo-width': 1.5 },
    },
    {
      id: 'draft-area',
      type: 'fill',
      source: DRAFT,
      paint: { 'fill-color': draft, 'fill-opacity': 0.15 },
    },
    {
      id: 'draft-border',
      type: 'line',
      source: DRAFT,
      paint: { 'line-color': draft, 'line-width': 2 },
    },
    {
      id: 'draft-handles',
      type: 'circle',
      source: DRAFT,
      filter: ['==', ['geometry-type'], 'Point'],
      paint: {
        'circle-radius': 6,
        'circle-color': halo,
        'circle-stroke-color': draft,
        'circle-stroke-width': 2,
      },
    },
  ];
  for (const layer of layers) map.addLayer(layer);
}

export function showGeofences(map: MapLibre, geofences: readonly Geofence[]): void {
  void map.getSource<GeoJSONSource>(GEOFENCES)?.setData(geofencesGeoJson(geofences));
}

export function showDraft(map: MapLibre, draft: Draft | undefined): void {
  const features: Feature[] = draft === undefined ? [] : featuresOf(draft);
  void map.getSource<GeoJSONSource>(DRAFT)?.setData({ type: 'FeatureCollection', features });
}

function featuresOf({ shape }: Draft): Feature[] {
  const handles = handlesOf(shape).map(({ latitude, longitude }): Feature => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [longitude, latitude] },
    properties: {},
  }));
  if (handles.length < 2) return handles;
  const geometry: Polygon = { type: 'Polygon', coordinates: [ringOf(shape)] };
  return [{ type: 'Feature', geometry, properties: {} }, ...handles];
}
