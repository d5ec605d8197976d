import type { ByteWriter } from './byte-writer.ts';

/** A point in time, exact: since the POSIX epoch. */
export interface Instant {
  /** Whole seconds, at least 0. */
  readonly seconds: number;
  /** 0 to 999,999,999 more. */
  readonly nanoseconds: number;
}

/** An instant that is scanned into. */
export type MutableInstant = { -readonly [key in keyof Instant]: Instant[key] };

/** A duration as `AT` lines give it, scanned. */
export interface ScannedSkew extends MutableInstant {
  negative: boolean;
}

/**
 * Up to this many seconds binary numbers are exact, also the sum of two. A client's time may be
 * later: of such a one it is known that it is, and the rest is worked out from its digits.
 */
const MAX_EXACT_SECONDS = 1e15;
/**
 * The latest time of receipt, 2 ** 34 seconds without one, in the year 2514: a table keeps the seconds of
 * times in 34 bits.
 */
export const LATEST_SECONDS = 17_179_869_183;
const LATEST: Instant = { seconds: LATEST_SECONDS, nanoseconds: 0 };

const NANOSECONDS_A_SECOND = 1_000_000_000;
const NANOSECONDS_A_MILLISECOND = 1_000_000;
const DECIMALS = 9;
/** The factor that makes a number of so many decimals nanoseconds, by the number of decimals. */
const SCALES = Array.from({ length: DECIMALS + 1 }, (_, decimals) => 10 ** (DECIMALS - decimals));
const ZERO = 0x30;
const NINE = 0x39;
const POINT = 0x2e;
const PLUS = 0x2b;
const MINUS = 0x2d;

/** Positive where `a` is the later one. */
export function compareInstants(a: Instant, b: Instant): number {
  return a.seconds - b.seconds || a.nanoseconds - b.nanoseconds;
}

/** An instant in milliseconds since the POSIX epoch, with fractions. */
export function millisecondsOf({ seconds, nanoseconds }: Instant): number {
  return seconds * 1000 + nanoseconds / NANOSECONDS_A_MILLISECOND;
}

/** An instant in whole milliseconds since the POSIX epoch. */
export function wholeMillisecondsOf(instant: Instant): number {
  return Math.floor(millisecondsOf(instant));
}

/** The instant that is some milliseconds before another, 0 at the earliest. */
export function millisecondsBefore(instant: Instant, milliseconds: number): Instant {
  const whole = Math.floor(milliseconds / 1000);
  const rest = (milliseconds - whole * 1000) * NANOSECONDS_A_MILLISECOND;
  const borrow = instant.nanoseconds < rest ? 1 : 0;
  const seconds = instant.seconds - whole - borrow;
  if (seconds < 0) return { seconds: 0, nanoseconds: 0 };
  return { seconds, nanoseconds: instant.nanoseconds - rest + borrow * NANOSECONDS_A_SECOND };
}

/** The next instant after another. */
export function nanosecondAfter({ seconds, nanoseconds }: Instant): Instant {
  const isLast = nanoseconds === NANOSECONDS_A_SECOND - 1;
  return isLast
    ? { seconds: seconds + 1, nanoseconds: 0 }
    : { seconds, nanoseconds: nanoseconds + 1 };
}

/** Where the run of digits from `start` on ends. */
export function digitsEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isDigit(bytes[at] ?? 0)) at += 1;
  return at;
}

export function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

/** The number that digits say; not exact where it is large. */
export function digitsValue(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 10 + (bytes[at] ?? ZERO) - ZERO;
  return value;
}

/**
 * Reads POSIX seconds: digits with at most nine decimals.
 *
 * @param into where to put what it says
 * @returns false where it is not that
 */
export function scanTimestamp(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: MutableInstant,
): boolean {
  const point = digitsEnd(bytes, start, end);
  if (point === start) return false;
  into.seconds = digitsValue(bytes, start, point);
  into.nanoseconds = 0;
  if (point === end) return true;
  const decimals = end - point - 1;
  if (bytes[point] !== POINT || decimals < 1 || decimals > DECIMALS) return false;
  if (digitsEnd(bytes, point + 1, end) !== end) return false;
  into.nanoseconds = digitsValue(bytes, point + 1, end) * (SCALES[decimals] ?? 0);
  return true;
}

/** Reads a skew, as `writeSkew` writes it: a sign, digits, a point and nine digits. False where it is not that. */
export function scanSkew(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: ScannedSkew,
): boolean {
  const sign = bytes[start];
  if (sign !== PLUS && sign !== MINUS) return false;
  into.negative = sign === MINUS;
  const point = end - DECIMALS - 1;
  if (point <= start + 1) return false;
  if (bytes[start + 1] === ZERO && point > start + 2) return false;
  if (bytes[point] !== POINT || !scanTimestamp(bytes, start + 1, end, into)) return false;
  return !into.negative || into.seconds > 0 || into.nanoseconds > 0;
}

/** Whether binary numbers represent it exactly; if not, its text decides. */
export function isExact({ seconds }: Instant): boolean {
  return seconds < MAX_EXACT_SECONDS;
}

/**
 * Writes `received` - `sent`, both exact, as seconds with a sign and nine decimals: `+0.263873386`;
 * zero is positive.
 */
export function writeSkew(out: ByteWriter, received: Instant, sent: Instant): void {
  const later = compareInstants(received, sent) >= 0;
  const [most, least] = later ? [received, sent] : [sent, received];
  const borrow = most.nanoseconds < least.nanoseconds ? 1 : 0;
  out.byte(later ? PLUS : MINUS);
  out.integer(most.seconds - least.seconds - borrow);
  out.byte(POINT);
  out.integer(most.nanoseconds - least.nanoseconds + borrow * NANOSECONDS_A_SECOND, DECIMALS);
}

/**
 * The time of receipt that a client's time and a skew make, both exact.
 *
 * @param into where to put it
 * @returns false where that time is out of a clock's range
 */
export function addSkew(sent: Instant, skew: Readonly<ScannedSkew>, into: MutableInstant): boolean {
  const sign = skew.negative ? -1 : 1;
  const nanoseconds = sent.nanoseconds + sign * skew.nanoseconds;
  const carry = Math.floor(nanoseconds / NANOSECONDS_A_SECOND);
  into.seconds = sent.seconds + sign * skew.seconds + carry;
  into.nanoseconds = nanoseconds - carry * NANOSECONDS_A_SECOND;
  return into.seconds >= 0 && compareInstants(into, LATEST) <= 0;
}

/*
 * What is too large for binary numbers: a client may send any number of digits. Seldom, and slow.
 */

function toNanoseconds(timestamp: string): bigint {
  const [seconds = '', decimals = ''] = timestamp.split('.');
  return BigInt(seconds + decimals.padEnd(DECIMALS, '0'));
}

/** What `writeSkew` writes, of a client's time that is given as its text. */
export function formatHugeSkew(received: Instant, sent: string): string {
  const nanoseconds =
    BigInt(received.seconds) * BigInt(NANOSECONDS_A_SECOND) + BigInt(received.nanoseconds);
  const skew = nanoseconds - toNanoseconds(sent);
  const digits = (skew < 0n ? -skew : skew).toString().padStart(DECIMALS + 1, '0');
  return `${skew < 0n ? '-' : '+'}${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`;
}

/** What `addSkew` does, of a client's time and a skew that are given as their texts. */
export function addHugeSkew(sent: string, skew: string, into: MutableInstant): boolean {
  const magnitude = toNanoseconds(skew.slice(1));
  const sum = toNanoseconds(sent) + (skew.startsWith('-') ? -magnitude : magnitude);
  const second = BigInt(NANOSECONDS_A_SECOND);
  if (sum < 0n || sum > BigInt(LATEST.seconds) * second) return false;
  into.seconds = Number(sum / second);
  into.nanoseconds = Number(sum % second);
  return true;
}
