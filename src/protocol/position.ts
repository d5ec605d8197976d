import { latin1 } from './latin1.ts';
import { digitsEnd, digitsValue } from './timestamp.ts';

/** A point on the Earth in decimal degrees (WGS 84): latitude -90 to 90, longitude -180 to 180. */
export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

const ZERO = 0x30;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const SLASH = 0x2f;
const LESS = 0x3c;
const GREATER = 0x3e;
const [C, R, S] = [0x43, 0x52, 0x53];

/** How many more digits than whole degrees an angle has before its point. */
const DEGREES = 0;
const MINUTES = 2;
const SECONDS = 4;

/** An angle: a sign, digits, and a point and digits or none. */
class AngleScanner {
  /** Where it begins: at its sign. */
  start = 0;
  /** Where its digits before the point end. */
  wholeEnd = 0;
  end = 0;

  /** Finds an angle that begins at `start`; false where there is none. */
  scan(bytes: Uint8Array, start: number, end: number): boolean {
    const sign = bytes[start];
    if (start >= end || (sign !== PLUS && sign !== MINUS)) return false;
    this.start = start;
    this.wholeEnd = digitsEnd(bytes, start + 1, end);
    this.end = this.wholeEnd;
    if (this.wholeEnd === start + 1) return false;
    if (this.wholeEnd === end || bytes[this.wholeEnd] !== POINT) return true;
    this.end = digitsEnd(bytes, this.wholeEnd + 1, end);
    return this.end > this.wholeEnd + 1;
  }
}

/** A latitude or a longitude, in any of the three forms of ISO 6709. */
class CoordinateScanner extends AngleScanner {
  readonly #degreeDigits: number;
  readonly #limit: number;
  /** `DEGREES`, `MINUTES` or `SECONDS`: down to what its digits before the point go. */
  form = DEGREES;
  /** Where its digits of whole degrees end. */
  degreesEnd = 0;

  /**
   * @param degreeDigits how many digits whole degrees take
   * @param limit the most degrees, either way
   */
  constructor(degreeDigits: number, limit: number) {
    super();
    this.#degreeDigits = degreeDigits;
    this.#limit = limit;
  }

  override scan(bytes: Uint8Array, start: number, end: number): boolean {
    if (!super.scan(bytes, start, end)) return false;
    const digits = this.wholeEnd - start - 1;
    this.form = Math.max(DEGREES, digits - this.#degreeDigits);
    if (this.form !== DEGREES && this.form !== MINUTES && this.form !== SECONDS) return false;
    this.degreesEnd = this.wholeEnd - this.form;
    return this.#isWithinLimit(bytes) && this.#isSexagesimal(bytes);
  }

  /** Checked on the digits: binary floating point would round 90.00…01 to 90. */
  #isWithinLimit(bytes: Uint8Array): boolean {
    const degrees = digitsValue(bytes, this.start + 1, this.degreesEnd);
    if (degrees !== this.#limit) return degrees < this.#limit;
    for (let at = this.degreesEnd; at < this.end; at++) {
      if (bytes[at] !== ZERO && bytes[at] !== POINT) return false;
    }
    return true;
  }

  /** Whether minutes and seconds are below 60; whole ones, since 59.99…9 would round to 60. */
  #isSexagesimal(bytes: Uint8Array): boolean {
    for (let at = this.degreesEnd; at < this.wholeEnd; at += 2) {
      if (digitsValue(bytes, at, at + 2) >= 60) return false;
    }
    return true;
  }

  /** Decimal degrees. */
  valueIn(bytes: Buffer): number {
    const number = (start: number, end: number): number =>
      Number(bytes.toString('latin1', start, end));
    if (this.form === DEGREES) return number(this.start, this.end);
    const minutesEnd = this.degreesEnd + 2;
    const degrees = number(this.start + 1, this.degreesEnd);
    const minutes = number(this.degreesEnd, this.form === MINUTES ? this.end : minutesEnd);
    const seconds = this.form === MINUTES ? 0 : number(minutesEnd, this.end);
    const magnitude = degrees + minutes / 60 + seconds / 3600;
    return bytes[this.start] === MINUS ? -magnitude : magnitude;
  }
}

const latitude = new CoordinateScanner(2, 90);
const longitude = new CoordinateScanner(3, 180);
const altitude = new AngleScanner();

/**
 * Whether bytes are a position as ISO 6709 (Annex H) writes it: `+34.068930-118.445127`,
 * `+3404.1358-11826.7076` or `+340408.148-1182642.457`, each with an altitude, a `CRS…` and a closing
 * `/` or without them, which are allowed and passed over.
 */
export function isPosition(bytes: Uint8Array, start: number, end: number): boolean {
  if (!latitude.scan(bytes, start, end) || !longitude.scan(bytes, latitude.end, end)) return false;
  if (latitude.form !== longitude.form) return false;
  const at = longitude.end;
  return at === end || isRest(bytes, at, end);
}

/** What may come after a longitude, if anything does. */
function isRest(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  if (bytes[at] === PLUS || bytes[at] === MINUS) {
    if (!altitude.scan(bytes, at, end)) return false;
    at = altitude.end;
  }
  if (at < end && bytes[at] === C) at = systemEnd(bytes, at, end);
  if (at < end && bytes[at] === SLASH) at += 1;
  return at === end;
}

/** Where a coordinate reference system, `CRSname` or `CRS<URL>`, ends; its start where it is none. */
function systemEnd(bytes: Uint8Array, start: number, end: number): number {
  if (start + 3 > end) return start;
  if (bytes[start] !== C || bytes[start + 1] !== R || bytes[start + 2] !== S) return start;
  const isBracketed = bytes[start + 3] === LESS;
  const nameStart = start + (isBracketed ? 4 : 3);
  let at = nameStart;
  while (at < end && bytes[at] !== LESS && bytes[at] !== GREATER) {
    if (!isBracketed && bytes[at] === SLASH) break;
    at += 1;
  }
  if (at >= end ? isBracketed : bytes[at] !== (isBracketed ? GREATER : SLASH)) return start;
  if (at <= nameStart) return start;
  return isBracketed ? at + 1 : at;
}

/** Reads a position, in any of the forms that `isPosition` knows. `undefined` where it is not one. */
export function parsePosition(text: string): Position | undefined {
  const bytes = latin1(text);
  return bytes && readPosition(bytes, 0, bytes.length);
}

/** Reads the position that bytes are. `undefined` where they are none. */
export function readPosition(bytes: Buffer, start: number, end: number): Position | undefined {
  if (!isPosition(bytes, start, end)) return undefined;
  return { latitude: latitude.valueIn(bytes), longitude: longitude.valueIn(bytes) };
}
