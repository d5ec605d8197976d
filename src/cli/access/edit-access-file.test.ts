import assert from 'node:assert/strict';
import { chmod, open, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';

import { hashToken } from '../../access/token.ts';
import { makeTemporaryFolder } from '../../disk/temporary-folder.test.ts';
import { CliError } from '../errors.ts';
import { readAccessFile } from './access-file.ts';
import { editAccessFile, type Edit } from './edit-access-file.ts';
import type { AccessPath } from './read-access.ts';

const NOW_MS = Date.UTC(2026, 10, 27);
const A_DAY_MS = 86_400_000;

async function makePath(): Promise<AccessPath> {
  return { name: 'access.yaml', path: join(await makeTemporaryFolder(), 'access.yaml') };
}

const addGroup =
  (name: string): Edit =>
  (document) =>
    document.setIn(['groups', name], document.createNode(['anna']));

async function groupsOf(path: AccessPath): Promise<string[]> {
  const { rules } = await readAccessFile(path);
  return rules.groups.map(({ name }) => name);
}

test('a file is made for its owner alone, and nothing else is left', async () => {
  const path = await makePath();
  await editAccessFile(path, NOW_MS, addGroup('family'));
  assert.deepEqual(await groupsOf(path), ['family']);
  assert.equal((await stat(path.path)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(join(path.path, '..')), ['access.yaml']);
});

test('comments, order and what is written by hand stay', async () => {
  const path = await makePath();
  const text = `# The families.
version: 1
groups:
  # by surname
  smith: [ "007", kid-* ] # three of them
tokens: {}
`;
  await writeFile(path.path, text, { mode: 0o600 });
  await editAccessFile(path, NOW_MS, addGroup('jones'));
  const added = text.replace('tokens', '  jones:\n    - anna\ntokens');
  assert.equal(await readFile(path.path, 'utf8'), added);
});

test('a link to a file stays one', async () => {
  const path = await makePath();
  await editAccessFile(path, NOW_MS, addGroup('a'));
  const link = { ...path, path: `${path.path}.link` };
  await symlink(path.path, link.path);
  await editAccessFile(link, NOW_MS, addGroup('b'));
  assert.deepEqual(await groupsOf(path), ['a', 'b']);
});

test('of many edits at once none is lost', async () => {
  const path = await makePath();
  const names = Array.from({ length: 6 }, (_, i) => `group-${i}`);
  await Promise.all(names.map((name) => editAccessFile(path, NOW_MS, addGroup(name))));
  assert.deepEqual((await groupsOf(path)).sort(), names.sort());
});

test('an edit that fails, or would make a faulty file, changes nothing', async () => {
  const path = await makePath();
  await editAccessFile(path, NOW_MS, addGroup('a'));
  const before = await readFile(path.path, 'utf8');
  const failing: Edit = () => {
    throw new CliError('USAGE', ['no']);
  };
  await assert.rejects(editAccessFile(path, NOW_MS, failing), /no/);
  await assert.rejects(
    editAccessFile(path, NOW_MS, (document) => document.set('groups', 'x')),
    /groups: found "x", expected a mapping/,
  );
  assert.equal(await readFile(path.path, 'utf8'), before);
  assert.deepEqual(await readdir(join(path.path, '..')), ['access.yaml']);
});

test('a faulty file is not edited', async () => {
  const path = await makePath();
  for (const text of ['version: 2\n', 'version: 1\ngroups: [\n']) {
    await writeFile(path.path, text, { mode: 0o600 });
    await assert.rejects(editAccessFile(path, NOW_MS, addGroup('a')), /access\.yaml:\d: /);
    assert.equal(await readFile(path.path, 'utf8'), text);
  }
  await writeFile(path.path, 'version: 1\n');
  await chmod(path.path, 0o644);
  await assert.rejects(editAccessFile(path, NOW_MS, addGroup('a')), /found mode 0644/);
});

test('an edit that was cut off by a crash stops none that comes much later', async () => {
  const path = await makePath();
  const next = `${path.path}.next`;
  await writeFile(next, 'half of');
  const before = new Date(Date.now() - 60_000);
  await utimes(next, before, before);
  await editAccessFile(path, NOW_MS, addGroup('a'));
  assert.deepEqual(await groupsOf(path), ['a']);
});

test('a folder that is not there is an error in words', async () => {
  const path = { name: 'no/access.yaml', path: join(await makeTemporaryFolder(), 'no', 'x') };
  await assert.rejects(editAccessFile(path, NOW_MS, addGroup('a')), (error) => {
    assert.ok(error instanceof CliError && error.code === 'FAILED');
    assert.deepEqual(error.lines, ['no/access.yaml cannot be written: no such file']);
    return true;
  });
});

test('tokens that have not been good for 30 days are removed, and others not', async () => {
  const path = await makePath();
  const ago = (days: number): string => new Date(NOW_MS - days * A_DAY_MS).toISOString();
  const token = (name: string, more: string): string =>
    `  ${name}: { hash: "sha256:${hashToken(name)}", created: ${ago(99)}, ${more} }\n`;
  const tokens = [
    token('good', ''),
    token('expired', `expires: ${ago(29)}`),
    token('gone', `expires: ${ago(31)}`),
    token('revoked', `revoked: ${ago(29)}`),
    token('away', `revoked: ${ago(31)}, expires: ${ago(-5)}`),
  ];
  await writeFile(path.path, `version: 1\ntokens:\n${tokens.join('')}`, { mode: 0o600 });
  await editAccessFile(path, NOW_MS, addGroup('a'));
  const { rules } = await readAccessFile(path);
  assert.deepEqual(
    rules.tokens.map(({ name }) => name),
    ['good', 'expired', 'revoked'],
  );
});

/** What is synced, a file or a folder, and what the file has then. */
async function watchSyncs(t: TestContext, path: AccessPath): Promise<string[]> {
  const handle = await open(join(path.path, '..'), 'r');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const syncs: string[] = [];
  const original: FileHandle['sync'] = Reflect.get(prototype, 'sync');
  t.mock.method(prototype, 'sync', async function sync(this: FileHandle) {
    const isFolder = (await this.stat()).isDirectory();
    const text = await readFile(path.path, 'utf8').catch(() => '');
    syncs.push(`${isFolder ? 'folder' : 'file'}: ${text.includes('family') ? 'new' : 'old'}`);
    await original.call(this);
  });
  return syncs;
}

test('the content is on disk before its name is, and then the name', async (t) => {
  const path = await makePath();
  const syncs = await watchSyncs(t, path);
  await editAccessFile(path, NOW_MS, addGroup('family'));
  assert.deepEqual(syncs, ['file: old', 'folder: new']);
});
