import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { JournalError, type JournalErrorCode } from './journal-errors.ts';

/**
 * Makes a journal's folder where there is none. In one that there is, the file CURRENT has to name
 * the one that names all others: without it LevelDB would take the folder for an empty one, and
 * remove the rest.
 *
 * @throws {JournalError} where it does not
 */
export async function prepareFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const files = await readdir(folder);
  if (files.includes('CURRENT')) {
    const manifest = (await readFile(join(folder, 'CURRENT'), 'utf8')).trimEnd();
    if (files.includes(manifest)) return;
    const detail = `its CURRENT names ${JSON.stringify(manifest)}, which is not there`;
    throw new JournalError('JOURNAL_CORRUPT', folder, detail);
  }
  const rest = files.find((file) => /\.(ldb|log)$/.test(file));
  if (rest === undefined) return;
  throw new JournalError('JOURNAL_CORRUPT', folder, `it has ${rest}, but no CURRENT`);
}

/**
 * Whether LevelDB, when it opened, has passed over damaged records of its log of recent writes. It
 * tells nobody, but notes it in a file that it begins anew each time.
 */
export async function hasLostWrites(folder: string): Promise<boolean> {
  return /dropping \d+ bytes/.test(await readFile(join(folder, 'LOG'), 'utf8'));
}

/** LevelDB's codes, which stand in the cause where the database did not open. */
const LEVEL_CODES: Readonly<Record<string, JournalErrorCode>> = {
  LEVEL_LOCKED: 'JOURNAL_LOCKED',
  LEVEL_CORRUPTION: 'JOURNAL_CORRUPT',
};

/** @param otherwise what an error means that the system gave LevelDB, whichever it is */
export function toJournalError(
  error: unknown,
  folder: string,
  otherwise: 'JOURNAL_CORRUPT' | 'JOURNAL_UNWRITABLE',
): JournalError {
  if (error instanceof JournalError) return error;
  const { code, detail } = deepestCause(error);
  return new JournalError(LEVEL_CODES[code] ?? otherwise, folder, detail, error);
}

function deepestCause(error: unknown): { code: string; detail: string } {
  if (!(error instanceof Error)) return { code: '', detail: String(error) };
  if (error.cause !== undefined) return deepestCause(error.cause);
  return { code: 'code' in error ? String(error.code) : '', detail: error.message };
}
