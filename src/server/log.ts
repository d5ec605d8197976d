import type { TextLog } from '../text/events.ts';
import type { LogEvent } from './log-events.ts';
import { LogFile } from './log-file.ts';

/** A server's log. Writing to it never waits. */
export interface Log extends TextLog {
  write(event: LogEvent): void;
  /** Opens the file again, after it was renamed. */
  reopen(): void;
  /** Writes out what waits and closes. Nothing is written after it. */
  close(): Promise<void>;
}

/** A log that keeps nothing. */
export const NO_LOG: Log = {
  write() {},
  writeText() {},
  writePlain() {},
  reopen() {},
  async close() {},
};

/**
 * Opens a log file, to append JSON lines to it.
 *
 * @param onTrouble called with a message when the file cannot be written any more, once until it can be again
 * @throws {LogError} where the file cannot be opened
 */
export async function openLog(path: string, onTrouble: (detail: string) => void): Promise<Log> {
  const file = await LogFile.open(path, onTrouble);
  return {
    write(event) {
      const { lines } = file;
      if (lines === undefined) return;
      lines.add(event, Date.now());
      file.added();
    },
    writeText(event, connection, text, bytes) {
      const { lines } = file;
      if (lines === undefined) return;
      lines.addText(event, connection, text, bytes, Date.now());
      file.added();
    },
    writePlain(direction, connection, plain) {
      const { lines } = file;
      if (lines === undefined) return;
      lines.addPlain(direction, connection, plain, Date.now());
      file.added();
    },
    reopen: () => file.reopen(),
    close: () => file.close(),
  };
}
