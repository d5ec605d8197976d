import { createHash } from 'node:crypto';

import { detailsOf } from '../osm/details.ts';
import { isPlace, kindOf } from '../osm/kinds.ts';
import type { ImportedPlace } from './imported-place.ts';

/** Longer ones would fill a page alone; OpenStreetMap's end at 255. */
export const MAX_NAME_LENGTH = 1_000;
/** The most of all else that is said of a place, in characters: an address, hours, names. */
const MAX_TEXT_LENGTH = 16_384;
const MAX_TYPES_OF_PLACE = 20;
const MAX_PROMINENCE = 2 ** 32 - 1;

/** What a place is made of: a row of CSV by its columns, a feature's properties. Empty ones are left out. */
export type Fields = Readonly<Record<string, string>>;

/** The fields that have a meaning of their own; `name:LANGUAGE` has one as well. */
export const FIELDS = [
  'id',
  'name',
  'latitude',
  'longitude',
  'types',
  'prominence',
  'vicinity',
  'country',
  'opening_hours',
  'phone',
  'website',
  'wheelchair',
] as const;

/**
 * The place of these fields, or what is wrong with them.
 *
 * Types are words with spaces, commas or semicolons between them. Where there are none, OpenStreetMap's tags among the
 * fields say them, and how prominent it is.
 */
export function placeOfFields(fields: Fields): ImportedPlace | string {
  const { name = '', vicinity = '', country = '' } = fields;
  const latitude = degreesOf(fields, 'latitude', 90);
  if (typeof latitude === 'string') return latitude;
  const longitude = degreesOf(fields, 'longitude', 180);
  if (typeof longitude === 'string') return longitude;
  if (name === '') return 'name: found none, expected a text';
  if (name.length > MAX_NAME_LENGTH) {
    return `name: found ${name.length} characters, expected at most ${MAX_NAME_LENGTH}`;
  }
  for (const [field, text] of [
    ['name', name],
    ['vicinity', vicinity],
  ]) {
    if (text?.includes('\uFFFD')) return `${field}: found bytes that are not UTF-8`;
  }
  const types = typesOf(fields);
  if (typeof types === 'string') return types;
  const prominence = prominenceOf(fields);
  if (typeof prominence === 'string') return prominence;
  if (country !== '' && !/^[A-Z]{2}$/.test(country)) {
    return `country: found ${quoted(country)}, expected two capital letters (ISO 3166-1)`;
  }
  const details = detailsOf(fields);
  const text = vicinity.length + JSON.stringify(details ?? {}).length;
  if (text > MAX_TEXT_LENGTH) {
    return `found ${text} characters of vicinity and details, expected at most ${MAX_TEXT_LENGTH}`;
  }
  const id = fields['id'] ?? idOf(name, latitude, longitude);
  if (id.length > MAX_NAME_LENGTH) {
    return `id: found ${id.length} characters, expected at most ${MAX_NAME_LENGTH}`;
  }
  return { id, name, latitude, longitude, types, prominence, vicinity, country, details };
}

/** A number of degrees: digits, and what belongs to a decimal number. */
const DEGREES = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

function degreesOf(fields: Fields, field: string, most: number): number | string {
  const text = fields[field];
  if (isDegrees(text, most)) return Number(text);
  const found = text === undefined ? 'none' : quoted(text);
  return `${field}: found ${found}, expected decimal degrees from -${most} to ${most}${hintOf(fields, field)}`;
}

function isDegrees(text: string | undefined, most: number): boolean {
  return text !== undefined && DEGREES.test(text) && Math.abs(Number(text)) <= most;
}

/** What the usual mistakes with coordinates look like. */
function hintOf(fields: Fields, field: string): string {
  if (/^[+-]?\d+,\d+$/.test(fields[field] ?? '')) return ', with a decimal point';
  const { latitude, longitude } = fields;
  const isSwapped = isDegrees(latitude, 180) && isDegrees(longitude, 90);
  return field === 'latitude' && isSwapped ? ': latitude and longitude may be swapped' : '';
}

function typesOf(fields: Fields): readonly string[] | string {
  const { types = '' } = fields;
  if (types === '') return isPlace(fields) ? kindOf(fields).types : [];
  const words = [...new Set(types.split(/[\s,;|]+/).filter((word) => word !== ''))];
  const wrong = words.find((word) => !/^[a-z0-9_]{1,50}$/.test(word));
  if (wrong !== undefined) {
    return `types: found ${quoted(wrong)}, expected words such as cafe or train_station`;
  }
  if (words.length <= MAX_TYPES_OF_PLACE) return words;
  return `types: found ${words.length} of them, expected at most ${MAX_TYPES_OF_PLACE}`;
}

function prominenceOf(fields: Fields): number | string {
  const { prominence } = fields;
  if (prominence === undefined) {
    return fields['types'] === undefined && isPlace(fields) ? kindOf(fields).weight : 0;
  }
  const number = Number(prominence);
  if (/^\d+$/.test(prominence) && number <= MAX_PROMINENCE) return number;
  return `prominence: found ${quoted(prominence)}, expected a whole number from 0 to ${MAX_PROMINENCE}`;
}

/** An ID for a place that has none: the same whenever the same place is imported. */
function idOf(name: string, latitude: number, longitude: number): string {
  const hash = createHash('sha256').update(`${latitude} ${longitude} ${name}`).digest('base64url');
  return `file:${hash.slice(0, 16)}`;
}

/** The most of a text that is said in a message. */
const EXCERPT_LENGTH = 40;

function quoted(text: string): string {
  return JSON.stringify(text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH)}…` : text);
}
