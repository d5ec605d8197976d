import { CliError, systemCode, systemReason } from './errors.ts';

/**
 * The most bytes that wait for a reader of standard error that does not read. Beyond it lines are dropped:
 * a pipe that nobody empties must not fill the memory.
 */
const MAX_UNREAD_BYTES = 1024 * 1024;

/**
 * Keeps the process alive where its output cannot be written: a full disk, a reader that has gone. Without
 * a listener each such failure would be an uncaught error. Callers that need to know get it from `print`.
 */
export function outliveBrokenOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignore);
}

function ignore(): void {
  // there is nowhere left to report it
}

/** Prints a line on standard error, under the program's name, where that is possible. */
export function printMessage(line: string): void {
  printErrorLine(`proxy-herd: ${line}`);
}

/** Prints a line on standard error as it is, where that is possible. */
export function printErrorLine(line: string): void {
  if (process.stderr.writableLength < MAX_UNREAD_BYTES) process.stderr.write(`${line}\n`);
}

/**
 * Prints what a command is run for.
 *
 * @throws {CliError} `FAILED` where it cannot be written
 */
export function print(text: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error === null || error === undefined) resolve();
      else reject(outputFailure(error));
    });
  });
}

/** Prints what is good to know but not what the command is run for, where that is possible. */
export function announce(text: string): void {
  process.stdout.write(text);
}

/** Why standard output was not written. A reader that has gone (`… | head -1`) is not worth a message. */
function outputFailure(error: unknown): CliError {
  const reason = systemReason(error) ?? String(error);
  const isUnread = systemCode(error) === 'EPIPE';
  return new CliError('FAILED', isUnread ? [] : [`standard output cannot be written: ${reason}`]);
}
