import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { runSoak } from './soak.ts';

const skip = existsSync('/proc/self/fd') ? false : 'there is no /proc to look at processes with';

/** Twice each server, on average. */
const LOOKS = 10;

/** Defines the test that a soak of so long loses nothing, and sees every server. */
export function testSoak(minutes: number, everyMs: number, warmUpMs: number): void {
  test(`a soak of ${minutes} min loses nothing and sees every server`, { skip }, async (t) => {
    const report = await runSoak({ minutes, looks: LOOKS, seed: 1, everyMs, warmUpMs }, t.signal);
    t.diagnostic(JSON.stringify(report));
    assert.deepEqual(report.lost, []);
    assert.deepEqual(report.crashes, []);
    assert.ok(report.answered > 0);
    for (const trend of [report.memory, report.handles, report.delay]) {
      assert.ok(trend.median !== undefined && trend.median > 0);
      assert.ok(trend.slopePerHour !== undefined);
    }
  });
}
