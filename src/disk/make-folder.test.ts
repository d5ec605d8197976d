import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { makeFolder } from './make-folder.ts';

const folder = await mkdtemp(join(tmpdir(), 'proxy-herd-'));
after(() => rm(folder, { recursive: true }));

test('folders are made as far as they are missing, and the first one is told', async () => {
  assert.equal(await makeFolder(join(folder, 'a')), join(folder, 'a'));
  assert.equal(await makeFolder(join(folder, 'a')), undefined);
  assert.equal(await makeFolder(join(folder, 'a/b/c')), join(folder, 'a/b'));
  assert.ok((await stat(join(folder, 'a/b/c'))).isDirectory());
  assert.equal(await makeFolder('/'), undefined);
});

test('at once by several there is one who made it, and no error', async () => {
  const made = await Promise.all(
    Array.from({ length: 8 }, () => makeFolder(join(folder, 'x/y/z'))),
  );
  assert.ok(made.includes(join(folder, 'x')));
  assert.ok((await stat(join(folder, 'x/y/z'))).isDirectory());
});

test('a file in the way is an error', async () => {
  await writeFile(join(folder, 'file'), '');
  await assert.rejects(makeFolder(join(folder, 'file/b/c')), { code: 'ENOTDIR' });
});

test('where no folder can be made it ends with the system’s error', async () => {
  if (process.platform !== 'linux') return;
  await assert.rejects(makeFolder('/proc/no-such-thing/at/all'), { code: 'ENOENT' });
});
