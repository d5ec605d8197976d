import { parsePosition, type Position } from '../protocol/position.ts';
import { parseAt } from '../protocol/reply.ts';

/** What the herd keeps of a client, as plain data. */
export interface Location {
  readonly client: string;
  /** The server that heard it from the client itself. */
  readonly origin: string;
  readonly position: Position;
  /** The `AT` line that says it all, without a line end; the origin's reply, byte for byte. */
  readonly at: string;
}

/** Reads a location from its `AT` line. `undefined` where the line is not a valid one. */
export function parseLocation(line: string): Location | undefined {
  const at = parseAt(line);
  const position = at && parsePosition(at.position);
  if (at === undefined || position === undefined) return undefined;
  return { client: at.client, origin: at.server, position, at: line };
}
