/*
 * What a location is and which of two is newer, written plainly and apart from the code under test:
 * the simulation holds the servers against it.
 */

const AT_LINE = /^AT (\S+) ([+-])(\d+)\.(\d{9}) (\S+) \S+ (\d+)(?:\.(\d{1,9}))?$/;

/** A location as the simulation sees it. */
export interface ModelLocation {
  readonly client: string;
  readonly origin: string;
  /** When it counts as of, in nanoseconds since the POSIX epoch. */
  readonly time: bigint;
  readonly received: bigint;
  readonly at: string;
}

/** Reads an `AT` line; `undefined` where it is none. */
export function modelOf(line: string): ModelLocation | undefined {
  const match = AT_LINE.exec(line);
  if (match === null) return undefined;
  const [, origin = '', sign, seconds, decimals, client = '', whole = '', fraction = ''] = match;
  const sent = BigInt(whole + fraction.padEnd(9, '0'));
  const skew = BigInt(`${seconds}${decimals}`);
  const received = sign === '-' ? sent - skew : sent + skew;
  return { client, origin, time: sent < received ? sent : received, received, at: line };
}

/** Whether `a` is newer than `b`, or the same. */
export function isAtLeast(a: ModelLocation, b: ModelLocation): boolean {
  if (a.time !== b.time) return a.time > b.time;
  if (a.received !== b.received) return a.received > b.received;
  // Receipts of one server are all different.
  return a.origin >= b.origin;
}
