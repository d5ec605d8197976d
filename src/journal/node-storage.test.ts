import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';

import { NodeStorage } from './node-storage.ts';

const UNWRITABLE = { name: 'JournalError', code: 'JOURNAL_UNWRITABLE' };

async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'storage-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function open(t: TestContext, folder: string): Promise<NodeStorage> {
  const storage = await NodeStorage.open(folder);
  t.after(() => storage.close());
  return storage;
}

/** Names without the lock's. */
async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => !name.startsWith('lock-'));
}

/** Whether there is a read-only disk at the folder now. Mounting one takes a right that root has. */
function mountReadOnly(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', folder], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

describe('a folder', () => {
  test('is made, and keeps what is written where it is written', async (t) => {
    const folder = join(await makeFolder(t), 'data', 'Riley');
    const storage = await open(t, folder);
    assert.deepEqual(await storage.list(), []);
    const file = await storage.create('a.part');
    await file.write(Buffer.from('hello'), 0);
    await file.write(Buffer.from('lp me'), 3);
    await file.sync();
    await storage.rename('a.part', 'a');
    await storage.syncNames();
    await file.write(Buffer.from('!'), 8);
    await file.sync();
    await file.close();
    assert.deepEqual(await storage.list(), [{ name: 'a', sizeBytes: 9 }]);
    assert.equal(await readFile(join(folder, 'a'), 'utf8'), 'hellp me!');
    const into = Buffer.alloc(4);
    assert.equal(await storage.read('a', 6, into), 3);
    assert.equal(into.toString('utf8', 0, 3), 'me!');
    assert.equal(await storage.read('a', 9, into), 0);
    await storage.truncate('a', 5);
    assert.equal(await readFile(join(folder, 'a'), 'utf8'), 'hellp');
    await storage.remove('a');
    await storage.remove('a');
    assert.deepEqual(await namesIn(folder), []);
  });

  test('is one storage at a time', async (t) => {
    const folder = await makeFolder(t);
    const storage = await NodeStorage.open(folder);
    await assert.rejects(NodeStorage.open(folder), { code: 'JOURNAL_LOCKED' });
    await storage.close();
    await open(t, folder);
  });

  test('that is a file cannot be used', async (t) => {
    const file = join(await makeFolder(t), 'file');
    await writeFile(file, '');
    await assert.rejects(NodeStorage.open(file), { ...UNWRITABLE, message: /EEXIST|ENOTDIR/ });
  });

  test('that is read-only cannot be used', async (t) => {
    const folder = await makeFolder(t);
    const isMounted = mountReadOnly(folder);
    try {
      if (!isMounted) await chmod(folder, 0o500); // whoever may not mount may not write there now
      await assert.rejects(NodeStorage.open(folder), { ...UNWRITABLE, message: /EROFS|EACCES/ });
    } finally {
      if (isMounted) execFileSync('umount', ['-l', folder]);
    }
  });
});

describe('a folder that is removed', () => {
  test('is reported by what is synced, and made again', async (t) => {
    const folder = join(await makeFolder(t), 'Riley');
    const storage = await open(t, folder);
    const file = await storage.create('a');
    await rm(folder, { recursive: true });
    await file.write(Buffer.from('x'), 0);
    await assert.rejects(file.sync(), { name: 'FileGoneError', code: 'FILE_GONE' });
    await file.close();
    await storage.requireEmpty();
    const again = await storage.create('a');
    await again.write(Buffer.from('x'), 0);
    await again.sync();
    await again.close();
    assert.deepEqual(await namesIn(folder), ['a']);
    await assert.rejects(NodeStorage.open(folder), { code: 'JOURNAL_LOCKED' });
  });

  test('and in whose place is another one is left alone', async (t) => {
    const folder = join(await makeFolder(t), 'Riley');
    const storage = await open(t, folder);
    await rm(folder, { recursive: true });
    await mkdir(folder);
    await writeFile(join(folder, 'theirs'), '');
    const message = /in the place of its folder is one that has "theirs"/;
    await assert.rejects(storage.requireEmpty(), { ...UNWRITABLE, message });
    assert.deepEqual(await namesIn(folder), ['theirs']);
  });
});
