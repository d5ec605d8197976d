import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runChaos } from './chaos.ts';

test('20 s of kills, stops, cut and frozen links under load lose nothing', async (t) => {
  const settings = { logs: 'none' };
  const report = await runChaos({ seconds: 20, seed: 1, settings }, t.signal);
  const { lost, crashes, answered, faults } = report;
  t.diagnostic(JSON.stringify(report));
  assert.deepEqual(lost, []);
  assert.deepEqual(crashes, []);
  assert.ok(answered > 0 && Object.values(faults).every((count) => count > 0), 'all kinds happen');
});
