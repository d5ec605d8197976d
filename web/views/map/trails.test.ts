import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Trails } from './trails.ts';

test('a trail has the last fixes, and none that is where the one before was', () => {
  const trails = new Trails();
  for (let n = 0; n < 500; n++) {
    trails.add('kiwi', { x: n / 1000, y: 0.5 });
    trails.add('kiwi', { x: n / 1000, y: 0.5 });
  }
  const points = trails.of('kiwi');
  assert.equal(points.length, 180);
  assert.equal(points[0]?.x, 0.32);
  assert.equal(points.at(-1)?.x, 0.499);
  trails.remove('kiwi');
  assert.deepEqual(trails.of('kiwi'), []);
});
