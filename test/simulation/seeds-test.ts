import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSeeds } from './seeds.ts';

/** Of so many runs each kind of event comes up in some. */
const ENOUGH_FOR_ALL = 1000;

/** Defines the test that simulated herds of these seeds keep every promise. */
export function testSeeds({ first, count }: { first: number; count: number }): void {
  test(`${count} simulated herds keep every promise`, async (t) => {
    const { runs, counts, failure } = await runSeeds(first, count);
    assert.equal(failure, undefined, 'run it again: npm run simulate -- --seeds 1 --seed SEED');
    assert.equal(runs, count);
    t.diagnostic(JSON.stringify(counts));
    if (count < ENOUGH_FOR_ALL) return;
    for (const [event, times] of Object.entries(counts)) assert.ok(times > 0, `${event}: ${times}`);
  });
}
