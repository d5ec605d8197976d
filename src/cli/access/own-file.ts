import { open } from 'node:fs/promises';

import { CliError, systemCode, systemReason } from '../errors.ts';

/** Who else than its owner may do something with a file. */
const OTHERS_BITS = 0o077;

/** A file that nobody but its owner may read or write. */
export interface OwnFile {
  /** What it is called in messages. */
  readonly name: string;
  readonly path: string;
  readonly maxBytes: number;
  /** What to give its mode to, in messages. */
  readonly shown: string;
}

/**
 * Reads such a file.
 *
 * @throws {CliError} `CONFIG` where it is too large, others may read or write it, or it cannot be read
 * @throws the system's error where it is not there
 */
export async function readOwnFile({ name, path, maxBytes, shown }: OwnFile): Promise<string> {
  try {
    await using file = await open(path);
    const { mode, size } = await file.stat();
    if (process.platform !== 'win32' && (mode & OTHERS_BITS) !== 0) {
      const found = `found mode ${(mode & 0o777).toString(8).padStart(4, '0')}`;
      throw new CliError('CONFIG', [`${name}: ${found}, expected 0600: chmod 600 ${shown}`]);
    }
    if (size > maxBytes) {
      throw new CliError('CONFIG', [`${name}: found ${size} bytes, expected at most ${maxBytes}`]);
    }
    return await file.readFile('utf8');
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined || systemCode(error) === 'ENOENT') throw error;
    throw new CliError('CONFIG', [`${name}: cannot be read: ${reason}`]);
  }
}
