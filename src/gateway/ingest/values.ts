import type { Attributes } from '../../protocol/attributes.ts';
import type { Instant } from '../../protocol/timestamp.ts';
import { parseTime } from '../../protocol/time.ts';
import { type Fix, type Reading, unused } from './app.ts';

/*
 * Values as phone apps write them. What a value means, and in which unit it is, is said in each app's own folder.
 */

/** The metres per second of a knot, and of a kilometre an hour. */
export const KNOT_MPS = 1852 / 3600;
export const KMH_MPS = 1 / 3.6;

/** A number, as such or as a text, also one with a decimal comma. */
const NUMBER = /^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?$/;

/** Reads a number; `undefined` where there is none. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return NUMBER.test(text) ? Number(text.replace(',', '.')) : undefined;
}

/** Reads a text that is not empty; a number counts as one. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** Whether a value is an object of JSON. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Below this a number of unclear unit is POSIX seconds, from this on milliseconds. */
const FIRST_MILLISECONDS = 2 ** 31;
/** As some trackers write a time, which is UTC. */
const WITH_SPACE = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,9})?)$/;
/** An offset without its colon. */
const SHORT_OFFSET = /([+-]\d\d)(\d\d)$/;

/** Reads a time: POSIX seconds or milliseconds, or ISO 8601; `undefined` where it is none. */
export function timeOf(value: unknown): Instant | undefined {
  const text = textOf(value) ?? '';
  const number = numberOf(text);
  if (number !== undefined) return instantOf(number < FIRST_MILLISECONDS ? number * 1000 : number);
  const [, day, time] = WITH_SPACE.exec(text) ?? [];
  if (day !== undefined) return parseTime(`${day}T${time}Z`);
  return parseTime(text.replace(SHORT_OFFSET, '$1:$2'));
}

/** A time in milliseconds since 1970; earlier times are invalid. */
function instantOf(milliseconds: number): Instant | undefined {
  const whole = Math.round(milliseconds);
  if (whole < 0 || whole > 8.64e15) return undefined;
  return { seconds: Math.floor(whole / 1000), nanoseconds: (whole % 1000) * 1e6 };
}

/** A number that is known where it is not negative: many apps write -1 for what they do not know. */
export function unlessNegative(value: number | undefined): number | undefined {
  return value === undefined || value < 0 ? undefined : value;
}

/** A number that is known where it is above zero: some apps write 0 for what they do not know. */
export function unlessZero(value: number | undefined): number | undefined {
  return value === undefined || value <= 0 ? undefined : value;
}

/** A product that is known where its factor is. */
export function times(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}

/** What is known of a client, of what an app says; what cannot be is left out. */
function attributesOf(said: Attributes): Attributes {
  const { accuracyM, altitudeM, speedMps, courseDeg, batteryPercent, charging, ...others } = said;
  const known: Attributes = {
    ...others,
    accuracyM: unlessNegative(accuracyM),
    altitudeM,
    speedMps: unlessNegative(speedMps),
    courseDeg: within(courseDeg, 360),
    batteryPercent: within(batteryPercent, 100),
    charging,
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}

function within(value: number | undefined, most: number): number | undefined {
  return value !== undefined && value >= 0 && value <= most ? value : undefined;
}

/** Whether a phone is charging, by OwnTracks' numbers: 0 unknown, 1 unplugged, 2 charging, 3 full. */
export function chargingOf(state: unknown): boolean | undefined {
  const number = numberOf(state);
  if (number === 1) return false;
  return number === 2 || number === 3 ? true : undefined;
}

/** Yes or no, as forms and queries have it; `undefined` where nothing is said. */
export function flagOf(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : text === 'true' || text === '1';
}

/** A fix, where latitude and longitude are such; else why it is none, and that the phone lives. */
export function fixOf(
  latitude: unknown,
  longitude: unknown,
  rest: Pick<Fix, 'device' | 'time' | 'attributes'>,
): Reading {
  const { device, time } = rest;
  const attributes = attributesOf(rest.attributes);
  if (isMissing(latitude) && isMissing(longitude)) {
    const { batteryPercent, charging } = attributes;
    return unused('no-position', device, { batteryPercent, charging });
  }
  const [north, east] = [numberOf(latitude), numberOf(longitude)];
  if (north === undefined || east === undefined) return unused('invalid-position', device);
  if (Math.abs(north) > 90 || Math.abs(east) > 180) return unused('invalid-position', device);
  const fix = { device, latitude: north, longitude: east, time, attributes };
  return { fixes: [fix], signs: [], unused: [] };
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** Reads a body as JSON; `undefined` where it is none. */
export function jsonOf(body: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return value;
  } catch {
    return undefined;
  }
}

/** The fields of a query, and those of a body that is a form: that goes before. */
export function fieldsOf(query: URLSearchParams, body: Buffer): Map<string, string> {
  const form = new URLSearchParams(body.toString('utf8'));
  return new Map([...query, ...form]);
}
