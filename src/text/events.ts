import type { AccessEvent } from '../access/events.ts';
import type { LeftOut } from '../service/limited-log.ts';
import type { ExceededLimit } from './connection-counts.ts';

/** What the text front end logs. */
export type TextEvent =
  | AccessEvent
  | { readonly event: 'connection-opened'; readonly connection: number; readonly address: string }
  | { readonly event: 'connection-closed'; readonly connection: number; readonly detail: string }
  | {
      readonly event: 'connection-refused';
      readonly address: string;
      readonly reason: ExceededLimit;
    }
  /** The system could not give a connection to the client port. */
  | { readonly event: 'accept-failed'; readonly detail: string }
  | { readonly event: 'handshake-failed'; readonly address: string; readonly detail: string }
  | LeftOut
  /** So many reports of a connection were refused, since their promise cannot be kept. */
  | { readonly event: 'not-acknowledged'; readonly connection: number; readonly reports: number }
  /** A report was refused since there is no room; there are `clients` already. */
  | {
      readonly event: 'report-refused';
      readonly reason: 'too many clients' | 'out of memory';
      readonly client: string;
      readonly clients: number;
    };

/** Whether commands or replies are logged. */
export type Direction = 'commands' | 'replies';

/**
 * Lines that stand one after the other in `bytes`, from `start` to `end`, and have printable ASCII alone,
 * without quotes, backslashes and `|`.
 */
export interface PlainLines {
  readonly bytes: Buffer;
  readonly start: number;
  /** Without the line end of the last one. */
  readonly end: number;
  /** Where in `bytes` each of the first `count` lines ends, at its line end. */
  readonly ends: Int32Array;
  readonly count: number;
}

/** Where the text front end logs. Writing to it never waits. */
export interface TextLog {
  write(event: TextEvent): void;
  /**
   * Logs commands or replies of a connection.
   *
   * @param text a view, one or more on lines of their own
   * @param bytes how long the whole was
   */
  writeText(direction: Direction, connection: number, text: Buffer, bytes: number): void;
  /** Logs commands or replies that can be copied as they are. */
  writePlain(direction: Direction, connection: number, lines: PlainLines): void;
}
