/*
 * The files of a journal: logs, numbered as they follow one another, and snapshots, each with the
 * number of the log that goes on from it. A log's name also says which change of the feed it can
 * have in it at most, so that a server knows where the feed's seqs go on before it has read the log.
 */

const NUMBER_DIGITS = 8;
const LIMIT_DIGITS = 16;
const LOG_NAME = /^(\d{8})-(\d{16})\.log$/;
const SNAPSHOT_NAME = /^(\d{8})\.snapshot$/;
/** What a file is called until it is whole. */
const PART = '.part';

/** Parses a file's name. */
export type JournalFileName =
  | { readonly kind: 'log'; readonly number: number; readonly limit: number }
  | { readonly kind: 'snapshot'; readonly number: number }
  /** One that a crash left behind. */
  | { readonly kind: 'part' };

/** @param limit the greatest seq that a change in it can have */
export function logName(number: number, limit: number): string {
  return `${padded(number, NUMBER_DIGITS)}-${padded(limit, LIMIT_DIGITS)}.log`;
}

/** @param number the log that goes on from it */
export function snapshotName(number: number): string {
  return `${padded(number, NUMBER_DIGITS)}.snapshot`;
}

/** The name of a file that is not whole yet. */
export function partName(name: string): string {
  return name + PART;
}

/** `undefined` where it is the name of no file of a journal. */
export function parseFileName(name: string): JournalFileName | undefined {
  if (name.endsWith(PART)) {
    const whole = parseFileName(name.slice(0, -PART.length));
    return whole && { kind: 'part' };
  }
  const [, log, limit] = LOG_NAME.exec(name) ?? [];
  if (log !== undefined) return { kind: 'log', number: Number(log), limit: Number(limit) };
  const [, snapshot] = SNAPSHOT_NAME.exec(name) ?? [];
  return snapshot === undefined ? undefined : { kind: 'snapshot', number: Number(snapshot) };
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
