import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { runSoak } from './soak.ts';

const skip = existsSync('/proc/self/fd') ? false : 'there is no /proc to look at processes with';

test('a short soak loses nothing and sees every server', { skip }, async (t) => {
  const options = { minutes: 0.25, seed: 1, everyMs: 500, warmUpMs: 2000 };
  const report = await runSoak(options, t.signal);
  t.diagnostic(JSON.stringify(report));
  assert.deepEqual(report.lost, []);
  assert.deepEqual(report.crashes, []);
  assert.ok(report.answered > 0);
  for (const trend of [report.memory, report.handles, report.delay]) {
    assert.ok(trend.median !== undefined && trend.median > 0);
    assert.ok(trend.slopePerHour !== undefined);
  }
});
