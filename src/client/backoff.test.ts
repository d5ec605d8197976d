import assert from 'node:assert/strict';
import test from 'node:test';

import fc from 'fast-check';

import { Backoff } from './backoff.ts';

const SEED = 20_261_127;
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('waits are within a bound that doubles up to 10 s, and begin again after a success', () => {
  fc.assert(
    fc.property(fc.array(chance, { minLength: 1, maxLength: 12 }), (chances) => {
      let at = 0;
      const backoff = new Backoff(() => chances[at++ % chances.length] ?? 0);
      for (const [index] of chances.entries()) {
        const wait = backoff.next();
        assert.ok(wait >= 20 && wait < Math.min(200 * 2 ** index, 10_000), `${index}: ${wait}`);
      }
      backoff.reset();
      assert.ok(backoff.next() < 200);
    }),
    { seed: SEED },
  );
});

test('those whom one failure hit do not come back together', () => {
  const waits = [0, 0.25, 0.5, 0.75].map((random) => new Backoff(() => random).next());
  assert.deepEqual(waits, [20, 65, 110, 155]);
});
