import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import type { Address } from '#src/transport/address.js';
import { accessOptions, TOKENS } from '../support/access.ts';
import { locate } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestFolder } from '../support/folder.ts';
import { TestHerd } from '../support/herd.ts';
import { OwnServer } from '../support/own-server.ts';
import { CHECKOUT, TestProcess } from '../support/process.ts';

/* What is in examples/clients, against real servers. */

const EXAMPLES = join(CHECKOUT, 'examples/clients');
const PAIR = { servers: ['A', 'B'], links: [['A', 'B']] } as const;

/** Whether a program is there; else, for a test's options, why it is skipped. */
function skipWithout(command: string, args: readonly string[], debianPackage: string) {
  const isInstalled = spawnSync(command, args).error === undefined;
  return { skip: isInstalled ? false : `no ${command}: apt-get install ${debianPackage}` };
}

const PYTHON = skipWithout('python3', ['--version'], 'python3');
const NC = skipWithout('nc', ['-h'], 'netcat-openbsd');
const CC = skipWithout('cc', ['--version'], 'gcc');

const text = ({ host, port }: Address): string => `${host}:${port}`;

/** A tracker: reports as `client` to one of the servers each line of its standard input, until that ends. */
type StartTracker = (
  client: string,
  servers: readonly Address[],
  env?: NodeJS.ProcessEnv,
) => TestProcess;

const startPython: StartTracker = (client, servers, env = {}) => {
  const args = ['-B', join(EXAMPLES, 'tracker.py'), client, ...servers.map(text)];
  return new TestProcess('python3', args, { env });
};

/** Builds the tracker in C, with all warnings as errors. */
async function buildTracker(folder: TestFolder): Promise<StartTracker> {
  const built = join(folder.path, 'tracker');
  const flags = ['-std=c99', '-O2', '-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Werror'];
  await using cc = new TestProcess('cc', [...flags, '-o', built, join(EXAMPLES, 'tracker.c')]);
  const { code, stderr } = await cc.finished();
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  return (client, servers, env = {}) => {
    const addresses = servers.flatMap(({ host, port }) => [host, String(port)]);
    return new TestProcess(built, [client, ...addresses], { env });
  };
}

/** Reports with a server killed between two, and with none there for a while. */
async function checkFailover(start: StartTracker): Promise<void> {
  await using herd = await TestHerd.make(PAIR);
  await using tracker = start(
    'kiwi',
    herd.servers.map((name) => herd.clients(name)),
  );
  tracker.stdin.write('1 2\n3 4\n-34.068930 118.445127\nnonsense\n');
  // Once it has complained it has read them all, and no server was there for any.
  await tracker.waitFor(/expected latitude and longitude/, 'stderr');
  const first = await herd.serve('A');
  await tracker.waitFor(/^AT A \+\d+\.\d{9} kiwi -34\.068930\d?\+118\.445127\d? \d+\.\d{9}\n/);
  await herd.serve('B');
  first.signal('SIGKILL');
  tracker.stdin.end('5 -6\n');
  const { code, stdout } = await tracker.finished();
  assert.equal(code, 0);
  assert.equal(stdout.trim().split('\n').length, 2, 'the older ones of three are not sent');
  const last = stdout.trim().split('\n').at(-1) ?? '';
  assert.match(last, /^AT B \+\d+\.\d{9} kiwi \+05\.0+-006\.0+ \d+\.\d{9}$/);
  assert.equal(await locate(herd, 'B', 'kiwi'), last);
}

/** Shows a token that may report as anna, and one that nobody knows. */
async function checkToken(start: StartTracker): Promise<void> {
  const access = accessOptions({ clients: 'always', gateway: 'always' });
  await using server = await OwnServer.start({ access });
  const run = async (client: string, token: string) => {
    await using tracker = start(client, [server.clients], { PROXY_HERD_TOKEN: token });
    tracker.stdin.end('1 2\n');
    return await tracker.finished();
  };
  const good = await run('anna', TOKENS.reporter.token);
  assert.equal(good.code, 0);
  assert.match(good.stdout, /^AT Riley .* anna /);
  assert.equal((await run('ben', TOKENS.reporter.token)).code, 1, 'it may not report as ben');
  assert.equal((await run('anna', TOKENS.wrong.token)).code, 1);
}

test('tracker.py goes on at another server with the newest report', PYTHON, () =>
  checkFailover(startPython),
);

test('tracker.py shows its token', PYTHON, () => checkToken(startPython));

test('tracker.c compiles without a warning, and does the same', CC, async () => {
  await using folder = await TestFolder.make();
  const start = await buildTracker(folder);
  await checkFailover(start);
  await checkToken(start);
});

test('report.sh reports to the first server that answers', NC, async () => {
  await using herd = await TestHerd.make(PAIR);
  await herd.serve('B');
  const script = join(EXAMPLES, 'report.sh');
  const run = async (position: string, env: NodeJS.ProcessEnv = {}) => {
    const servers = herd.servers.map((name) => text(herd.clients(name)));
    await using shell = new TestProcess('sh', [script, 'kiwi', position, ...servers], { env });
    return await shell.finished();
  };
  const { code, stdout, stderr } = await run('+34.068930-118.445127');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^AT B \S+ kiwi \+34\.068930-118\.445127 \d+\n$/);
  assert.match(stderr, /^no answer from 127\.0\.0\.1:\d+\n$/);
  assert.equal(`${await locate(herd, 'B', 'kiwi')}\n`, stdout);
  const refused = await run('nowhere');
  assert.equal(refused.code, 1);
  assert.match(refused.stdout, /^\? IAMAT kiwi nowhere \d+\n$/);
});

test('report.sh shows its token', NC, async () => {
  const access = accessOptions({ clients: 'always', gateway: 'always' });
  await using server = await OwnServer.start({ access });
  const args = [join(EXAMPLES, 'report.sh'), 'anna', '+1+2', text(server.clients)];
  const run = async (token: string) => {
    await using shell = new TestProcess('sh', args, { env: { PROXY_HERD_TOKEN: token } });
    const { code, stdout } = await shell.finished();
    return { code, isConfirmed: stdout.startsWith('AT Riley ') };
  };
  assert.deepEqual(await run(TOKENS.reporter.token), { code: 0, isConfirmed: true });
  assert.deepEqual(await run(TOKENS.wrong.token), { code: 1, isConfirmed: false });
  await eventuallyTrue('the server has logged no token', async () => {
    const logged = JSON.stringify(await server.stop());
    return logged.includes('IAMAT') && !logged.includes(TOKENS.wrong.token);
  });
});
