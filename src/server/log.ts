import type { TextLog } from '../text/events.ts';
import { LEVELS, LOG_LEVELS, type LogEvent, type LogLevel } from './log-events.ts';
import { LogFile } from './log-file.ts';

/** A server's log. Writing to it never waits. */
export interface Log extends TextLog {
  write(event: LogEvent): void;
  /** Logs what matters so much, and more, from now on. */
  setLevel(level: LogLevel): void;
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
  setLevel() {},
  reopen() {},
  async close() {},
};

/**
 * Opens a log file, to append JSON lines to it.
 *
 * @param level the least level of the events that are logged
 * @param onTrouble called with a message when the file cannot be written any more, once until it can be again
 * @throws {LogError} where the file cannot be opened
 */
export async function openLog(
  path: string,
  level: LogLevel,
  onTrouble: (detail: string) => void,
): Promise<Log> {
  const file = await LogFile.open(path, onTrouble);
  let least = LOG_LEVELS.indexOf(level);
  const isLogged = (event: keyof typeof LEVELS): boolean =>
    LOG_LEVELS.indexOf(LEVELS[event]) >= least;
  return {
    write(event) {
      if (!isLogged(event.event)) return;
      const { lines } = file;
      if (lines === undefined) return;
      lines.add(event, Date.now());
      file.added();
    },
    writeText(event, connection, text, bytes) {
      if (!isLogged(event)) return;
      const { lines } = file;
      if (lines === undefined) return;
      lines.addText(event, connection, text, bytes, Date.now());
      file.added();
    },
    writePlain(direction, connection, plain) {
      if (!isLogged(direction)) return;
      const { lines } = file;
      if (lines === undefined) return;
      lines.addPlain(direction, connection, plain, Date.now());
      file.added();
    },
    setLevel: (next) => (least = LOG_LEVELS.indexOf(next)),
    reopen: () => file.reopen(),
    close: () => file.close(),
  };
}
