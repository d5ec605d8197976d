import type { Instant } from './timestamp.ts';

/** What a time looks like, for messages. */
export const TIME_EXPECTED =
  'a time as RFC 3339 has it, for example 2026-05-19T22:53:47.959498503Z, or POSIX seconds, from 1970 to 9999';

/** The last second of the year 9999: RFC 3339 has no later one, and milliseconds that are taken for seconds are later. */
const LAST_SECOND = 253_402_300_799;
const DECIMALS = 9;

const POSIX = /^(\d{1,12})(?:\.(\d{1,9}))?$/;
const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** Reads a time, exact to the nanosecond; `undefined` where it is none, or out of its range. */
export function parseTime(text: string): Instant | undefined {
  const posix = POSIX.exec(text);
  const seconds = posix === null ? secondsOf(text) : Number(posix[1]);
  if (seconds === undefined || seconds < 0 || seconds > LAST_SECOND) return undefined;
  const decimals = posix === null ? RFC_3339.exec(text)?.[7] : posix[2];
  return { seconds, nanoseconds: Number((decimals ?? '').padEnd(DECIMALS, '0')) };
}

/** The whole seconds of an RFC 3339 time. */
function secondsOf(text: string): number | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map(Number);
  const [offsetHours, offsetMinutes] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  // A leap second counts as the one after it.
  if (hour > 23 || minute > 59 || second > 60 || offsetHours > 23 || offsetMinutes > 59) return;
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  // A day that the month does not have would be one of the next month.
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined;
  const local = midnight.getTime() / 1000 + hour * 3600 + minute * 60 + second;
  const offset = offsetHours * 3600 + offsetMinutes * 60;
  return match[8] === '-' ? local + offset : local - offset;
}

/** What was made of whole seconds of late: the same ones come again and again. */
const secondTexts = new Map<number, string>();
const MOST_TEXTS = 8;

/** Whole seconds as RFC 3339 has them, without a zone. */
function secondText(seconds: number): string {
  const known = secondTexts.get(seconds);
  if (known !== undefined) return known;
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  if (secondTexts.size >= MOST_TEXTS) secondTexts.clear();
  secondTexts.set(seconds, text);
  return text;
}

/** A time as RFC 3339, with as many decimals as it needs; one after the year 9999 as POSIX seconds. */
export function formatTime({ seconds, nanoseconds }: Instant): string {
  const digits = String(nanoseconds).padStart(DECIMALS, '0').replace(/0+$/, '');
  const fraction = digits === '' ? '' : `.${digits}`;
  if (seconds > LAST_SECOND) return `${seconds}${fraction}`;
  return `${secondText(seconds)}${fraction}Z`;
}

/** A time as POSIX seconds, as the text protocol has it. */
export function formatPosix({ seconds, nanoseconds }: Instant): string {
  const digits = String(nanoseconds).padStart(DECIMALS, '0').replace(/0+$/, '');
  return digits === '' ? `${seconds}` : `${seconds}.${digits}`;
}

/** From `earlier` to `later` in seconds, as a binary number. */
export function secondsBetween(earlier: Instant, later: Instant): number {
  return later.seconds - earlier.seconds + (later.nanoseconds - earlier.nanoseconds) / 1e9;
}
