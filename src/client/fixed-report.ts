import { parseTime, TIME_EXPECTED } from '../protocol/time.ts';
import { compareInstants, nanosecondAfter, type Instant } from '../protocol/timestamp.ts';
import { InvalidArgumentError } from './errors.ts';
import type { Report } from './location.ts';

/** The white space of the protocol, and halves of surrogate pairs, which no UTF-8 has. */
const NOT_IN_CLIENT = /[ \t-\r]|\p{Cs}/u;

/** A report whose time is fixed: however often it is sent, it is the same one. */
export interface FixedReport extends Omit<Report, 'time'> {
  readonly time: Instant;
}

/** Gives reports the time at which they are given: each a later one, also within a millisecond. */
export class ReportClock {
  readonly #nowMs: () => number;
  #last: Instant = { seconds: 0, nanoseconds: 0 };

  /** @param nowMs the time of the clock on the wall, in milliseconds since 1970 */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Later than the one before, unless the clock was set back by more than a second: that is followed. */
  next(): Instant {
    const now = instantOf(this.#nowMs());
    const isLater = compareInstants(now, this.#last) > 0;
    const isSetBack = this.#last.seconds - now.seconds > 1;
    this.#last = isLater || isSetBack ? now : nanosecondAfter(this.#last);
    return this.#last;
  }
}

/**
 * Checks a report and fixes its time.
 *
 * @throws {InvalidArgumentError} where it cannot be right
 */
export function fixReport(report: Report, clock: ReportClock): FixedReport {
  const { client, latitude, longitude, time, ...rest } = report;
  requireClient(client);
  requireDegrees('latitude', latitude, 90);
  requireDegrees('longitude', longitude, 180);
  return { client, latitude, longitude, ...rest, time: fixTime(time, clock) };
}

/** @throws {InvalidArgumentError} where a text is no client ID */
export function requireClient(client: string): void {
  if (typeof client === 'string' && client !== '' && !NOT_IN_CLIENT.test(client)) return;
  throw new InvalidArgumentError('client: expected an ID in Unicode without white space');
}

/** @throws {InvalidArgumentError} where a number is not within `most` degrees */
export function requireDegrees(name: string, degrees: number, most: number): void {
  if (typeof degrees === 'number' && Math.abs(degrees) <= most) return;
  throw new InvalidArgumentError(`${name}: found ${String(degrees)}, expected -${most} to ${most}`);
}

function fixTime(time: Date | string | undefined, clock: ReportClock): Instant {
  if (time === undefined) return clock.next();
  if (typeof time === 'string') {
    const instant = parseTime(time);
    if (instant !== undefined) return instant;
  } else if (time.getTime() >= 0) return instantOf(time.getTime());
  throw new InvalidArgumentError(`time: found ${String(time)}, expected ${TIME_EXPECTED}`);
}

function instantOf(milliseconds: number): Instant {
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds, nanoseconds: Math.floor((milliseconds - seconds * 1000) * 1e6) };
}
