import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { redialDelay } from './link-keeper.ts';

fc.configureGlobal({ seed: 17 });

const ALMOST_ONE = 1 - Number.EPSILON / 2;

describe('the wait before a lost link is dialled again', () => {
  test('is 100 ms to 5 s, after any number of attempts', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.nat(), random, (attempt, random) => {
        const delayMs = redialDelay(attempt, random);
        assert.ok(delayMs >= 100 && delayMs <= 5000);
      }),
    );
  });

  test('is anything between the least and a most that doubles', () => {
    for (const [attempt, mostMs] of [200, 400, 800, 1600, 3200, 5000, 5000].entries()) {
      assert.equal(redialDelay(attempt, 0), 100);
      assert.equal(redialDelay(attempt, 0.5), 100 + (mostMs - 100) / 2);
      assert.ok(Math.abs(redialDelay(attempt, ALMOST_ONE) - mostMs) < 1e-6);
    }
  });
});
