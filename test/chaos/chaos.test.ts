import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { runChaos, type ChaosOptions } from './chaos.ts';

const MEMORY: ChaosOptions = {
  seconds: 20,
  seed: 1,
  acknowledge: 'received',
  data: 'none',
  logs: 'none',
};

async function losesNothing(t: TestContext, options: ChaosOptions): Promise<void> {
  const report = await runChaos(options, t.signal);
  t.diagnostic(JSON.stringify(report));
  assert.deepEqual(report.lost, []);
  assert.deepEqual(report.crashes, []);
  assert.ok(report.answered > 0);
  for (const [kind, count] of Object.entries(report.faults)) assert.ok(count > 0, `no ${kind}`);
}

test('20 s of faults lose nothing that was answered', async (t) => {
  await losesNothing(t, MEMORY);
});

test('on disk, nothing that was answered is lost to kills at any time', async (t) => {
  await losesNothing(t, { ...MEMORY, seconds: 10, acknowledge: 'journaled', data: './data' });
});
