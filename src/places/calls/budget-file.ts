import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

import { z } from 'zod';

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
      await mkdir(dirname(file), { recursive: true });
      // Renamed into place, so that there is never half of it.
      const unfinished = `${file}.new`;
      await writeThrough(unfinished, `${JSON.stringify(count)}\n`);
      await rename(unfinished, file);
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
    throw new Error(`${file} is damaged; remove it to begin the day's count anew.`);
  }
}

async function writeThrough(file: string, text: string): Promise<void> {
  await using handle = await open(file, 'w');
  await handle.writeFile(text);
  await handle.datasync();
}
