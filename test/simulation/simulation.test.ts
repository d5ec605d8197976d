import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSeeds } from './seeds.ts';

const SEEDS = 2000;

test(`${SEEDS} simulated herds keep every promise`, async (t) => {
  const { figures, failure } = await runSeeds(1, SEEDS);
  assert.equal(failure, undefined, 'run it again: npm run simulate -- --seeds 1 --seed SEED');
  assert.equal(figures.runs, SEEDS);
  t.diagnostic(JSON.stringify(figures));
});
