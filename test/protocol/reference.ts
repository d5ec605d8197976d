/*
 * The protocol read the plain way: text of one character a byte, regular expressions, `split` and
 * whole numbers of any size. Slow and easy to understand; the scanners of `src/` are compared with it.
 */

const SEPARATOR = /[ \t\n\v\f\r]+/;

/** The fields of a line: what stands between runs of white space. A blank line has none. */
export function splitFields(line: string): string[] {
  return line.split(SEPARATOR).filter((field) => field !== '');
}

/** Nanoseconds, exact; of a point in time, since the POSIX epoch. */
export type Nanoseconds = bigint;

export const SECOND: Nanoseconds = 1_000_000_000n;
/** The latest time of receipt: 34 bits of seconds. */
const LATEST: Nanoseconds = 17_179_869_183n * SECOND;

const TIMESTAMP = /^(\d+)(?:\.(\d{1,9}))?$/;
const SKEW = /^([+-])(\d+)\.(\d{9})$/;

/** Reads POSIX seconds: digits with at most nine decimals. */
export function parseTimestamp(text: string): Nanoseconds | undefined {
  const match = TIMESTAMP.exec(text);
  return match === null ? undefined : BigInt((match[1] ?? '') + (match[2] ?? '').padEnd(9, '0'));
}

/** Writes a duration as seconds with its sign and nine decimals; zero is positive. */
export function formatSkew(skew: Nanoseconds): string {
  const magnitude = skew < 0n ? -skew : skew;
  const decimals = (magnitude % SECOND).toString().padStart(9, '0');
  return `${skew < 0n ? '-' : '+'}${magnitude / SECOND}.${decimals}`;
}

/** Reads what `formatSkew` writes. */
export function parseSkew(text: string): Nanoseconds | undefined {
  const match = SKEW.exec(text);
  if (match === null) return undefined;
  const magnitude = BigInt((match[2] ?? '') + (match[3] ?? ''));
  const skew = match[1] === '-' ? -magnitude : magnitude;
  return formatSkew(skew) === text ? skew : undefined;
}

export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

// ISO 6709 Annex H: latitude, longitude, then an altitude, a coordinate reference system and `/`.
const POSITION =
  /^([+-]\d+(?:\.\d+)?)([+-]\d+(?:\.\d+)?)(?:[+-]\d+(?:\.\d+)?)?(?:CRS(?:<[^<>]+>|[^/<>]+))?\/?$/;
const ANGLE = /^[+-](\d+)(\.\d+)?$/;
const NOT_ZERO = /[1-9]/;

/** An angle's digits before the point, by how many more there are than whole degrees take. */
type Form = 'degrees' | 'minutes' | 'seconds';

function formOf(digits: number, degreeDigits: number): Form | undefined {
  if (digits >= 1 && digits <= degreeDigits) return 'degrees';
  if (digits === degreeDigits + 2) return 'minutes';
  if (digits === degreeDigits + 4) return 'seconds';
  return undefined;
}

function parseAngle(
  text: string,
  degreeDigits: number,
  limit: number,
): { form: Form; degrees: number } | undefined {
  const [, whole = '', fraction = ''] = ANGLE.exec(text) ?? [];
  const form = formOf(whole.length, degreeDigits);
  if (form === undefined) return undefined;
  const cut = form === 'degrees' ? whole.length : degreeDigits;
  const degrees = Number(whole.slice(0, cut));
  const below = whole.slice(cut) + fraction;
  if (degrees > limit || (degrees === limit && NOT_ZERO.test(below))) return undefined;
  if (form === 'degrees') return { form, degrees: Number(text) };

  const minutes = Number(form === 'minutes' ? below : whole.slice(cut, cut + 2));
  const seconds = form === 'minutes' ? 0 : Number(below.slice(2));
  if (Number(whole.slice(cut, cut + 2)) >= 60 || Number(whole.slice(cut + 2)) >= 60) {
    return undefined;
  }
  const magnitude = degrees + minutes / 60 + seconds / 3600;
  return { form, degrees: text.startsWith('-') ? -magnitude : magnitude };
}

/** Reads a position as ISO 6709 writes it, in any of its three forms. */
export function parsePosition(text: string): Point | undefined {
  const match = POSITION.exec(text);
  if (match === null) return undefined;
  const latitude = parseAngle(match[1] ?? '', 2, 90);
  const longitude = parseAngle(match[2] ?? '', 3, 180);
  if (latitude === undefined || latitude.form !== longitude?.form) return undefined;
  return { latitude: latitude.degrees, longitude: longitude.degrees };
}

export interface Iamat {
  readonly name: 'IAMAT';
  readonly client: string;
  readonly position: string;
  readonly time: string;
}

export interface Whatsat {
  readonly name: 'WHATSAT';
  readonly client: string;
  readonly radiusKm: number;
  readonly bound: number;
}

/** The most bytes of a command. */
const MAX_COMMAND = 4096;
const RADIUS = /^(\d+)(\.\d+)?$/;
const BOUND = /^\d+$/;

/** Reads a command line. */
export function parseCommand(line: string): Iamat | Whatsat | undefined {
  const [name, client, second, third, ...more] = splitFields(line);
  if (client === undefined || second === undefined || third === undefined || more.length > 0) {
    return undefined;
  }
  if (name === 'IAMAT') {
    const isValid = parsePosition(second) !== undefined && parseTimestamp(third) !== undefined;
    return isValid ? { name, client, position: second, time: third } : undefined;
  }
  const radiusKm = parseRadius(second);
  const bound = BOUND.test(third) ? Number(third) : 0;
  if (name !== 'WHATSAT' || radiusKm === undefined || bound < 1 || bound > 20) return undefined;
  return { name, client, radiusKm, bound };
}

/** A decimal number above 0, at most 50; checked on its digits, which rounding cannot reach. */
function parseRadius(text: string): number | undefined {
  const [, whole = '', fraction = ''] = RADIUS.exec(text) ?? [];
  const kilometres = Number(whole);
  if (!NOT_ZERO.test(whole + fraction) || kilometres > 50) return undefined;
  if (kilometres === 50 && NOT_ZERO.test(fraction)) return undefined;
  return Number(text);
}

/** An `AT` line's fields, as they were sent, and what orders it among others. */
export interface At {
  readonly line: string;
  readonly server: string;
  readonly skew: string;
  readonly client: string;
  readonly position: string;
  readonly time: string;
  /** When it counts as of: the client's time, or the time of receipt where that is earlier. */
  readonly counts: Nanoseconds;
  readonly received: Nanoseconds;
}

/** The `AT` line that `server` says of a report that it received at `received`. */
export function formatAt(server: string, received: Nanoseconds, report: Iamat): string {
  const skew = formatSkew(received - (parseTimestamp(report.time) ?? 0n));
  return `AT ${server} ${skew} ${report.client} ${report.position} ${report.time}`;
}

/** Reads an `AT` line. `undefined` where it is not one to the byte that a server can have said. */
export function parseAt(line: string): At | undefined {
  const [name, server = '', skew = '', client = '', position = '', time = ''] = splitFields(line);
  if (line !== `AT ${server} ${skew} ${client} ${position} ${time}` || name !== 'AT') {
    return undefined;
  }
  const clientTime = parseTimestamp(time);
  const skewTime = parseSkew(skew);
  if (clientTime === undefined || skewTime === undefined) return undefined;
  if (server === '' || parsePosition(position) === undefined) return undefined;
  if (`IAMAT ${client} ${position} ${time}`.length > MAX_COMMAND) return undefined;
  if (server.length > 64 || skew.length > MAX_COMMAND + 12) return undefined;
  const received = clientTime + skewTime;
  if (received < 0n || received > LATEST) return undefined;
  const counts = clientTime < received ? clientTime : received;
  return { line, server, skew, client, position, time, counts, received };
}

/**
 * Orders two locations of one client: positive where `a` is newer, 0 where their lines do not decide: then
 * it goes by epoch and sequence.
 */
export function compareAts(a: At, b: At): number {
  if (a.counts !== b.counts) return a.counts < b.counts ? -1 : 1;
  if (a.received !== b.received) return a.received < b.received ? -1 : 1;
  if (a.server !== b.server) return a.server < b.server ? -1 : 1;
  return 0;
}
