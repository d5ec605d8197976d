import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startBench } from './harness/started-bench.ts';

test('without a name the benchmarks are listed', async (context) => {
  const { printed, closed } = await startBench(context, []);
  assert.deepEqual(await closed, [0, null]);
  assert.match(printed.stdout, /^startup {2,}\S/m);
});

test('a usage error is reported and has the exit status 2', async (context) => {
  const { printed, closed } = await startBench(context, ['nothing']);
  assert.deepEqual(await closed, [2, null]);
  assert.match(printed.stderr, /^bench: no benchmark nothing /);
});
