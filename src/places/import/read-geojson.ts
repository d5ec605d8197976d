import { JSONParser } from '@streamparser/json';
import { z } from 'zod';

import { centreOf } from './box-centre.ts';
import { ImportError } from './import-error.ts';
import type { ImportedPlace, ReadingHooks } from './imported-place.ts';
import { readText } from './input-file.ts';
import { placeOfFields } from './place-of-fields.ts';

const position = z.tuple([z.number(), z.number()]).rest(z.number());
const ring = z.array(position).min(1);

/** What a place can be: a point, or something that has a middle. */
const geometrySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Point'), coordinates: position }),
  z.object({ type: z.literal('MultiPoint'), coordinates: ring }),
  z.object({ type: z.literal('LineString'), coordinates: ring }),
  z.object({ type: z.literal('MultiLineString'), coordinates: z.array(ring).min(1) }),
  z.object({ type: z.literal('Polygon'), coordinates: z.array(ring).min(1) }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(ring).min(1)).min(1) }),
]);

const featureSchema = z.object({
  type: z.literal('Feature'),
  id: z.union([z.string(), z.number()]).optional(),
  properties: z.record(z.string(), z.unknown()).nullable().optional(),
  geometry: z.unknown().optional(),
});

/** Properties whose names other programs have for a field. */
const ALIASES: Readonly<Record<string, string>> = { type: 'types', address: 'vicinity' };

/**
 * The places of a GeoJSON FeatureCollection: points, and of everything else the middle of its box. Only one feature
 * at a time is in memory.
 *
 * @throws {ImportError} where it is none
 */
export async function* readGeoJson(
  path: string,
  hooks: ReadingHooks,
): AsyncGenerator<ImportedPlace> {
  const features: unknown[] = [];
  let number = 0;
  let type: unknown;
  const parser = new JSONParser({ paths: ['$.type', '$.features.*'], keepStack: false });
  parser.onValue = ({ value, key, stack }) => {
    if (key === 'type' && stack.length === 1) type = value;
    else features.push(value);
  };
  for await (const chunk of readText(path, hooks)) {
    parse(path, () => number + features.length, parser, chunk);
    for (const feature of features.splice(0)) {
      number += 1;
      const place = placeOfFeature(feature);
      if (typeof place === 'string') hooks.onInvalid({ where: `feature ${number}`, fault: place });
      else yield place;
    }
  }
  if (!parser.isEnded) {
    const where = number === 0 ? 'it' : `after feature ${number} it`;
    throw new ImportError('INPUT_CUT_OFF', `${path}: ${where} ends within JSON`);
  }
  if (type !== 'FeatureCollection') {
    const found = JSON.stringify(type) ?? 'no type';
    throw new ImportError(
      'INPUT_FORMAT',
      `${path}: found ${found}; expected a GeoJSON object of the type "FeatureCollection"`,
    );
  }
}

/** @param features how many have been read so far */
function parse(path: string, features: () => number, parser: JSONParser, chunk: Buffer): void {
  try {
    parser.write(chunk);
  } catch (error) {
    const where = `${path}: after feature ${features()}`;
    throw new ImportError('INPUT_FORMAT', `${where}: ${jsonFault(error)}`);
  }
}

/** What the parser says, without its own state. */
function jsonFault(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/not valid for encoding utf-8/.test(message)) return 'found bytes that are not UTF-8';
  const [, found, position, state] =
    /^Unexpected ("[^]+?") at .*absolute position "(\d+)"\) in state (\w+)$/.exec(message) ?? [];
  if (found === undefined) return `no JSON: ${message}`;
  const expected = state === 'ENDED' ? 'one JSON value and nothing after it' : 'JSON';
  return `found ${found} at byte ${position}, expected ${expected}`;
}

function placeOfFeature(value: unknown): ImportedPlace | string {
  const feature = featureSchema.safeParse(value);
  if (!feature.success) return 'found something else, expected a GeoJSON Feature';
  const { id, properties, geometry: given } = feature.data;
  const geometry = geometrySchema.safeParse(given);
  if (!geometry.success) {
    return `geometry: found ${excerptOf(given)}, expected a Point, LineString or Polygon, or several, with [longitude, latitude]`;
  }
  const middle = middleOf(geometry.data);
  return placeOfFields({
    ...(id !== undefined && { id: String(id) }),
    ...fieldsOf(properties ?? {}),
    latitude: String(middle.latitude),
    longitude: String(middle.longitude),
  });
}

/** The most of a value that is shown in a message, in characters. */
const EXCERPT_LENGTH = 80;

function excerptOf(value: unknown): string {
  const text = JSON.stringify(value) ?? 'none';
  return text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH)}…` : text;
}

/**
 * Texts and numbers are fields; a list of texts, as `types` may be, is one as well. As with columns, case does not
 * matter; what has a field's very name goes before what is called otherwise.
 */
function fieldsOf(properties: Readonly<Record<string, unknown>>): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [key, value] of Object.entries(properties)) {
    const text = Array.isArray(value) ? value.join(' ') : value;
    if (typeof text !== 'string' && typeof text !== 'number') continue;
    const trimmed = String(text).trim();
    const field = fieldOf(key);
    if (trimmed !== '' && (key === field || !(field in properties))) fields[field] = trimmed;
  }
  return fields;
}

function fieldOf(key: string): string {
  const name = key.startsWith('name:') ? key : key.toLowerCase();
  return ALIASES[name] ?? name;
}

function middleOf(geometry: z.infer<typeof geometrySchema>) {
  const { type, coordinates } = geometry;
  if (type === 'Point') return { longitude: coordinates[0], latitude: coordinates[1] };
  const flat: readonly (readonly number[])[] =
    type === 'MultiPoint' || type === 'LineString'
      ? coordinates
      : type === 'MultiPolygon'
        ? coordinates.flat(2)
        : coordinates.flat();
  return centreOf(flat.map(([longitude = NaN, latitude = NaN]) => ({ longitude, latitude })));
}
