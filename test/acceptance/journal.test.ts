import assert from 'node:assert/strict';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { exchange } from '../support/client.ts';
import { locate, moment, OPEN_SEA, report, say } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { ask, problemIn } from '../support/http.ts';
import { startCli, type TestProcess } from '../support/process.ts';
import { having, readLog, untilLogged } from '../support/server-log.ts';
import { SmallDisk } from '../support/small-disk.ts';
import { testGoingOn } from './journal-test.ts';

async function kill(...processes: readonly TestProcess[]): Promise<void> {
  for (const process of processes) process.signal('SIGKILL');
  await Promise.all(processes.map((process) => process.exited));
}

test('received: a server stopped in good order has everything again by itself', async () => {
  await using herd = await TestHerd.make({ servers: ['Riley'] });
  const riley = await herd.serve('Riley');
  const replies = new Map<string, string>();
  const send = async (client: string, time: number): Promise<void> => {
    replies.set(client, await report(herd, 'Riley', client, moment(time)));
  };
  for (let n = 0; n < 50; n++) await send(`client-${n}`, n);
  await send('client-7', 100);
  await riley.stop();
  await herd.serve('Riley');
  for (const [client, at] of replies) assert.equal(await locate(herd, 'Riley', client), at);
  const [replayed] = await untilLogged(herd, 'Riley', { event: 'journal-replayed', clients: 50 });
  assert.equal(typeof replayed?.['milliseconds'], 'number');
});

testGoingOn('Riley');

describe('a full disk', () => {
  /** A server with its journal on a disk of 16 MiB, in a folder of the herd's; skips where it may not. */
  async function start(
    skip: (why: string) => void,
    herd: TestHerd,
  ): Promise<{ disk: SmallDisk; riley: TestProcess } | undefined> {
    const disk = await SmallDisk.mount(join(herd.folder, 'data'), 16);
    if (typeof disk !== 'string') return { disk, riley: await herd.serve('Riley') };
    skip(disk);
    return undefined;
  }

  let count = 0;

  /** Reports clients until `until` finds the reply that it waits for; returns what was answered. */
  async function reportUntil(
    herd: TestHerd,
    promised: Map<string, string>,
    until: (reply: string) => boolean,
  ): Promise<void> {
    // Long IDs fill what room the file system has taken beforehand.
    const padding = 'x'.repeat(2000);
    await eventuallyTrue('a reply that was waited for', async () => {
      const names = Array.from({ length: 50 }, () => `client-${count++}-${padding}`);
      const commands = names.map((name) => `IAMAT ${name} ${OPEN_SEA} ${moment(0)}\n`);
      const replies = (await say(herd, 'Riley', commands.join(''))).split('\n').slice(0, -1);
      assert.equal(replies.length, names.length);
      for (const reply of replies) {
        const client = reply.split(' ')[reply.startsWith('AT ') ? 3 : 2];
        if (reply.startsWith('AT ')) promised.set(client ?? '', reply);
        else assert.match(reply, /^\? IAMAT client-\d+-x{2000} \S+ \S+$/);
      }
      return replies.some(until);
    });
  }

  async function assertKept(herd: TestHerd, promised: ReadonlyMap<string, string>): Promise<void> {
    for (const [client, at] of promised) {
      assert.equal(await locate(herd, 'Riley', client), at);
    }
  }

  test('journaled: reports are refused until there is room again, and none answered is lost', async (t) => {
    await using herd = await TestHerd.make({
      servers: ['Riley'],
      acknowledge: 'journaled',
      hasGateways: true,
    });
    const started = await start((why) => t.skip(why), herd);
    if (started === undefined) return;
    const { riley } = started;
    await using disk = started.disk;
    const promised = new Map<string, string>();
    await reportUntil(herd, promised, () => true);
    await disk.fill();
    await reportUntil(herd, promised, (reply) => reply.startsWith('? '));
    const [failed] = await untilLogged(herd, 'Riley', { event: 'journal-failed', level: 'error' });
    assert.match(String(failed?.['detail']), /no space left on device/);
    await untilLogged(herd, 'Riley', { event: 'not-acknowledged', level: 'warn' });
    await riley.waitFor(/Riley: the journal .* it cannot be written .*no space left/m, 'stderr');
    const phone = { path: '/in/osmand?id=phone&lat=1&lon=2' };
    const refused = await ask(herd.gateway('Riley'), phone);
    assert.deepEqual([refused.status, problemIn(refused)], [503, 'not-acknowledged']);

    await disk.free();
    await untilLogged(herd, 'Riley', { event: 'journal-recovered' });
    await reportUntil(herd, promised, (reply) => reply.startsWith('AT '));
    assert.equal((await ask(herd.gateway('Riley'), phone)).status, 200);
    await kill(riley);
    const again = await herd.serve('Riley');
    await assertKept(herd, promised);
    assert.match(String(await locate(herd, 'Riley', 'phone')), /^AT Riley \S+ phone /);
    await again.stop();
  });

  test('received: reports go on, and are on disk once there is room again', async (t) => {
    await using herd = await TestHerd.make({ servers: ['Riley'] });
    const started = await start((why) => t.skip(why), herd);
    if (started === undefined) return;
    const { riley } = started;
    await using disk = started.disk;
    const promised = new Map<string, string>();
    await disk.fill();
    await eventuallyTrue('the disk is full', async () => {
      await reportUntil(herd, promised, (reply) => reply.startsWith('AT '));
      const events = await readLog(herd.logFile('Riley'));
      return having(events, { event: 'journal-failed' }).length > 0;
    });
    await reportUntil(herd, promised, (reply) => reply.startsWith('AT '));
    await assertKept(herd, promised);
    assert.deepEqual(
      having(await readLog(herd.logFile('Riley')), { event: 'not-acknowledged' }),
      [],
    );

    await disk.free();
    await untilLogged(herd, 'Riley', { event: 'journal-recovered' });
    await riley.stop();
    const again = await herd.serve('Riley');
    await assertKept(herd, promised);
    await again.stop();
  });
});

describe('a journal that cannot be used stops the start with one line', () => {
  async function assertStops(herd: TestHerd, server: string, line: RegExp): Promise<void> {
    await using cli = startCli(['serve', server, '--config', herd.configFile]);
    const { code, stdout, stderr } = await cli.finished();
    assert.equal(code, 1, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, line);
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
    assert.ok(stderr.includes(join(herd.folder, 'data', server)), stderr);
  }

  async function makeWithJournal(): Promise<TestHerd> {
    const herd = await TestHerd.make({ servers: ['Riley', 'Jaquez'] });
    const riley = await herd.serve('Riley');
    await exchange(herd.clients('Riley'), `IAMAT kiwi ${OPEN_SEA} ${moment(0)}\n`);
    await riley.stop();
    return herd;
  }

  test('since it is damaged', async () => {
    await using herd = await makeWithJournal();
    const folder = join(herd.folder, 'data', 'Riley');
    for (const file of await readdir(folder)) await writeFile(join(folder, file), 'nonsense\n');
    await assertStops(herd, 'Riley', /it is damaged; move it away/);
    await rm(join(herd.folder, 'data', 'Riley'), { recursive: true });
    await herd.serve('Riley');
    assert.equal(await locate(herd, 'Riley', 'kiwi'), undefined);
  });

  test("since it is another server's", async () => {
    await using herd = await makeWithJournal();
    const data = join(herd.folder, 'data');
    await cp(join(data, 'Riley'), join(data, 'Jaquez'), { recursive: true });
    await assertStops(
      herd,
      'Jaquez',
      /not this server's; .*\(it is that of Riley of herd test-herd\)/,
    );
  });

  test("since it is another program's", async () => {
    await using herd = await TestHerd.make({ servers: ['Riley'] });
    const folder = join(herd.folder, 'data', 'Riley');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'notes.txt'), 'not a journal');
    await assertStops(herd, 'Riley', /not this server's; .*\(it has "notes.txt"\)/);
    assert.deepEqual(await readdir(folder), ['notes.txt']);
  });

  test('since it is in LevelDB, as those of older versions', async () => {
    await using herd = await TestHerd.make({ servers: ['Riley'] });
    const folder = join(herd.folder, 'data', 'Riley');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'CURRENT'), 'MANIFEST-000002\n');
    await assertStops(herd, 'Riley', /not this server's; .*in LevelDB, as those of older versions/);
  });

  test('since another process has it, which goes on', async () => {
    await using herd = await makeWithJournal();
    const riley = await herd.serve('Riley');
    await assertStops(herd, 'Riley', /another process has it open/);
    assert.ok(await locate(herd, 'Riley', 'kiwi'));
    await kill(riley);
    await herd.serve('Riley');
    assert.ok(await locate(herd, 'Riley', 'kiwi'));
  });

  test('since a file is in its place', async () => {
    await using herd = await TestHerd.make({ servers: ['Riley'], data: './journals' });
    await writeFile(join(herd.folder, 'journals'), 'no folder');
    await using cli = startCli(['serve', 'Riley', '--config', herd.configFile]);
    const { code, stderr } = await cli.finished();
    assert.equal(code, 1);
    assert.match(stderr, /^proxy-herd: Riley: the journal .* it cannot be written \(ENOTDIR.*\n$/);
  });
});
