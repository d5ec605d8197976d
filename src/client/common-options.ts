import type { CallOptions } from './call-options.ts';
import { InvalidArgumentError } from './errors.ts';
import type { DroppedReport } from './report-sender.ts';

/** What a herd is told, over whichever protocol it is talked to. */
export interface CommonOptions {
  /** The caller's token, if the herd requires one: see docs/ACCESS.md. It appears in no error. */
  readonly token?: string | undefined;
  /** Within which each call is answered, or fails, in milliseconds, all tries together; left out: 15,000. */
  readonly deadlineMs?: number | undefined;
  /** The most enqueued reports that wait to be sent; left out: 10,000. */
  readonly bufferSize?: number | undefined;
  /** Called with each enqueued report that is given up, and why. */
  readonly onDrop?: ((dropped: DroppedReport) => void) | undefined;
}

/** All of these options, as they are used. */
export interface AllCommonOptions {
  readonly token: string | undefined;
  readonly deadlineMs: number;
  readonly bufferSize: number;
  readonly onDrop: (dropped: DroppedReport) => void;
}

/** The deadline of a call. */
const DEADLINE_MS = 15_000;
/** How long `close` has to send what is enqueued, in milliseconds. */
export const CLOSE_MS = 5_000;
/** The reports of a phone of a day, or of a fleet of a minute; some MiB of memory. */
const BUFFER_SIZE = 10_000;
/** No timer of JavaScript is longer. */
export const LONGEST_MS = 2 ** 31 - 1;
/** The most that makes sense to keep in memory. */
const MAX_BUFFER_SIZE = 1_000_000;

/** Characters that need no escape in a header. */
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * Checks options and fills in what is left out.
 *
 * @throws {InvalidArgumentError} where one is wrong
 */
export function allCommonOptions(options: CommonOptions): AllCommonOptions {
  const { token, onDrop = () => undefined } = options;
  if (token !== undefined && !TOKEN.test(token)) {
    throw new InvalidArgumentError('token: expected one as proxy-herd token create prints it');
  }
  return {
    token,
    deadlineMs: numberOf('deadlineMs', options.deadlineMs ?? DEADLINE_MS, 1, LONGEST_MS),
    bufferSize: numberOf('bufferSize', options.bufferSize ?? BUFFER_SIZE, 2, MAX_BUFFER_SIZE),
    onDrop,
  };
}

/** The deadline of a call. @throws {InvalidArgumentError} where it is wrong */
export function deadlineOf({ deadlineMs }: CallOptions, usual: AllCommonOptions): number {
  if (deadlineMs === undefined) return usual.deadlineMs;
  return numberOf('deadlineMs', deadlineMs, 1, LONGEST_MS);
}

/** A number within its bounds. @throws {InvalidArgumentError} where it is not */
export function numberOf(name: string, value: number, least: number, most: number): number {
  if (Number.isFinite(value) && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`${name}: found ${value}, expected ${least} to ${most}`);
}
