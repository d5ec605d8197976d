import type { Iamat } from '../protocol/command.ts';
import type { Position } from '../protocol/position.ts';
import { formatAt, parseAt } from '../protocol/reply.ts';
import { formatSkew, type Nanoseconds } from '../protocol/timestamp.ts';

/** What the herd keeps of a client. */
export interface Location {
  readonly client: string;
  /** The server that heard it from the client itself. */
  readonly origin: string;
  readonly position: Position;
  /** When it counts as of: the client's time, or the time of receipt where that is earlier. */
  readonly time: Nanoseconds;
  /** The `AT` line that says it all, without a line end; the origin's reply, byte for byte. */
  readonly at: string;
}

function earlier(a: Nanoseconds, b: Nanoseconds): Nanoseconds {
  return a < b ? a : b;
}

/** The location that `server` makes of a report received at `receivedTime`. */
export function locationOf(report: Iamat, server: string, receivedTime: Nanoseconds): Location {
  const { client, point, clientTime } = report;
  const skew = formatSkew(receivedTime - clientTime);
  return {
    client,
    origin: server,
    position: point,
    time: earlier(clientTime, receivedTime),
    at: formatAt({ server, skew, client, position: report.position, time: report.time }),
  };
}

/** Reads a location back from its `AT` line. `undefined` where the line is not a valid one. */
export function parseLocation(line: string): Location | undefined {
  const at = parseAt(line);
  if (at === undefined) return undefined;
  return {
    client: at.client,
    origin: at.server,
    position: at.point,
    time: earlier(at.clientTime, at.receivedTime),
    at: line,
  };
}

/**
 * Orders two locations of one client: positive where `a` is newer than `b`, 0 where they are the
 * same. By time, then by origin, then by the text, so that every server decides alike from the
 * locations alone, in whatever order they came.
 */
export function compareLocations(a: Location, b: Location): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  if (a.origin !== b.origin) return a.origin < b.origin ? -1 : 1;
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return 0;
}
