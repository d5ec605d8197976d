import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { Member } from '#src/cli/supervisor/member.js';
import { PATIENCE } from '#src/cli/supervisor/server-process.js';
import { exchange } from '../support/client.ts';
import { eventually, eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { ownOptions } from '../support/own-server.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { isAlive, startCli } from '../support/process.ts';
import { untilLogged } from '../support/server-log.ts';

const PAIR = { servers: ['A', 'B'], links: [['A', 'B']] } as const;

/** What a member takes that has no part in a demo. */
const PARTS = { askDemo: () => Promise.reject(new Error('no demo is asked for')) };

/** The process of a server: of its `nth` start, from 1. */
async function pidOf(herd: TestHerd, server: string, nth = 1): Promise<number> {
  const starts = await untilLogged(herd, server, { event: 'start' }, nth);
  return Number(starts[nth - 1]?.['pid']);
}

/** The processes that a process has started and that are there. */
function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

async function assertAnswers(herd: TestHerd): Promise<void> {
  for (const server of herd.servers) {
    assert.equal((await exchange(herd.clients(server), 'hi\n')).toString(), '? hi\n');
  }
}

test('a server that is started again runs on what the herd was started with', async () => {
  await using herd = await TestHerd.make(PAIR);
  const up = await herd.up();
  await writeFile(herd.configFile, 'servers: no herd any more\n');
  process.kill(await pidOf(herd, 'A'), 'SIGKILL');
  await up.waitFor(/^proxy-herd: A is back\n/m, 'stderr');
  await assertAnswers(herd);
});

test('SIGHUP with a faulty configuration is reported, and changes nothing', async () => {
  await using herd = await TestHerd.make(PAIR);
  const up = await herd.up();
  const good = await readFile(herd.configFile, 'utf8');
  await writeFile(herd.configFile, `${good}\nno-key: 1\n`);
  up.signal('SIGHUP');
  await up.waitFor(/ stays as it is\n/, 'stderr');
  const [fault = '', message] = up.stderr.split('\n');
  assert.match(fault, /herd\.yaml:\d+: no-key: unknown key /);
  assert.equal(message, 'proxy-herd: the configuration cannot be used; what runs stays as it is');
  process.kill(await pidOf(herd, 'A'), 'SIGKILL');
  await up.waitFor(/^proxy-herd: A is back\n/m, 'stderr');
  await assertAnswers(herd);
});

for (const command of ['up', 'serve']) {
  test(`SIGHUP to ${command} names what only a new start changes`, async () => {
    await using herd = await TestHerd.make(PAIR);
    const started = command === 'up' ? await herd.up() : await herd.serve('A');
    const text = await readFile(herd.configFile, 'utf8');
    const other = text.replace(/links:[^]*?logs/, 'links: []\nlogs').replace('/logs', '/other');
    await writeFile(herd.configFile, other.replace('herd: test-herd', 'herd: other-herd'));
    started.signal('SIGHUP');
    await started.waitFor(/stays as it is\n/, 'stderr');
    assert.equal(
      started.stderr,
      'proxy-herd: only a new start changes herd, links, logs; until then that stays as it is\n',
    );
  });
}

test('SIGHUP with servers that come or go names them', async () => {
  await using herd = await TestHerd.make(PAIR);
  const up = await herd.up();
  const text = await readFile(herd.configFile, 'utf8');
  await writeFile(herd.configFile, text.replaceAll('B', 'C').replace(/- A\b/, '- A'));
  up.signal('SIGHUP');
  await up.waitFor(/only a new start changes servers, links;/, 'stderr');
  await assertAnswers(herd);
});

for (const signal of ['SIGHUP', 'SIGUSR2'] as const) {
  test(`${signal} while servers are starting ends none of them`, async () => {
    await using herd = await TestHerd.make(PAIR);
    await using up = startCli(['up', '--config', herd.configFile]);
    const pids = await eventually('two processes', () => {
      const found = childrenOf(up.pid);
      return found.length === 2 ? found : undefined;
    });
    up.signal(signal);
    await up.waitFor(/^ready: 2 servers/m);
    assert.deepEqual(childrenOf(up.pid), pids);
    assert.equal(up.stderr, '');
  });
}

test('SIGUSR2 while a server is starting is not lost', async () => {
  await using herd = await TestHerd.make(PAIR);
  await using up = startCli(['up', '--config', herd.configFile]);
  await eventuallyTrue('two processes', () => childrenOf(up.pid).length === 2);
  up.signal('SIGUSR2');
  await up.waitFor(/^ready: 2 servers/m);
  for (const name of herd.servers) await untilLogged(herd, name, { event: 'places-forgotten' });
});

test('a server that cannot be started again, since there are no file descriptors, is later', async (t) => {
  await using herd = await TestHerd.make(PAIR);
  const up = await herd.up();
  const limit = (files: string): string =>
    execFileSync('prlimit', [`--nofile=${files}`, `--pid=${up.pid}`], { encoding: 'utf8' });
  try {
    limit('3:'); // what is open stays open; nothing more can be opened
  } catch (error) {
    return t.skip(`prlimit: ${String(error)}`);
  }
  process.kill(await pidOf(herd, 'A'), 'SIGKILL');
  await up.waitFor(
    /^proxy-herd: A could not be started: .*; starting it again in \d+ ms\n/m,
    'stderr',
  );
  assert.ok(isAlive(await pidOf(herd, 'B')), 'the other one goes on');
  limit('1024:');
  await up.waitFor(/^proxy-herd: A is back\n/m, 'stderr');
  await assertAnswers(herd);
});

test('a server that hangs at its start is ended, and reported', async () => {
  // A module that is loaded before the server's own blocks its process.
  const hang = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)';
  process.env['NODE_OPTIONS'] = `--import="data:text/javascript,${encodeURIComponent(hang)}"`;
  const lines: string[] = [];
  const patience = { startSilenceMs: 500, stopSilenceMs: 500, stopMs: 500 };
  const member = new Member(ownOptions({}), {
    ...PARTS,
    report: (line) => lines.push(line),
    patience,
  });
  try {
    assert.equal(await member.start(), undefined);
    assert.deepEqual(lines, ['Riley hung at its start: it gave no sign of life for 500 ms']);
  } finally {
    delete process.env['NODE_OPTIONS'];
    member.kill();
  }
});

test('a server that is slow to start, but alive, is left to it', async () => {
  await using herd = await TestHerd.make(PAIR); // for its folder
  const logFile = join(herd.folder, 'fifo.log');
  execFileSync('mkfifo', [logFile]); // opening it lasts until somebody reads
  const lines: string[] = [];
  // Some times as long as a whole start takes here, in which no silence is longer.
  const silenceMs = 500 + 3 * (await timeOfStart());
  const patience = { ...PATIENCE, startSilenceMs: silenceMs };
  const member = new Member(
    { ...ownOptions({}), logFile },
    { ...PARTS, report: (line) => lines.push(line), patience },
  );
  try {
    const starting = member.start();
    await eventuallyTrue('it takes longer than a silent one may', alarm(1.5 * silenceMs));
    const reader = startReader(logFile);
    assert.ok((await starting) !== undefined);
    assert.deepEqual(
      lines.filter((line) => !line.endsWith('is still starting')),
      [],
    );
    await member.stop();
    await reader;
  } finally {
    await member.stop();
  }
});

test('a server that does not come to an end of its stop, but is alive, is ended and named', async () => {
  await using herd = await TestHerd.make(PAIR); // for its folder
  const logFile = join(herd.folder, 'fifo.log');
  execFileSync('mkfifo', [logFile]);
  // What is logged cannot be written: nobody reads it, and the system keeps no more than 64 KiB.
  await using unread = await open(logFile, 'r+');
  const lines: string[] = [];
  const patience = { ...PATIENCE, stopSilenceMs: PATIENCE_MS, stopMs: 500 };
  const member = new Member(
    { ...ownOptions({}), logFile },
    { ...PARTS, report: (line) => lines.push(line), patience },
  );
  const listening = await member.start();
  assert.ok(listening !== undefined && unread.fd > 0);
  const replies = await exchange(listening.clients, `${'x'.repeat(1000)}\n`.repeat(200));
  assert.equal(replies.length, 200 * 1003);
  await member.stop();
  assert.deepEqual(
    lines.filter((line) => !line.endsWith('is still starting')),
    ['Riley did not stop within 500 ms, and was ended: its last reports may be lost'],
  );
});

test('a server that stops while its supervisor does nothing has not hung', async () => {
  const lines: string[] = [];
  const parts = { ...PARTS, report: (line: string) => lines.push(line), patience: PATIENCE };
  const member = new Member(ownOptions({}), parts);
  assert.ok((await member.start()) !== undefined);
  const stopped = member.stop();
  const still = new Int32Array(new SharedArrayBuffer(4));
  Atomics.wait(still, 0, 0, PATIENCE.stopSilenceMs + 500);
  await stopped;
  assert.deepEqual(
    lines.filter((line) => !line.endsWith('is still starting')),
    [],
  );
});

/** How long a server takes to start, in milliseconds, on this machine at present. */
async function timeOfStart(): Promise<number> {
  const member = new Member(ownOptions({}), {
    ...PARTS,
    report: () => undefined,
    patience: PATIENCE,
  });
  const begin = performance.now();
  assert.ok((await member.start()) !== undefined);
  const took = performance.now() - begin;
  await member.stop();
  return took;
}

function alarm(afterMs: number): () => boolean {
  const start = performance.now();
  return () => performance.now() - start > afterMs;
}

/** Reads a file to its end. */
async function startReader(file: string): Promise<void> {
  await readFile(file);
}
