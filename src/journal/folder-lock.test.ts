import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';

import { FolderLock } from './folder-lock.ts';

const LOCKED = { name: 'JournalError', code: 'JOURNAL_LOCKED' };

async function makeFolder(t: TestContext, below = ''): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lock-'));
  t.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, below), { recursive: true });
  return join(folder, below);
}

/** A process that takes a folder's lock, and has it until it is killed. */
async function startHolder(folder: string) {
  const module = JSON.stringify(new URL('./folder-lock.js', import.meta.url).href);
  const code = `
    const { FolderLock } = await import(${module});
    const lock = await FolderLock.take(process.argv[1]);
    setInterval(() => lock, 1000);
    console.log('taken');`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', code, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  return holder;
}

describe('a folder', () => {
  test('is one lock at a time, and leaves nothing behind', async (t) => {
    const folder = await makeFolder(t);
    const lock = await FolderLock.take(folder);
    await assert.rejects(FolderLock.take(folder), LOCKED);
    await assert.rejects(FolderLock.take(folder), LOCKED);
    await lock.release();
    assert.deepEqual(await readdir(folder), []);
    const again = await FolderLock.take(folder);
    await again.release();
  });

  test('is never taken twice by those who come at once', async (t) => {
    const folder = await makeFolder(t);
    for (let round = 0; round < 20; round++) {
      const tries = await Promise.allSettled(
        Array.from({ length: 4 }, () => FolderLock.take(folder)),
      );
      const taken = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      assert.ok(taken.length <= 1, `${taken.length} took it`);
      for (const lock of taken) await lock.release();
    }
  });

  test('is locked while another process has it, also one that was stopped; not once it was killed', async (t) => {
    const folder = await makeFolder(t);
    const holder = await startHolder(folder);
    t.after(() => holder.kill('SIGKILL'));
    await assert.rejects(FolderLock.take(folder), LOCKED);
    holder.kill('SIGSTOP');
    await assert.rejects(FolderLock.take(folder), LOCKED);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    assert.equal((await readdir(folder)).length, 1);
    const lock = await FolderLock.take(folder);
    assert.equal((await readdir(folder)).length, 1);
    await lock.release();
    assert.deepEqual(await readdir(folder), []);
  });

  test('may have a path that is longer than that of a socket', async (t) => {
    const folder = await makeFolder(t, join('x'.repeat(100), 'y'.repeat(100)));
    const lock = await FolderLock.take(folder);
    await assert.rejects(FolderLock.take(folder), LOCKED);
    await lock.release();
    assert.deepEqual(await readdir(folder), []);
  });

  test('that is not there cannot be locked', async (t) => {
    const folder = join(await makeFolder(t), 'none');
    await assert.rejects(FolderLock.take(folder), { code: 'JOURNAL_UNWRITABLE' });
  });
});
