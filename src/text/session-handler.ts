import type { ByteWriter } from '../protocol/byte-writer.ts';
import type { Line } from '../protocol/line-decoder.ts';

/** The places of a reply that has none. */
export const NO_PLACES = new Uint8Array(0);

/** A reply that could not be written at once. */
export interface Reply {
  /** Whole lines, or of one with places the first, with their line ends; of one character a byte. */
  readonly text: string | Buffer;
  /** The places after it, with their line ends: content of an upstream. Empty where there are none. */
  readonly places: Uint8Array;
}

/**
 * What became of a command: its reply was written (`undefined`), is given, or promised; or was written and
 * has to wait for the commit gate (`gated`); or the command has to wait until all sockets have been read
 * once more (`deferred`). A promise rejects only where it is aborted, and then there is no reply.
 */
export type Handled = Reply | Promise<Reply> | 'gated' | 'deferred' | undefined;

/** What answers commands. */
export interface SessionHandler {
  /** Whether all that was answered since this was asked last can be logged as it is. */
  takePlain(): boolean;
  /**
   * Answers the report that begins at `start`, where it is whole, in the usual form, and its reply need
   * not wait.
   *
   * @returns where it ends, at its LF; `NO_END` where `handle` has to answer the line
   */
  handleReport(bytes: Buffer, start: number, end: number, out: ByteWriter): number;
  /**
   * Answers a command line.
   *
   * @param isSettled whether all sockets have been read since the command was received; where not, it
   *   may be deferred until they have
   * @param signal aborted when nobody waits for the reply any more
   */
  handle(line: Line, isSettled: boolean, out: ByteWriter, signal: () => AbortSignal): Handled;
}
