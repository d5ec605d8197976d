import { JSONParser } from '@streamparser/json';
import { z } from 'zod';

import { centreOf } from './box-centre.ts';
import { ImportError } from './import-error.ts';
import type { ImportedPlace, ReadingHooks } from './imported-place.ts';
import { readInput } from './input-file.ts';
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
});

/** Properties whose names other programs have for a field. */
const ALIASES: Readonly<Record<string, string>> = { type: 'types', address: 'vicinity' };

/** U+FEFF in UTF-8: some editors begin a file with it. */
const BOM = Buffer.from('\uFEFF');

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
  let isFirst = true;
  for await (const chunk of readInput(path, hooks)) {
    const text =
      isFirst && chunk.subarray(0, BOM.length).equals(BOM) ? chunk.subarray(BOM.length) : chunk;
    isFirst = false;
    parse(path, number + features.length, () => parser.write(text));
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

function parse(path: string, features: number, write: () => void): void {
  try {
    write();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ImportError('INPUT_FORMAT', `${path}: after feature ${features}: no JSON: ${reason}`);
  }
}

function placeOfFeature(value: unknown): ImportedPlace | string {
  const feature = featureSchema.safeParse(value);
  if (!feature.success) return 'found something else, expected a GeoJSON Feature';
  const geometry = geometrySchema.safeParse(
    typeof value === 'object' && value !== null && 'geometry' in value ? value.geometry : undefined,
  );
  if (!geometry.success) {
    return 'geometry: expected a Point, LineString or Polygon, or several, with [longitude, latitude]';
  }
  const middle = middleOf(geometry.data);
  const { id, properties } = feature.data;
  return placeOfFields({
    ...(id !== undefined && { id: String(id) }),
    ...fieldsOf(properties ?? {}),
    latitude: String(middle.latitude),
    longitude: String(middle.longitude),
  });
}

/** Texts and numbers are fields; a list of texts, as `types` may be, is one as well. */
function fieldsOf(properties: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(properties).flatMap(([key, value]): [string, string][] => {
    const text = Array.isArray(value) ? value.join(' ') : value;
    if (typeof text !== 'string' && typeof text !== 'number') return [];
    const trimmed = String(text).trim();
    return trimmed === '' ? [] : [[ALIASES[key] ?? key, trimmed]];
  });
  return Object.fromEntries(entries);
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
