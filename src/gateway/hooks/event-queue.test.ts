import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { EventQueue } from './event-queue.ts';

fc.configureGlobal({ seed: 34, numRuns: 200 });

test('it keeps the latest in their order, and tells of each that it drops', () => {
  const steps = fc.array(fc.oneof(fc.constant('add' as const), fc.nat(5)));
  const property = fc.property(fc.integer({ min: 1, max: 8 }), steps, (most, all) => {
    let dropped = 0;
    const queue = new EventQueue<number>(most, () => (dropped += 1));
    const model: number[] = [];
    let added = 0;
    let lost = 0;
    for (const step of all) {
      if (step === 'add') {
        queue.add(added);
        model.push(added);
        added += 1;
        if (model.length > most) {
          model.shift();
          lost += 1;
        }
      } else assert.deepEqual(queue.take(step), model.splice(0, step));
      assert.deepEqual([queue.length, dropped], [model.length, lost]);
    }
  });
  fc.assert(property);
});
