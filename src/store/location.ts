import type { AtLine } from '../protocol/at-line.ts';
import { readPosition, type Position } from '../protocol/position.ts';

/** What the herd keeps of a client, as plain data. */
export interface Location {
  readonly position: Position;
  /** The `AT` line that says it all, without a line end; the origin's reply, byte for byte. */
  readonly at: string;
}

/** The location that a line says. */
export function locationOf(line: AtLine): Location {
  const position = readPosition(line.bytes, line.positionStart, line.positionEnd);
  if (position === undefined) throw new Error('The line has not been scanned.');
  return { position, at: line.toString() };
}
