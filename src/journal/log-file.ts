import { formatHeader } from './file-header.ts';
import { frameOf } from './frame.ts';
import { logName, partName } from './journal-file-name.ts';
import type { Storage, WritableFile } from './storage.ts';

/**
 * How far the seqs of a log's changes may reach beyond those before it. A server that starts again goes on
 * after that, since it has not read the log yet: it could do so every second for a month before
 * its seqs had more than 15 digits, and under full load a log has room for a quarter of an hour.
 */
const SEQS_A_LOG = 2 ** 28;

/** The server that a journal belongs to. */
export interface JournalOwner {
  readonly herd: string;
  readonly server: string;
  /** Names this life of the server: a text that no other one has, such as a random number. */
  readonly epoch: string;
}

/** The log that is being written. */
export interface LogFile {
  readonly file: WritableFile;
  /** Its place among the logs. */
  readonly number: number;
  /** No change in it may have a greater seq. */
  readonly limit: number;
  /** Where the next frame is to be written. */
  position: number;
}

/** What a new log is to be. */
export interface NewLog {
  readonly number: number;
  /** The changes in it come after this seq. */
  readonly head: number;
  readonly limit: number;
}

/** @param head the seq of the feed's last change by now */
export function limitOf(head: number): number {
  return head + SEQS_A_LOG;
}

/** Begins a log. It has its name only when its header is on disk, so no log is without one. */
export async function beginLog(
  storage: Storage,
  owner: JournalOwner,
  { number, head, limit }: NewLog,
): Promise<LogFile> {
  const { herd, server, epoch } = owner;
  const name = logName(number, limit);
  const header = frameOf(formatHeader({ kind: 'log', herd, server, epoch, head }));
  const file = await storage.create(partName(name));
  try {
    await file.write(header, 0);
    await file.sync();
    await storage.rename(partName(name), name);
    await storage.syncNames();
  } catch (error) {
    await file.close();
    throw error;
  }
  return { file, number, limit, position: header.length };
}
