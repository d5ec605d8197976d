/*
 * What a location is and which of two is newer, written plainly and apart from the code under test:
 * the simulation holds the servers against it.
 */

const AT_LINE = /^AT (\S+) ([+-])(\d+)\.(\d{9}) (\S+) \S+ (\d+)(?:\.(\d{1,9}))?(?: [^ ]*=[^ ]*)?$/;
const REMOVED_LINE = /^REMOVED (\S+) ([+-])(\d+)\.(\d{9}) (\S+) (\d+)(?:\.(\d{1,9}))?$/;
/** A document's key has the space in front. */
const DOCUMENT_LINE = /^DOCUMENT (\S+) ([+-])(\d+)\.(\d{9})( \S+) (\d+)(?:\.(\d{1,9}))?(?: \S+)?$/;

/** A client's record as the simulation sees it: where it was, or that it was removed; or a document's, by its key. */
export interface ModelLocation {
  readonly client: string;
  readonly origin: string;
  /** When it counts as of, in nanoseconds since the POSIX epoch. */
  readonly time: bigint;
  readonly received: bigint;
  /** Its line. */
  readonly at: string;
}

/** Lines that were read: many servers hold the same, and each is looked at again and again. */
const READ = new Map<string, ModelLocation>();
/** Far more than one herd holds at a time. */
const MOST_READ = 10_000;

/** Reads the line of a record; `undefined` where it is none. */
export function modelOf(line: string): ModelLocation | undefined {
  const known = READ.get(line);
  if (known !== undefined) return known;
  const read = readLine(line);
  if (read === undefined) return undefined;
  if (READ.size >= MOST_READ) READ.clear();
  READ.set(line, read);
  return read;
}

function readLine(line: string): ModelLocation | undefined {
  const match = AT_LINE.exec(line) ?? REMOVED_LINE.exec(line) ?? DOCUMENT_LINE.exec(line);
  if (match === null) return undefined;
  const [, origin = '', sign, seconds, decimals, client = '', whole = '', fraction = ''] = match;
  const sent = BigInt(whole + fraction.padEnd(9, '0'));
  const skew = BigInt(`${seconds}${decimals}`);
  const received = sign === '-' ? sent - skew : sent + skew;
  return { client, origin, time: sent < received ? sent : received, received, at: line };
}

/** How the key of a sign of life begins: the ID of the client follows. */
export const SIGN = ' seen/';

/** Whether a record is forgotten at an age: documents are not, but for signs of life. */
export function growsOld({ client }: ModelLocation): boolean {
  return !client.startsWith(' ') || client.startsWith(SIGN);
}

/** Whether `a` is newer than `b`, or the same. */
export function isAtLeast(a: ModelLocation, b: ModelLocation): boolean {
  if (a.time !== b.time) return a.time > b.time;
  if (a.received !== b.received) return a.received > b.received;
  // Receipts of one server are all different.
  return a.origin >= b.origin;
}
