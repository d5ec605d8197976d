import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { exchange, TestClient } from '../support/client.ts';
import { moment, OPEN_SEA } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestFolder } from '../support/folder.ts';
import { TestHerd } from '../support/herd.ts';
import { runCli } from '../support/process.ts';
import { SmallDisk } from '../support/small-disk.ts';

const SOLO = { servers: ['Solo'] };
const IAMAT = `IAMAT kiwi ${OPEN_SEA} ${moment(0)}`;

for (const key of ['data', 'logs'] as const) {
  test(`a folder for ${key} that cannot be made, since its disk is read-only, is reported as that`, async (t) => {
    await using folder = await TestFolder.make();
    const disk = await SmallDisk.mount(join(folder.path, 'disk'), 1);
    if (typeof disk === 'string') return t.skip(disk);
    await using mounted = disk;
    execFileSync('mount', ['-o', 'remount,ro', mounted.folder]);
    await using herd = await TestHerd.make({ ...SOLO, [key]: join(mounted.folder, 'a/b') });
    const result = await runCli(['serve', 'Solo', '--config', herd.configFile]);
    assert.deepEqual([result.code, result.stdout], [1, '']);
    assert.match(
      result.stderr,
      /^proxy-herd: Solo: .* cannot be written.*EROFS: read-only file system/,
    );
  });

  test(`a folder for ${key} that no folder can be made for is reported`, async (t) => {
    if (process.platform !== 'linux') return t.skip('there is no /proc');
    await using herd = await TestHerd.make({ ...SOLO, [key]: '/proc/no-such-thing' });
    const { code, stderr } = await runCli(['serve', 'Solo', '--config', herd.configFile]);
    assert.equal(code, 1);
    assert.match(stderr, /^proxy-herd: Solo: .* cannot be written.*ENOENT/);
  });
}

test('two herds that log into one folder are both told', async () => {
  await using herd = await TestHerd.make(SOLO);
  await using other = await TestHerd.make({ ...SOLO, logs: join(herd.folder, 'logs') });
  const servers = [await herd.serve('Solo'), await other.serve('Solo')];
  await eventuallyTrue('both say so', async () => {
    for (const each of [herd, other]) await exchange(each.clients('Solo'), 'a line for the log\n');
    return servers.every(({ stderr }) => stderr !== '');
  });
  for (const { stderr } of servers) {
    assert.match(
      stderr,
      /^proxy-herd: Solo: another process writes to the log .*Solo\.log as well: .*\n$/,
    );
  }
});

test('a data folder that is removed under a server is reported, and made again with all that was in it', async () => {
  await using herd = await TestHerd.make({ ...SOLO, acknowledge: 'journaled' });
  const server = await herd.serve('Solo');
  await using client = await TestClient.connect(herd.clients('Solo'));
  assert.match(await client.ask(IAMAT), /^AT Solo /);
  await rm(join(herd.folder, 'data'), { recursive: true });
  await eventuallyTrue('reports are on disk again', async () => {
    return (await client.ask(`IAMAT other ${OPEN_SEA} ${moment(0)}`)).startsWith('AT ');
  });
  await server.waitFor(/^proxy-herd: Solo: .*removed/, 'stderr');
  server.signal('SIGKILL');
  await server.exited;
  await herd.serve('Solo');
  await using again = await TestClient.connect(herd.clients('Solo'));
  for (const name of ['kiwi', 'other']) {
    again.sendLine(`WHATSAT ${name} 1 1`);
    assert.match((await again.readPlaces()).at, /^AT Solo /);
  }
});
