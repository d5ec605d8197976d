import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/*
 * For tests that need a folder. The one that all folders of a process are in is removed when every test has
 * ended with what it does after itself: a folder that is removed before may be made again by what still runs.
 */
const root = mkdtempSync(join(tmpdir(), 'proxy-herd-'));
after(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));

/** Makes a folder that is removed at the end. */
export function makeTemporaryFolder(): Promise<string> {
  return mkdtemp(join(root, 'folder-'));
}
