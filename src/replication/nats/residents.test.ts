import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Residents } from './residents.ts';

test('those that were not used for longest go first, and those that cannot go stay', () => {
  const dropped: number[] = [];
  const kept = new Set([2]);
  const residents = new Residents(2, (slot) => {
    if (kept.has(slot)) return false;
    dropped.push(slot);
    return true;
  });
  for (const slot of [1, 2, 3, 4]) residents.note(slot, slot * 10);
  assert.equal(residents.use(1), 10);
  assert.equal(residents.use(5), -Infinity);
  assert.deepEqual(dropped, [], 'nothing goes while it may be asked for');
  residents.makeRoom();
  assert.deepEqual(dropped, [3]);
  kept.clear();
  residents.makeRoom();
  assert.deepEqual({ dropped, size: residents.size }, { dropped: [3, 4], size: 2 });
  assert.equal(residents.evicted, 2);
  assert.equal(residents.use(1), 10);
  assert.equal(residents.use(2), 20);
});
