import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/*
 * For tests that need a folder. The one that all folders of a process are in is removed as it ends: a folder that
 * is removed before may be made again by what still runs.
 */
const root = mkdtempSync(join(tmpdir(), 'proxy-herd-'));
process.once('exit', () => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));

/** Makes a folder that is removed at the end. */
export function makeTemporaryFolder(): Promise<string> {
  return mkdtemp(join(root, 'folder-'));
}
