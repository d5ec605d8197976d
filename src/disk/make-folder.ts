import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it that are not there. Not by Node's own `recursive`: that says `ENOENT` of a
 * read-only disk, and where a folder cannot be made although the one above it is there, as in `/proc`, it tries for
 * ever, in more and more memory.
 *
 * @returns the first folder that it made; `undefined` where all were there
 * @throws the system's error where it is not possible
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  try {
    return await make(path);
  } catch (error) {
    const above = dirname(path);
    if (codeOf(error) !== 'ENOENT' || above === path) throw error;
    const made = await makeFolder(above);
    return (await make(path)) === undefined ? made : (made ?? path);
  }
}

/** @returns the folder; `undefined` where there is something of that name */
async function make(path: string): Promise<string | undefined> {
  try {
    await mkdir(path);
    return path;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
