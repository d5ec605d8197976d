import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { runSoak } from './soak.ts';

const skip = existsSync('/proc/self/fd') ? false : 'there is no /proc to look at processes with';

const MINUTES = 3;
/** Twice each server, on average. */
const LOOKS = 10;

test(`a soak of ${MINUTES} min loses nothing and sees every server`, { skip }, async (t) => {
  const report = await runSoak(
    { minutes: MINUTES, looks: LOOKS, seed: 1, everyMs: 1000, warmUpMs: 20_000 },
    t.signal,
  );
  t.diagnostic(JSON.stringify(report));
  assert.deepEqual(report.lost, []);
  assert.deepEqual(report.crashes, []);
  assert.ok(report.answered > 0);
  for (const trend of [report.memory, report.handles, report.delay]) {
    assert.ok(trend.median !== undefined && trend.median > 0);
    assert.ok(trend.slopePerHour !== undefined);
  }
});
