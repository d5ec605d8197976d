import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { isMap, parseDocument, type Document } from 'yaml';

import type { AccessRules } from '../../access/rules.ts';
import { syncFolder } from '../../disk/sync-folder.ts';
import { CliError, systemCode, systemReason } from '../errors.ts';
import { parseAccessFile, readAccessFile } from './access-file.ts';
import type { AccessPath } from './read-access.ts';
import { ACCESS_VERSION } from './access-schema.ts';

/** What a new file has. */
export const NEW_FILE = `# Who may do what in this herd. Written by proxy-herd token and proxy-herd group; groups can be edited by hand.
version: ${ACCESS_VERSION}
`;

/** Where the next content is written, beside the file: the process that created it edits, all others wait. */
const NEXT = '.next';
/** How long to wait for other edits, in milliseconds: one takes a fraction of a second, and on a busy disk a second or two. */
const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 50;
/** After so long an edit was cut off, by a crash for one, in milliseconds. */
const STALE_MS = 30_000;

/** For so long tokens that have expired or were revoked are kept, to be listed, in milliseconds: 30 days. */
const KEPT_MS = 30 * 86_400_000;

/** Changes an access file. `document` keeps comments and the order of what is not changed. */
export type Edit = (document: Document, rules: AccessRules) => void;

/**
 * Edits an access file, or makes it, readable for its owner alone: whoever reads it finds the old content or the new
 * one, whole, whatever crashes meanwhile. One edit comes after the other.
 *
 * @param nowMs in milliseconds since 1970: tokens that have not been good for long are removed
 * @throws {CliError} `CONFIG` where the file is faulty, `FAILED` where it cannot be written, and what `edit` throws
 */
export async function editAccessFile(path: AccessPath, nowMs: number, edit: Edit): Promise<void> {
  try {
    const file = await realpath(path.path).catch(() => path.path); // a link stays one
    const next = file + NEXT;
    const handle = await begin(next);
    try {
      const text = await edited({ name: path.name, path: file }, nowMs, edit);
      await handle.writeFile(text);
      await keepOwner(handle, file);
      await handle.sync();
      await rename(next, file);
    } catch (error) {
      await rm(next, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    await syncFolder(dirname(file));
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    throw new CliError('FAILED', [`${path.name} cannot be written: ${reason}`]);
  }
}

/** Makes the next file, once nobody else has one. */
async function begin(next: string): Promise<FileHandle> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await open(next, 'wx', 0o600);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    const { mtimeMs } = await stat(next).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > STALE_MS) await rm(next, { force: true });
    else if (performance.now() > deadline) {
      throw new CliError('FAILED', [
        `another command is changing the access file: ${next} is there`,
      ]);
    } else await delay(LOOK_EVERY_MS);
  }
}

/** The content after an edit. */
async function edited(path: AccessPath, nowMs: number, edit: Edit): Promise<string> {
  const { text, rules } = await readAccessFile(path).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error;
    return { text: NEW_FILE, rules: parseAccessFile(path.name, NEW_FILE) };
  });
  const document = parseDocument(text);
  for (const key of ['groups', 'tokens']) {
    const values = document.get(key);
    if (isMap(values) && values.items.length > 0) values.flow = false;
    else document.set(key, document.createNode({}));
  }
  removeOld(document, rules, nowMs);
  edit(document, rules);
  const after = document.toString({ lineWidth: 0 });
  parseAccessFile(path.name, after); // so that no edit ever makes a file that servers refuse
  return after;
}

function removeOld(document: Document, { tokens }: AccessRules, nowMs: number): void {
  for (const { name, expiresMs = Infinity, revokedMs = Infinity } of tokens) {
    if (Math.min(expiresMs, revokedMs) < nowMs - KEPT_MS) document.deleteIn(['tokens', name]);
  }
}

/** If root edits the file of the user that the servers run as, it stays that user's. */
async function keepOwner(handle: FileHandle, file: string): Promise<void> {
  const before = await stat(file).catch(() => undefined);
  const now = await handle.stat();
  if (before === undefined || (before.uid === now.uid && before.gid === now.gid)) return;
  await handle.chown(before.uid, before.gid);
}
