import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('main.js', import.meta.url));

/** The part of the JSON that is looked at. */
interface Report {
  readonly machine: { readonly node: string };
  readonly benchmarks: readonly {
    readonly results: readonly { readonly ratio: { readonly values: readonly number[] } }[];
  }[];
}

/** Runs the benchmarks with a folder of their own for temporary files. */
async function bench(context: TestContext, args: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'proxy-herd-'));
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, TMPDIR: folder },
  });
  context.after(async () => {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      printed[stream] += text;
    });
  }
  return { child, folder, printed, closed: once(child, 'close') };
}

test('without a name the benchmarks are listed', async (context) => {
  const { printed, closed } = await bench(context, []);
  assert.deepEqual(await closed, [0, null]);
  assert.match(printed.stdout, /^startup {2,}\S/m);
});

test('a usage error is told and has the exit status 2', async (context) => {
  const { printed, closed } = await bench(context, ['nothing']);
  assert.deepEqual(await closed, [2, null]);
  assert.match(printed.stderr, /^bench: no benchmark nothing /);
});

test('a benchmark prints its table, writes its JSON and leaves nothing behind', async (context) => {
  const json = join(await mkdtemp(join(tmpdir(), 'proxy-herd-')), 'results.json');
  context.after(() => rm(join(json, '..'), { recursive: true, force: true }));
  const { folder, printed, closed } = await bench(context, [
    'journal',
    '--quick',
    '--pairs',
    '2',
    '--json',
    json,
  ]);
  assert.deepEqual(await closed, [0, null], printed.stdout);
  assert.match(printed.stdout, /^received .* updates\/s .* updates\/s .* higher +- +-$/m);
  const report = JSON.parse(await readFile(json, 'utf8')) as Report;
  assert.equal(report.machine.node, process.version);
  assert.equal(report.benchmarks[0]?.results[0]?.ratio.values.length, 2);
  assert.deepEqual(await readdir(folder), []);
});

test('every benchmark can be tried out, where the programs that it needs are installed', async (context) => {
  const { folder, printed, closed } = await bench(context, ['all', '--quick']);
  assert.deepEqual(await closed, [0, null], printed.stdout);
  assert.doesNotMatch(printed.stdout, /^failed: /m);
  assert.deepEqual(await readdir(folder), []);
});

test('Ctrl-C ends it and leaves nothing behind', async (context) => {
  const { child, folder, printed, closed } = await bench(context, [
    'journal',
    '--quick',
    '--pairs',
    '1000',
  ]);
  while (!printed.stderr.includes('1 of 1000')) await once(child.stderr, 'data');
  assert.notDeepEqual(await readdir(folder), []);
  child.kill('SIGINT');
  assert.deepEqual(await closed, [130, null]);
  assert.match(printed.stderr, /^bench: stopped by SIGINT$/m);
  assert.deepEqual(await readdir(folder), []);
});
