import assert from 'node:assert/strict';
import { open, readdir, readFile, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { makeTemporaryFolder } from '../../disk/temporary-folder.test.ts';
import { createBudgetFile } from './budget-file.ts';

/** A file in a folder that is not there yet. */
async function makeFile(): Promise<string> {
  return join(await makeTemporaryFolder(), 'places', 'budget.json');
}

test('what was written last is read', async () => {
  const file = await makeFile();
  assert.equal(await createBudgetFile(file).read(), undefined);
  await createBudgetFile(file).write({ day: 100, calls: 1 });
  await createBudgetFile(file).write({ day: 100, calls: 2 });
  assert.deepEqual(await createBudgetFile(file).read(), { day: 100, calls: 2 });
  assert.deepEqual(await readdir(dirname(file)), ['budget.json']);
});

test('a damaged file is an error that names it and what to do', async () => {
  const file = await makeFile();
  const ledger = createBudgetFile(file);
  await ledger.write({ day: 100, calls: 1 });
  for (const text of ['', '{', '{}', '{"day":1,"calls":-1}', '[]']) {
    await writeFile(file, text);
    await assert.rejects(ledger.read(), (error: Error) => {
      assert.ok(error.message.startsWith(`${file} is damaged; remove it`));
      return true;
    });
  }
});

test('a file that cannot be written is an error', async () => {
  const file = await makeFile();
  await writeFile(dirname(file), '');
  await assert.rejects(createBudgetFile(file).write({ day: 1, calls: 1 }));
});

/** What is synced, a file or a folder, in order; after each, the content of the count's file. */
async function watchSyncs(t: TestContext, file: string): Promise<string[]> {
  const handle = await open(tmpdir(), 'r');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const syncs: string[] = [];
  for (const name of ['sync', 'datasync'] as const) {
    const original = prototype[name];
    t.mock.method(prototype, name, async function sync(this: FileHandle) {
      const isFolder = (await this.stat()).isDirectory();
      const text = await readFile(file, 'utf8').catch(() => 'none\n');
      syncs.push(`${isFolder ? 'folder' : 'file'}, ${text.trim()}`);
      await original.call(this);
    });
  }
  return syncs;
}

test('a count is on disk with its name when it is written', async (t) => {
  const file = await makeFile();
  const syncs = await watchSyncs(t, file);
  const first = '{"day":100,"calls":1}';
  await createBudgetFile(file).write({ day: 100, calls: 1 });
  assert.deepEqual(syncs, ['file, none', `folder, ${first}`, `folder, ${first}`]);
  await createBudgetFile(file).write({ day: 100, calls: 2 });
  assert.deepEqual(syncs.slice(3), [`file, ${first}`, 'folder, {"day":100,"calls":2}']);
});
