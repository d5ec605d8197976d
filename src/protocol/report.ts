import type { ByteWriter } from './byte-writer.ts';

/*
 * What a client reports, `client position time`, read in one pass over its bytes. Nearly all reports are
 * written in one form: a space between fields, a position in decimal degrees, a time of few digits. That
 * form is read here, and its text can be made again of the numbers that it says. Whatever else the
 * protocol allows is left to the general scanners of position.ts and timestamp.ts.
 */

const LF = 0x0a;
const SPACE = 0x20;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;

/** A position is kept to this part of a degree: a centimetre at the equator. */
const E7_DECIMALS = 7;
const E7 = 10_000_000;
const NANOSECOND_DECIMALS = 9;
/** More digits of whole seconds are left to the general scanner: they begin in the year 2286. */
const MAX_SECOND_DIGITS = 10;
const MAX_LATITUDE = 90;
const MAX_LONGITUDE = 180;

/** Powers of ten, by which numbers are scaled to a fixed count of decimals. */
const POWERS = Array.from({ length: 11 }, (_, exponent) => 10 ** exponent);

/** Stands for the end of a report where there is none in the usual form. */
export const NO_END = -1;

/**
 * How the text of a report has to be made of its numbers, as bits of one number; 0 where it cannot be
 * and the text itself has to be kept.
 */
export type ReportFormat = number;

const HAS_FORMAT = 1 << 15;
/** The format of what is no report: there is no text of a position and a time. */
export const NO_POSITION: ReportFormat = HAS_FORMAT;
const LATITUDE_DIGITS_SHIFT = 0; // 2 bits: 1 or 2
const LATITUDE_DECIMALS_SHIFT = 2; // 3 bits: 0 to 7
const LONGITUDE_DIGITS_SHIFT = 5; // 2 bits: 1 to 3
const LONGITUDE_DECIMALS_SHIFT = 7; // 3 bits: 0 to 7
const TIME_DECIMALS_SHIFT = 10; // 4 bits: 0 to 9

const NOTHING = Buffer.alloc(0);

/** The bytes of an ID that can be logged as they are. */
const IS_PLAIN = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return byte > SPACE && byte < 0x7f && !'"\\|'.includes(character) ? 1 : 0;
});

/**
 * A report where it stands, among other bytes. It is a view: the bytes are somebody else's, and one object
 * serves for all reports of a port or link.
 */
export class Report {
  bytes: Buffer = NOTHING;
  clientStart = 0;
  clientEnd = 0;
  positionStart = 0;
  positionEnd = 0;
  timeStart = 0;
  timeEnd = 0;
  /** In 1e-7 degree, rounded where the text is finer. */
  latitudeE7 = 0;
  longitudeE7 = 0;
  /** The client's time: POSIX seconds, and nanoseconds beyond. Seconds are not exact from 2 ** 53 on. */
  seconds = 0;
  nanoseconds = 0;
  /** Whether the client's ID has printable ASCII alone, without quotes, backslashes and `|`. */
  isPlain = false;
  /** How to make the text of position and time of these numbers. */
  format: ReportFormat = 0;
  /** What `#scanAngle` has read beside where it ends. */
  #angleE7 = 0;
  #angleDigits = 0;
  #angleDecimals = 0;
  #angleIsExact = false;

  /**
   * Reads `client position time` from `start` on, up to an LF or `end`, in the usual form.
   *
   * @returns where it ends; `NO_END` where it is not in that form, which says nothing of whether it is valid
   */
  protected scanTail(bytes: Buffer, start: number, end: number): number {
    let at = start;
    let isPlain = true;
    for (; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte <= SPACE) break;
      if (IS_PLAIN[byte] === 0) isPlain = false;
    }
    if (at === start || at >= end || bytes[at] !== SPACE) return NO_END;
    const clientEnd = at;

    at = this.#scanAngle(bytes, clientEnd + 1, end, 2, MAX_LATITUDE);
    if (at === NO_END) return NO_END;
    this.latitudeE7 = this.#angleE7;
    let format =
      (this.#angleDigits << LATITUDE_DIGITS_SHIFT) |
      (this.#angleDecimals << LATITUDE_DECIMALS_SHIFT);
    let isExact = this.#angleIsExact;
    at = this.#scanAngle(bytes, at, end, 3, MAX_LONGITUDE);
    if (at === NO_END || bytes[at] !== SPACE) return NO_END;
    this.longitudeE7 = this.#angleE7;
    format |=
      (this.#angleDigits << LONGITUDE_DIGITS_SHIFT) |
      (this.#angleDecimals << LONGITUDE_DECIMALS_SHIFT);
    isExact = isExact && this.#angleIsExact;
    const positionEnd = at;

    at = this.#scanTime(bytes, positionEnd + 1, end);
    if (at === NO_END) return NO_END;
    const decimals = this.#angleDecimals;
    format |= (decimals << TIME_DECIMALS_SHIFT) | HAS_FORMAT;
    this.format = isExact && this.#angleIsExact ? format : 0;
    this.isPlain = isPlain;
    this.bytes = bytes;
    this.clientStart = start;
    this.clientEnd = clientEnd;
    this.positionStart = clientEnd + 1;
    this.positionEnd = positionEnd;
    this.timeStart = positionEnd + 1;
    this.timeEnd = at;
    return at;
  }

  /** Reads decimal degrees: a sign, one to `mostDigits` digits, and a point and digits or none. */
  #scanAngle(bytes: Buffer, start: number, end: number, mostDigits: number, limit: number): number {
    const sign = bytes[start];
    if (sign !== PLUS && sign !== MINUS) return NO_END;
    let at = start + 1;
    let whole = 0;
    for (; at < end; at++) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      whole = whole * 10 + digit;
      if (at - start > mostDigits) return NO_END;
    }
    const digits = at - start - 1;
    if (digits === 0) return NO_END;
    let fraction = 0;
    let decimals = 0;
    let isFiner = false;
    if (at < end && bytes[at] === POINT) {
      at += 1;
      const first = at;
      let rounds = false;
      for (; at < end; at++) {
        const digit = (bytes[at] ?? 0) - ZERO;
        if (digit < 0 || digit > 9) break;
        if (at - first < E7_DECIMALS) fraction = fraction * 10 + digit;
        else if (at - first === E7_DECIMALS) rounds = digit >= 5;
      }
      decimals = at - first;
      if (decimals === 0) return NO_END;
      isFiner = decimals > E7_DECIMALS;
      if (!isFiner) fraction *= POWERS[E7_DECIMALS - decimals] ?? 1;
      else if (rounds) fraction += 1;
    }
    // A fraction of zeros that goes on is left to the general scanner too: 90.00…01 is too much.
    if (whole > limit || (whole === limit && (fraction > 0 || isFiner))) return NO_END;
    const e7 = whole * E7 + fraction;
    this.#angleE7 = sign === MINUS ? 0 - e7 : e7;
    this.#angleDigits = digits;
    this.#angleDecimals = decimals & 7;
    // Numbers do not distinguish -0 from +0.
    this.#angleIsExact = !isFiner && (e7 > 0 || sign === PLUS);
    return at;
  }

  /** Reads POSIX seconds: digits with at most nine decimals, up to an LF or `end`. */
  #scanTime(bytes: Buffer, start: number, end: number): number {
    let at = start;
    let seconds = 0;
    for (; at < end; at++) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      seconds = seconds * 10 + digit;
    }
    const digits = at - start;
    if (digits === 0 || digits > MAX_SECOND_DIGITS) return NO_END;
    let fraction = 0;
    let decimals = 0;
    if (at < end && bytes[at] === POINT) {
      at += 1;
      const first = at;
      for (; at < end; at++) {
        const digit = (bytes[at] ?? 0) - ZERO;
        if (digit < 0 || digit > 9) break;
        fraction = fraction * 10 + digit;
      }
      decimals = at - first;
      if (decimals === 0 || decimals > NANOSECOND_DECIMALS) return NO_END;
    }
    if (at < end && bytes[at] !== LF) return NO_END;
    this.seconds = seconds;
    this.nanoseconds = fraction * (POWERS[NANOSECOND_DECIMALS - decimals] ?? 1);
    this.#angleDecimals = decimals;
    // Leading zeros are in no number.
    this.#angleIsExact = digits === 1 || bytes[start] !== ZERO;
    return at;
  }
}

/**
 * Writes position and time as they were sent: `+34.068930-118.445127 1621464827.959498503`.
 *
 * @param format how, not 0
 */
export function writeReport(
  out: ByteWriter,
  format: ReportFormat,
  latitudeE7: number,
  longitudeE7: number,
  seconds: number,
  nanoseconds: number,
): void {
  const bits = (shift: number, count: number): number => (format >> shift) & ((1 << count) - 1);
  writeAngle(out, latitudeE7, bits(LATITUDE_DIGITS_SHIFT, 2), bits(LATITUDE_DECIMALS_SHIFT, 3));
  writeAngle(out, longitudeE7, bits(LONGITUDE_DIGITS_SHIFT, 2), bits(LONGITUDE_DECIMALS_SHIFT, 3));
  out.byte(SPACE);
  out.integer(seconds);
  const decimals = bits(TIME_DECIMALS_SHIFT, 4);
  if (decimals === 0) return;
  out.byte(POINT);
  out.integer(nanoseconds / (POWERS[NANOSECOND_DECIMALS - decimals] ?? 1), decimals);
}

/** The format of a report that came as numbers: the fewest decimals that say them. */
export function shortestFormat(
  latitudeE7: number,
  longitudeE7: number,
  nanoseconds: number,
): ReportFormat {
  return (
    HAS_FORMAT |
    (2 << LATITUDE_DIGITS_SHIFT) |
    (decimalsOf(latitudeE7, E7_DECIMALS) << LATITUDE_DECIMALS_SHIFT) |
    (3 << LONGITUDE_DIGITS_SHIFT) |
    (decimalsOf(longitudeE7, E7_DECIMALS) << LONGITUDE_DECIMALS_SHIFT) |
    (decimalsOf(nanoseconds, NANOSECOND_DECIMALS) << TIME_DECIMALS_SHIFT)
  );
}

/** How many of a number's last `most` digits are to be written: no zeros at the end. */
function decimalsOf(value: number, most: number): number {
  let decimals = most;
  for (let rest = value; decimals > 0 && rest % 10 === 0; rest /= 10) decimals -= 1;
  return decimals;
}

function writeAngle(out: ByteWriter, e7: number, digits: number, decimals: number): void {
  const magnitude = Math.abs(e7);
  const whole = Math.floor(magnitude / E7);
  out.byte(e7 < 0 ? MINUS : PLUS);
  out.integer(whole, digits);
  if (decimals === 0) return;
  out.byte(POINT);
  out.integer((magnitude - whole * E7) / (POWERS[E7_DECIMALS - decimals] ?? 1), decimals);
}
