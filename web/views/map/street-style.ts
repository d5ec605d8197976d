import type { StyleSpecification } from 'maplibre-gl';

import type { Theme } from '../../state/theme.ts';
import { rasterStyle, type StreetStyle } from './street-layers.ts';
import type { StreetSource } from './street-map.ts';

/** Pictures are made up to this zoom by most who make any; nearer, they are enlarged. */
const RASTER_MAX_ZOOM = 19;

/**
 * Loads a street map.
 *
 * @throws {Error} where it cannot be used; its message says why to the user
 */
export async function loadStreetStyle(
  source: StreetSource,
  theme: Theme,
  isOfTheme: boolean,
  signal: AbortSignal,
): Promise<StreetStyle> {
  switch (source.type) {
    case 'raster': {
      const tiles = { tiles: [source.url], maxzoom: RASTER_MAX_ZOOM };
      return { style: rasterStyle(tiles, theme, isOfTheme), attribution: [] };
    }
    case 'style':
      return { style: await fetchStyle(source.url, signal), attribution: [] };
    case 'pmtiles': {
      const { loadArchive } = await import('./street-archive.ts');
      return loadArchive(source.url, theme, isOfTheme);
    }
  }
}

async function fetchStyle(url: string, signal: AbortSignal): Promise<StyleSpecification> {
  const response = await fetch(url, { signal, referrerPolicy: 'strict-origin' }).catch(
    (error: unknown) => {
      signal.throwIfAborted();
      throw new Error('it cannot be reached', { cause: error });
    },
  );
  if (!response.ok) throw new Error(`it answers with HTTP status ${response.status}`);
  const found: unknown = await response.json().catch(() => undefined);
  if (!isStyle(found)) throw new Error('it is no style of version 8');
  return usableStyle(found, url);
}

/**
 * What the page uses of a style: sources, pictures and layers. Its labels are drawn from the system's fonts, so that nobody is asked
 * for glyphs, and the map stays flat, north up, and where it is.
 *
 * @param base what its URLs are relative to
 */
function usableStyle(style: StyleSpecification, base: string): StyleSpecification {
  const { sources, sprite, layers } = style;
  const absolute = (url: string): string =>
    new URL(url, base).href.replaceAll('%7B', '{').replaceAll('%7D', '}');
  const located = Object.entries(sources).map(([name, source]) => [
    name,
    {
      ...source,
      ...('url' in source && typeof source.url === 'string' ? { url: absolute(source.url) } : {}),
      ...('tiles' in source && source.tiles !== undefined
        ? { tiles: source.tiles.map(absolute) }
        : {}),
    },
  ]);
  const pictures =
    typeof sprite === 'string'
      ? absolute(sprite)
      : sprite?.map(({ id, url }) => ({ id, url: absolute(url) }));
  return {
    version: 8,
    // Of the form that it was in.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    sources: Object.fromEntries(located) as StyleSpecification['sources'],
    layers,
    ...(pictures === undefined ? {} : { sprite: pictures }),
  };
}

function isStyle(value: unknown): value is StyleSpecification {
  if (typeof value !== 'object' || value === null) return false;
  if (!('version' in value && 'sources' in value && 'layers' in value)) return false;
  const { version, sources, layers } = value;
  return version === 8 && typeof sources === 'object' && sources !== null && Array.isArray(layers);
}
