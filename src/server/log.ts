import { once } from 'node:events';
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

import sonicBoom from 'sonic-boom';

import { LogError } from './errors.ts';
import type { LogEvent, TextEvent } from './log-events.ts';
import { LogLines } from './log-lines.ts';

/**
 * How much of the log may wait for the disk, in bytes: some seconds of a busy server. Beyond it
 * lines are dropped and counted, since the herd must not stop for its log.
 */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** How many bytes of lines are gathered for one write. */
const WRITE_BYTES = 64 * 1024;
/** How long lines are gathered for one write at most, in milliseconds: a crash loses so much. */
const WRITE_INTERVAL_MS = 10;

const LF = 0x0a;

/** A server's log. Writing to it never waits. */
export interface Log {
  write(event: LogEvent): void;
  /**
   * Logs what was heard or said on a connection.
   *
   * @param text a view
   * @param bytes how long the whole was
   */
  writeText(event: TextEvent['event'], connection: number, text: Buffer, bytes: number): void;
  /** Opens the file anew, for the one that was renamed. */
  reopen(): void;
  /** Writes out what waits and closes. Nothing is written after it. */
  close(): Promise<void>;
}

/** A log that keeps nothing. */
export const NO_LOG: Log = { write() {}, writeText() {}, reopen() {}, async close() {} };

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
    contentMode: 'buffer',
  });
  await once(destination, 'ready');
  // Its types know of text alone; with this content mode it takes bytes.
  const bytesTo: { write(line: string | Buffer): boolean } = destination;

  // Lines go to the file some at a time: one write each would take more time than all the rest.
  const lines = new LogLines(WRITE_BYTES);
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (lines.length > 0) bytesTo.write(lines.take());
  };
  const added = (): void => {
    if (lines.length >= WRITE_BYTES) flush();
    else timer ??= setTimeout(flush, WRITE_INTERVAL_MS);
  };
  let closing = false;
  const write = (event: LogEvent): void => {
    if (closing) return;
    lines.add(event, Date.now());
    added();
  };

  let dropped = 0;
  destination.on('drop', (bytes: Buffer) => (dropped += countLines(bytes)));
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
    writeText(event, connection, text, bytes) {
      if (closing) return;
      lines.addText(event, connection, text, bytes, Date.now());
      added();
    },
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

function countLines(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte === LF) count += 1;
  return count;
}
