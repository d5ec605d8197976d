import { z } from 'zod';
import { scalar } from '../../places/settings.ts';
import type { Fault } from './faults.ts';
import { mapping } from './schema-parts.ts';
import { parseOrigin, PATTERNS } from './values.ts';

const STYLE =
  'the URL of a style, a URL of pictures with {z}, {x} and {y}, or the path of a .pmtiles file';
/** The attribution has to fit in a corner of the map. */
const MAX_ATTRIBUTION = 200;
const ATTRIBUTION = `a text of 1 to ${MAX_ATTRIBUTION} characters, for example © OpenStreetMap contributors`;
/** Each is in a header of the page. */
const MAX_ORIGINS = 10;
const ORIGINS = `a list of at most ${MAX_ORIGINS} origins, for example [https://tiles.example.org]`;
const ORIGIN = 'an origin, for example https://tiles.example.org';

/** What a map is made of, as it is written; a file's path is not resolved yet. */
export type MapStyleValue =
  | { readonly type: 'style' | 'raster' | 'pmtiles'; readonly url: string }
  | { readonly type: 'file'; readonly path: string };

/** Reads what a map is made of; `undefined` where a text is nothing of it. */
export function parseMapStyle(text: string): MapStyleValue | undefined {
  if (/^https?:\/\//i.test(text)) return parseMapUrl(text);
  const isFile = text.endsWith('.pmtiles') && !text.includes('\0') && !/^\w+:\/\//.test(text);
  return isFile ? { type: 'file', path: text } : undefined;
}

const BRACES = /\{[^{}]*\}/g;

function parseMapUrl(text: string): MapStyleValue | undefined {
  if (!URL.canParse(text)) return undefined;
  const { username, password, pathname, hash, host } = new URL(text);
  if (username !== '' || password !== '' || hash !== '' || /[{}]/.test(host)) return undefined;
  if (!/[{}]/.test(text)) {
    return { type: pathname.endsWith('.pmtiles') ? 'pmtiles' : 'style', url: text };
  }
  const found = [...new Set(text.match(BRACES))].sort().join('');
  return found === '{x}{y}{z}' ? { type: 'raster', url: text } : undefined;
}

/** Of a style, for editors: see `scalar`. */
const STYLE_PATTERN = /^([Hh][Tt][Tt][Pp][Ss]?:\/\/.+|.+\.pmtiles)$/;

const style = () => scalar(STYLE, parseMapStyle, STYLE_PATTERN);

export const mapSchema = mapping({
  style: style(),
  darkStyle: style().optional(),
  attribution: scalar(
    ATTRIBUTION,
    (text) => (text.trim() !== '' && text.length <= MAX_ATTRIBUTION ? text.trim() : undefined),
    /\S/,
  ).optional(),
  origins: z
    .array(
      scalar(ORIGIN, (text) => (text === '*' ? undefined : parseOrigin(text)), PATTERNS.origin),
      { error: ORIGINS },
    )
    .max(MAX_ORIGINS, { error: ORIGINS })
    .default([]),
});

export type MapValues = z.infer<typeof mapSchema>;

const outlineSchema = z.looseObject({
  style: z.string().catch(''),
  darkStyle: z.string().catch(''),
  attribution: z.unknown().optional(),
});

/** Finds what is wrong between the values of a map as they were read. */
export function mapFaults(map: unknown): Fault[] {
  const { data } = outlineSchema.safeParse(map);
  if (data === undefined || data.attribution !== undefined) return [];
  const isRaster = [data.style, data.darkStyle].some(
    (text) => parseMapStyle(text)?.type === 'raster',
  );
  if (!isRaster) return [];
  const message = `missing, expected ${ATTRIBUTION}: pictures do not say whom they are by`;
  return [{ path: ['map', 'attribution'], message }];
}
