import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startBench } from './harness/started-bench.ts';

/** The part of the JSON that is looked at. */
interface Report {
  readonly machine: { readonly node: string };
  readonly benchmarks: readonly {
    readonly results: readonly { readonly ratio: { readonly values: readonly number[] } }[];
  }[];
}

test('a benchmark prints its table, writes its JSON and leaves nothing behind', async (context) => {
  const json = join(await mkdtemp(join(tmpdir(), 'proxy-herd-')), 'results.json');
  context.after(() => rm(join(json, '..'), { recursive: true, force: true }));
  const { folder, printed, closed } = await startBench(context, [
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

test('Ctrl-C ends it and leaves nothing behind', async (context) => {
  const { child, folder, printed, closed } = await startBench(context, [
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
