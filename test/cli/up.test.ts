import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { SERVER_RUNTIME_OPTIONS } from '#src/cli/runtime-options.js';
import { exchange } from '../support/client.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { DIAGRAM, TestHerd } from '../support/herd.ts';
import { IS_ON_BUN, isAlive, runCli, RUNTIME } from '../support/process.ts';
import { having, readLog, untilLogged } from '../support/server-log.ts';

const PAIR = { servers: ['A', 'B'], links: [['A', 'B']] } as const;

/** The process of a server: of its `nth` start, from 1. */
async function pidOf(herd: TestHerd, server: string, nth = 1): Promise<number> {
  const starts = await untilLogged(herd, server, { event: 'start' }, nth);
  return Number(starts[nth - 1]?.['pid']);
}

async function pidsOf(herd: TestHerd): Promise<number[]> {
  return Promise.all(herd.servers.map((server) => pidOf(herd, server)));
}

test('the servers of the diagram come up as one herd, and their addresses are printed', async () => {
  await using herd = await TestHerd.make({ ...DIAGRAM, hasGateways: true });
  const up = await herd.up();
  const [table = '', dashboard, next = ''] = up.stdout.split('\n\n');
  assert.equal(dashboard, `The dashboard: http://127.0.0.1:${herd.gateway('Riley').port}/`);
  assert.match(next, /^Try next, in another terminal:\n( {2}\S.*\n){4}$/);
  assert.deepEqual(
    table.split('\n').map((line) => line.split(/ {2,}/)),
    [
      ['SERVER', 'CLIENTS', 'PEERS', 'GATEWAY'],
      ...herd.servers.map((name) => [
        name,
        `127.0.0.1:${herd.clients(name).port}`,
        `127.0.0.1:${herd.peers(name).port}`,
        `127.0.0.1:${herd.gateway(name).port}`,
      ]),
      ['ready: 5 servers of test-herd'],
    ],
  );
  const pids = await pidsOf(herd);
  assert.equal(new Set([...pids, up.pid]).size, 6, 'processes');
  for (const pid of pids) {
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    assert.equal(words[0], RUNTIME, 'it is started on the same runtime');
    const options = IS_ON_BUN ? [] : SERVER_RUNTIME_OPTIONS; // those of this process, which is Node
    assert.deepEqual(words.slice(1, 1 + options.length), options);
  }
  for (const name of herd.servers) {
    assert.equal((await exchange(herd.clients(name), 'hi')).toString(), '? hi\n');
  }
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} stops every server, which closes and logs it, and leaves no process`, async () => {
    await using herd = await TestHerd.make(PAIR);
    const up = await herd.up();
    const pids = await pidsOf(herd);
    up.signal(signal);
    assert.deepEqual(await up.exited, { code: 0, signal: null });
    assert.equal(up.stderr, '');
    for (const pid of pids) assert.ok(!isAlive(pid));
    for (const name of herd.servers) {
      assert.equal(having(await readLog(herd.logFile(name)), { event: 'stop' }).length, 1);
    }
  });
}

test('Ctrl-C, which reaches every process of the group, is reported by none of them', async () => {
  await using herd = await TestHerd.make(PAIR);
  const up = await herd.up();
  const pids = await pidsOf(herd);
  for (const pid of pids) process.kill(pid, 'SIGINT');
  up.signal('SIGINT');
  const { code } = await up.exited;
  assert.deepEqual({ code, stderr: up.stderr }, { code: 0, stderr: '' });
  for (const pid of pids) assert.ok(!isAlive(pid));
});

test('a server that dies is started again', async () => {
  await using herd = await TestHerd.make(PAIR);
  const up = await herd.up();
  const [first = Number.NaN] = await pidsOf(herd);
  process.kill(first, 'SIGKILL');
  await up.waitFor(/^proxy-herd: A is back\n/m, 'stderr');
  assert.equal(
    up.stderr,
    'proxy-herd: A was ended by SIGKILL; starting it again in 100 ms\nproxy-herd: A is back\n',
  );
  const second = await pidOf(herd, 'A', 2);
  assert.notEqual(second, first);
  assert.equal((await exchange(herd.clients('A'), 'hi')).toString(), '? hi\n');
  await up.stop();
  assert.ok(!isAlive(second));
});

test('SIGHUP has every server open its log anew', async () => {
  await using herd = await TestHerd.make(PAIR);
  const up = await herd.up();
  const pids = await pidsOf(herd);
  for (const name of herd.servers) {
    await rename(herd.logFile(name), join(herd.folder, `${name}.old`));
  }
  up.signal('SIGHUP');
  for (const name of herd.servers) {
    await eventuallyTrue(`${name} has a new log`, () => existsSync(herd.logFile(name)));
  }
  for (const pid of pids) assert.ok(isAlive(pid));
  await up.stop();
  assert.equal(up.stderr, '');
});

test('SIGUSR2 has every server forget its cached places', async () => {
  await using herd = await TestHerd.make(PAIR);
  const up = await herd.up();
  up.signal('SIGUSR2');
  for (const name of herd.servers) await untilLogged(herd, name, { event: 'places-forgotten' });
  await up.stop();
  assert.equal(up.stderr, '');
});

test('a server that does not stop when it is asked to is ended', async () => {
  await using herd = await TestHerd.make(PAIR);
  const up = await herd.up();
  const pids = await pidsOf(herd);
  const [first = Number.NaN] = pids;
  process.kill(first, 'SIGSTOP');
  up.signal('SIGTERM');
  assert.deepEqual(await up.exited, { code: 0, signal: null });
  assert.match(
    up.stderr,
    /^proxy-herd: A hung as it stopped: no sign of life for \d+ ms, and was ended: .*\n$/,
  );
  for (const pid of pids) assert.ok(!isAlive(pid));
});

test('no server outlives a supervisor that is killed', async () => {
  await using herd = await TestHerd.make(PAIR);
  const up = await herd.up();
  const pids = await pidsOf(herd);
  up.signal('SIGKILL');
  await up.exited;
  await eventuallyTrue('every server is gone', async () => !pids.some(isAlive));
  for (const name of herd.servers) {
    assert.equal(having(await readLog(herd.logFile(name)), { event: 'stop' }).length, 1);
  }
});

test('a taken port stops the start: it is reported, and no server is left', async () => {
  await using herd = await TestHerd.make(PAIR);
  const other = createServer().listen(herd.clients('B'));
  try {
    await once(other, 'listening');
    const result = await runCli(['up', '--config', herd.configFile]);
    assert.deepEqual({ code: result.code, stdout: result.stdout }, { code: 1, stdout: '' });
    const [why = '', ...rest] = result.stderr.split('\n');
    assert.ok(
      why.startsWith(`proxy-herd: B cannot listen on 127.0.0.1:${herd.clients('B').port}: `),
    );
    assert.deepEqual(rest, ['proxy-herd: could not start B; no server is left running', '']);
    assert.ok(!isAlive(await pidOf(herd, 'A')));
  } finally {
    other.close();
  }
});
