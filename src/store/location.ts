import type { Position } from '../protocol/position.ts';

/** What the herd keeps of a client, as plain data. */
export interface Location {
  readonly position: Position;
  /** The `AT` line that says it all, without a line end; the origin's reply, byte for byte. */
  readonly at: string;
}
