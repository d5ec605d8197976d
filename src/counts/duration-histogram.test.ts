import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DurationHistogram } from './duration-histogram.ts';

test('a duration is counted in the first bucket whose bound it does not exceed', () => {
  const histogram = new DurationHistogram([0.001, 0.01, 1]);
  for (const seconds of [0, 0.001, 0.0011, 0.5, 1, 1.5, 1000]) histogram.observe(seconds);
  const { boundsSeconds, counts, sumSeconds } = histogram.snapshot();
  assert.deepEqual(boundsSeconds, [0.001, 0.01, 1]);
  assert.deepEqual(counts, [2, 1, 2, 2]);
  assert.ok(Math.abs(sumSeconds - 1003.0021) < 1e-9, String(sumSeconds));
});

test('a snapshot stays as it is', () => {
  const histogram = new DurationHistogram([1]);
  const before = histogram.snapshot();
  histogram.observe(0.5);
  assert.deepEqual(before.counts, [0, 0]);
  assert.equal(before.sumSeconds, 0);
});
