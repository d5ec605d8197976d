import { MAX_COMMAND_BYTES } from './command.ts';
import { parsePosition, type Position } from './position.ts';
import { parseSkew, parseTimestamp, type Nanoseconds } from './timestamp.ts';
import { splitFields } from './white-space.ts';

/** What an `AT` line says, each field's text as it was sent. */
export interface At {
  /** The server that heard the location from the client itself. */
  readonly server: string;
  /** That server's time of receipt minus the client's time: `+0.263873386`. */
  readonly skew: string;
  readonly client: string;
  readonly position: string;
  readonly time: string;
}

/** An `AT` line read back, with what its texts say. */
export interface ParsedAt extends At {
  readonly point: Position;
  readonly clientTime: Nanoseconds;
  readonly receivedTime: Nanoseconds;
}

/** `AT server skew client position time`, without a line end. */
export function formatAt(at: At): string {
  return `AT ${at.server} ${at.skew} ${at.client} ${at.position} ${at.time}`;
}

/** The longest name of a server, in bytes; the configuration takes no longer one. */
const MAX_SERVER_BYTES = 64;
/** The most that a skew takes beyond the digits of the time that it came from: sign, point, decimals. */
const SKEW_BYTES = 12;

/**
 * Reads an `AT` line. `undefined` where it is not one to the byte that a server can have said: as
 * `formatAt` writes it, about a report that fits in a command.
 */
export function parseAt(line: string): ParsedAt | undefined {
  const [name, server, skew, client, position, time] = splitFields(line);
  if (name !== 'AT' || server === undefined || skew === undefined || client === undefined) {
    return undefined;
  }
  if (position === undefined || time === undefined) return undefined;
  const clientTime = parseTimestamp(time);
  const skewTime = parseSkew(skew);
  const point = parsePosition(position);
  if (clientTime === undefined || skewTime === undefined || point === undefined) return undefined;
  const at = { server, skew, client, position, time };
  if (formatAt(at) !== line || !canBeSaid(at)) return undefined;
  return { ...at, point, clientTime, receivedTime: clientTime + skewTime };
}

/** A longer line would be passed on until, with more digits in front of it, no link takes it. */
function canBeSaid({ server, skew, client, position, time }: At): boolean {
  const command = `IAMAT ${client} ${position} ${time}`.length;
  const longestSkew = MAX_COMMAND_BYTES + SKEW_BYTES;
  return (
    command <= MAX_COMMAND_BYTES && server.length <= MAX_SERVER_BYTES && skew.length <= longestSkew
  );
}

/** The answer to what is no valid command: `? ` and a copy of the line, without a line end. */
export function formatInvalid(line: string): string {
  return `? ${line}`;
}
