import { once } from 'node:events';
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

import sonicBoom from 'sonic-boom';

import type { LinkCause } from '../herd/messages.ts';
import type { Address } from '../herd/topology.ts';
import type { UpstreamFault } from '../places/nearby-search.ts';
import type { ExceededLimit } from './connection-counts.ts';
import { LogError } from './errors.ts';

/**
 * How much of the log may wait for the disk, in bytes: some seconds of a busy server. Beyond it
 * lines are dropped and counted, since the herd must not stop for its log.
 */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** How many characters of lines are gathered for one write at most. */
const MAX_WRITE = 262_144;

/** What a server logs: an object a line, of these properties and `time` and `level`. */
export type LogEvent =
  | {
      readonly event: 'start';
      readonly herd: string;
      readonly server: string;
      readonly clients: Address;
      readonly peers: Address;
      readonly pid: number;
    }
  | { readonly event: 'stop' }
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
  | { readonly event: 'certificate-renewed'; readonly validTo: string }
  | { readonly event: 'certificate-rejected'; readonly code: string; readonly detail: string }
  /** So many lines of the event `of` were not logged, since too many came. */
  | { readonly event: 'left-out'; readonly of: string; readonly lines: number }
  | { readonly event: 'command'; readonly connection: number; readonly text: string }
  /** The reply's first line, and how long the whole is: places are the upstream's, and long. */
  | {
      readonly event: 'reply';
      readonly connection: number;
      readonly text: string;
      readonly bytes: number;
    }
  | { readonly event: 'link-up'; readonly neighbour: string; readonly dialled: boolean }
  | ({ readonly event: 'link-down'; readonly neighbour: string } & LinkCause)
  | ({ readonly event: 'link-failed'; readonly neighbour: string | undefined } & LinkCause)
  | ({ readonly event: 'places-fault' } & UpstreamFault)
  | { readonly event: 'places-forgotten' }
  | { readonly event: 'journal-restored'; readonly clients: number; readonly milliseconds: number }
  | { readonly event: 'journal-failed'; readonly detail: string }
  | { readonly event: 'journal-recovered' }
  /** An `IAMAT` was refused, since its promise cannot be kept. */
  | { readonly event: 'not-acknowledged'; readonly client: string }
  /** An `IAMAT` of a new client was refused, since there are `clients` already. */
  | { readonly event: 'herd-full'; readonly client: string; readonly clients: number }
  | { readonly event: 'log-dropped'; readonly lines: number };

const LEVELS: Record<LogEvent['event'], 'info' | 'warn' | 'error'> = {
  start: 'info',
  stop: 'info',
  'connection-opened': 'info',
  'connection-closed': 'info',
  'connection-refused': 'warn',
  'accept-failed': 'warn',
  'handshake-failed': 'warn',
  'certificate-renewed': 'info',
  'certificate-rejected': 'warn',
  'left-out': 'warn',
  command: 'info',
  reply: 'info',
  'link-up': 'info',
  'link-down': 'warn',
  'link-failed': 'warn',
  'places-fault': 'warn',
  'places-forgotten': 'info',
  'journal-restored': 'info',
  'journal-failed': 'error',
  'journal-recovered': 'info',
  'not-acknowledged': 'warn',
  'herd-full': 'warn',
  'log-dropped': 'warn',
};

/** A server's log. Writing to it never waits. */
export interface Log {
  write(event: LogEvent): void;
  /** Opens the file anew, for the one that was renamed. */
  reopen(): void;
  /** Writes out what waits and closes. Nothing is written after it. */
  close(): Promise<void>;
}

/** A log that keeps nothing. */
export const NO_LOG: Log = { write() {}, reopen() {}, async close() {} };

const NOT_ASCII = /[^\0-\x7f]/;

/**
 * Text of one character a byte as it is to be read: UTF-8 decoded where it is that, else each byte
 * as the character of its number.
 */
export function readableText(text: string): string {
  if (!NOT_ASCII.test(text)) return text;
  const decoded = Buffer.from(text, 'latin1').toString('utf8');
  return decoded.includes('\ufffd') ? text : decoded;
}

/** Makes a text of each time once: a busy server writes hundreds of lines in a millisecond. */
const isoTime = cached((milliseconds) => new Date(milliseconds).toISOString());

function cached(make: (of: number) => string): (of: number) => string {
  let last = Number.NaN;
  let text = '';
  return (of) => {
    if (of !== last) text = make(of);
    last = of;
    return text;
  };
}

/** A line of the log: the event with its level and time before it, as JSON. */
function formatLine(event: LogEvent, milliseconds: number): string {
  const start = `{"level":"${LEVELS[event.event]}","time":"${isoTime(milliseconds)}",`;
  return `${start}${JSON.stringify(event).slice(1)}\n`;
}

/**
 * Opens a log file, to append JSON lines to it.
 *
 * @param onTrouble told in words when the file cannot be written any more, once until it can be again
 * @throws {LogError} where the file cannot be opened
 */
export async function openLog(file: string, onTrouble: (detail: string) => void): Promise<Log> {
  // Tried first: a destination whose file cannot be opened throws once more when the process ends.
  try {
    await mkdir(dirname(file), { recursive: true });
    await appendFile(file, '');
  } catch (error) {
    throw new LogError(file, error instanceof Error ? error : new Error(String(error)));
  }
  const destination = new sonicBoom.SonicBoom({
    dest: file,
    append: true,
    sync: false,
    maxLength: MAX_WAITING_BYTES,
  });
  await once(destination, 'ready');

  // A turn's lines go to the file in one write: the destination would cut them into small ones,
  // one at a time, and fall behind a busy server.
  let lines = '';
  const flush = (): void => {
    if (lines !== '') destination.write(lines);
    lines = '';
  };
  let closing = false;
  const write = (event: LogEvent): void => {
    if (closing) return;
    if (lines === '') setImmediate(flush);
    lines += formatLine(event, Date.now());
    if (lines.length >= MAX_WRITE) flush();
  };

  let dropped = 0;
  destination.on('drop', (text: string) => (dropped += text.split('\n').length - 1));
  destination.on('drain', () => {
    if (dropped === 0) return;
    const count = dropped;
    dropped = 0;
    write({ event: 'log-dropped', lines: count });
  });
  let inTrouble = false;
  destination.on('error', (error: Error) => {
    if (!inTrouble) onTrouble(`the log ${file} cannot be written: ${error.message}`);
    inTrouble = true;
  });
  destination.on('write', () => (inTrouble = false));

  // A destination that is closed while it reopens would never say that it has closed.
  let reopened: Promise<unknown> = Promise.resolve();
  return {
    write,
    reopen() {
      flush();
      reopened = once(destination, 'ready').catch(() => undefined);
      destination.reopen();
    },
    async close() {
      closing = true;
      await reopened;
      flush();
      const closed = once(destination, 'close');
      destination.end();
      await closed;
    },
  };
}
