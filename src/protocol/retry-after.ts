/** The longest wait that an upstream may ask for, in milliseconds: a day, after which quotas are reset. */
const MAX_WAIT_MS = 24 * 60 * 60 * 1000;

/** The shortest one that is taken for a wait, in milliseconds: `Retry-After` counts whole seconds. */
const MIN_WAIT_MS = 1_000;

/** A date as HTTP writes it: `Fri, 01 Nov 2030 12:00:00 GMT`, and its two obsolete forms. */
const HTTP_DATE = /^(?:Mon|Tues?|Wed|Wednes|Thu|Thurs|Fri|Sat|Satur|Sun)(?:day)?,? \S/;

/**
 * The value of `Retry-After`, seconds or a date, as milliseconds from now (RFC 9110, section 10.2.3).
 * A fraction of a second is none of the forms there, and is taken all the same. `undefined` where it is
 * of another form, or names no time to come: then it says nothing about how long to wait.
 *
 * @param nowMs milliseconds since 1970
 */
export function parseRetryAfter(value: string, nowMs: number): number | undefined {
  return waitOf(/^\d+(?:\.\d+)?$/.test(value) ? Number(value) * 1000 : parseDate(value) - nowMs);
}

/** How long an upstream is left alone that asks for this, in milliseconds; `undefined` where it is not above 0. */
export function waitOf(ms: number): number | undefined {
  // Also where it is no number.
  if (!(ms > 0)) return undefined;
  return Math.min(Math.max(ms, MIN_WAIT_MS), MAX_WAIT_MS);
}

function parseDate(value: string): number {
  if (!HTTP_DATE.test(value)) return Number.NaN;
  // The form of C's asctime has no zone, and means the same one.
  return Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
}
