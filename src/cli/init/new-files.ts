import { link, lstat, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../../disk/sync-folder.ts';
import { CliError, systemCode, systemReason } from '../errors.ts';

/** A file that is to be written. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
  /** Whether it has something in it that only its owner may read. */
  readonly isSecret: boolean;
}

const SECRET_MODE = 0o600;
const PLAIN_MODE = 0o644;

/**
 * Writes files. Each is there as a whole or not at all, whatever happens meanwhile; where one cannot be written, none
 * is that was not there before.
 *
 * @param force whether files that are there are replaced
 * @throws {CliError} `USAGE` where one is there and is not to be replaced, `FAILED` where one cannot be written
 */
export async function writeNewFiles(files: readonly NewFile[], force: boolean): Promise<void> {
  if (!force) await requireMissing(files.map(({ path }) => path));
  const made: string[] = [];
  let current = '';
  try {
    for (const file of files) {
      current = file.path;
      await writeUnfinished(file, made);
    }
    for (const { path } of files) {
      current = path;
      if (force) await rename(unfinishedOf(path), path);
      else {
        await link(unfinishedOf(path), path); // which, unlike a renaming, replaces nothing
        made.push(path);
        await rm(unfinishedOf(path));
      }
    }
    for (const folder of new Set(files.map(({ path }) => dirname(path)))) await syncFolder(folder);
  } catch (error) {
    for (const path of made) await rm(path, { force: true });
    const isFolderMissing = systemCode(error) === 'ENOENT';
    const reason = isFolderMissing ? 'there is no such folder' : systemReason(error);
    if (reason === undefined) throw error;
    throw new CliError('FAILED', [`${current} cannot be written: ${reason}`]);
  }
}

/** Where a file is written before it gets its name. */
function unfinishedOf(path: string): string {
  return `${path}.${process.pid}.new`;
}

async function writeUnfinished({ path, text, isSecret }: NewFile, made: string[]): Promise<void> {
  const unfinished = unfinishedOf(path);
  await using file = await open(unfinished, 'wx', isSecret ? SECRET_MODE : PLAIN_MODE);
  made.push(unfinished);
  await file.writeFile(text);
  await file.sync();
}

/** @throws {CliError} `USAGE` where one of these files is there */
export async function requireMissing(paths: readonly string[]): Promise<void> {
  const there: string[] = [];
  for (const path of paths) {
    try {
      await lstat(path);
      there.push(path);
    } catch (error) {
      if (systemCode(error) === undefined) throw error; // what is wrong with the folder is seen when it is written to
    }
  }
  if (there.length === 0) return;
  const [is, them] = there.length === 1 ? ['is', 'it'] : ['are', 'them'];
  throw new CliError('USAGE', [
    `${there.join(', ')} ${is} there already, and nothing was written: --force replaces ${them}`,
  ]);
}
