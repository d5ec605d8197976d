import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SpatialIndex } from './spatial-index.ts';
import { SpatialIndexFill } from './spatial-index-fill.ts';

test('what changes while an index is filled is in it as it is in the end', () => {
  const latitudes = new Map<number, number>(Array.from({ length: 100 }, (_, slot) => [slot, slot]));
  let end = 100;
  const index = new SpatialIndex();
  const fill = new SpatialIndexFill(index, {
    get end() {
      return end;
    },
    hasPosition: (slot) => latitudes.has(slot),
    latitudeE7: (slot) => latitudes.get(slot) ?? 0,
    longitudeE7: () => 0,
  });
  const put = (slot: number, latitudeE7: number): void => {
    latitudes.set(slot, latitudeE7);
    index.put(slot, latitudeE7, 0);
  };
  const remove = (slot: number): void => {
    latitudes.delete(slot);
    index.remove(slot);
  };
  fill.step(50);
  assert.ok(!fill.isComplete);
  assert.equal(index.size, 50);
  for (const slot of [10, 60]) remove(slot);
  for (const slot of [20, 70]) put(slot, 500);
  end = 101;
  put(100, 600);
  fill.step(51);
  assert.ok(fill.isComplete);
  const { found } = index.nearest(0, 0, { limit: 200 });
  const expected = [...latitudes].sort(([a, x], [b, y]) => x - y || a - b);
  assert.deepEqual(
    found.map(({ slot }) => slot),
    expected.map(([slot]) => slot),
  );
});
