import { open, readFile, rename } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { z } from 'zod';

import { makeFolder } from '../../disk/make-folder.ts';
import { syncFolder } from '../../disk/sync-folder.ts';
import type { DayCount, Ledger } from './budget.ts';

const countSchema = z.strictObject({ day: z.int().min(0), calls: z.int().min(0) });

/**
 * Keeps the count in a file. One that is damaged is an error, and is not taken for an empty one: it
 * may stand for a day's calls.
 */
export function createBudgetFile(file: string): Ledger {
  return {
    async read() {
      const text = await readIfThere(file);
      return text === undefined ? undefined : parseCount(text, file);
    },
    async write(count) {
      const folder = resolve(dirname(file));
      const made = await makeFolder(folder);
      // Renamed into place, so that it is never incomplete.
      const unfinished = `${file}.new`;
      await writeThrough(unfinished, `${JSON.stringify(count)}\n`);
      await rename(unfinished, file);
      // A name is on disk when its folder is: without, a loss of power would bring the old count back.
      await syncFolders(folder, made === undefined ? folder : dirname(made));
    },
  };
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseCount(text: string, file: string): DayCount {
  try {
    return countSchema.parse(JSON.parse(text));
  } catch {
    throw new Error(`${file} is damaged; remove it to begin the day's count again.`);
  }
}

async function writeThrough(file: string, text: string): Promise<void> {
  await using handle = await open(file, 'w');
  await handle.writeFile(text);
  await handle.datasync();
}

/** Syncs a folder, and those above it up to `last`. */
async function syncFolders(folder: string, last: string): Promise<void> {
  for (let at = folder; ; at = dirname(at)) {
    await syncFolder(at);
    if (at === resolve(last) || at === dirname(at)) return;
  }
}
