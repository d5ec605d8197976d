import { z } from 'zod';

import type { MapOptions, MapStyle } from '../map/options.ts';
import { TILE_PATHS } from '../map/tile-paths.ts';
import { requireReader } from './client-filters.ts';
import { defineRoute, jsonAnswer, NOTHING, type Route } from './route.ts';

const styleSchema = z
  .object({
    type: z
      .enum(['style', 'raster', 'pmtiles'])
      .describe('A style of MapLibre, pictures, or a PMTiles archive'),
    url: z
      .string()
      .describe('Where it is, relative to this server; of pictures with {z}, {x}, {y}'),
  })
  .nullable();

const mapSchema = z
  .object({
    style: styleSchema.describe('The source of the map; null: the map of the page itself'),
    darkStyle: styleSchema.describe('The same in the dark theme; null: as in the light one'),
    attribution: z.string().nullable().describe('Whom it is by; null: it says so itself'),
    origins: z.array(z.string()).describe('All origins that it is loaded from'),
  })
  .describe('The street map of the dashboard');

/** The street map that the dashboard is to show. */
export function mapRoute(map: () => MapOptions | undefined): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/map',
    name: 'getMap',
    summary: 'The street map that the dashboard shows',
    description:
      'That of the configuration. Who may read nobody is not told: URLs of maps may have keys in them.',
    scope: 'read',
    params: NOTHING,
    query: NOTHING,
    answers: {
      200: { description: 'The map', content: { 'application/json': mapSchema } },
    },
    problems: [],
    handle: ({ caller }) => {
      requireReader(caller);
      return jsonAnswer(describeMap(map()), { 'cache-control': 'no-cache' });
    },
  });
}

function describeMap(map: MapOptions | undefined): z.input<typeof mapSchema> {
  return {
    style: describeStyle(map?.style, TILE_PATHS.style),
    darkStyle: describeStyle(map?.darkStyle, TILE_PATHS.darkStyle),
    attribution: map?.attribution ?? null,
    origins: [...(map?.origins ?? [])],
  };
}

function describeStyle(style: MapStyle | undefined, path: string): z.input<typeof styleSchema> {
  if (style === undefined) return null;
  return style.type === 'file' ? { type: 'pmtiles', url: path } : style;
}
