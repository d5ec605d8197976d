import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RateMeter } from './rate-meter.ts';

test('a rate is that of the last ten seconds', () => {
  const meter = new RateMeter(0, [0, 100]);
  assert.deepEqual(meter.take(0, [0, 100]), [0, 0], 'no time has passed');
  assert.deepEqual(meter.take(2000, [100, 100]), [50, 0], 'since the beginning');
  for (let second = 3; second <= 10; second++) meter.take(second * 1000, [100, 100]);
  assert.deepEqual(meter.take(10_000, [100, 100]), [10, 0]);
  assert.deepEqual(meter.take(12_000, [100, 110]), [0, 1], 'the first hundred are too old');
  assert.deepEqual(meter.take(60_000, [5000, 110]), [4900 / 48, 0], 'nobody asked meanwhile');
});

test('it does not matter how often it is asked', () => {
  const often = new RateMeter(0, [0]);
  for (let ms = 10; ms < 30_000; ms += 10) often.take(ms, [ms * 3]);
  assert.deepEqual(often.take(30_000, [90_000]), [3000]);
});
