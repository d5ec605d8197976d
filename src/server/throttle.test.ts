import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { RateLimiter } from './rate-limiter.ts';
import { Throttle } from './throttle.ts';

const ADDRESS = '192.0.2.1';
const HOUR_MS = 3_600_000;

describe('a connection', { timeout: 60_000 }, () => {
  test('waits for its token once, and is woken when it is there', async () => {
    const limiter = new RateLimiter({ perSecond: 20, burst: 1 });
    let wakes = 0;
    await new Promise<void>((resolve) => {
      const throttle = new Throttle(limiter, ADDRESS, () => {
        wakes += 1;
        resolve();
      });
      assert.deepEqual(
        [throttle.admit(), throttle.admit(), throttle.admit()],
        [true, false, false],
      );
    });
    assert.equal(wakes, 1);
  });

  test('uses the token that it was woken for, and then waits for the next', async (t) => {
    const limiter = new RateLimiter({ perSecond: 0.5, burst: 1 });
    limiter.take(ADDRESS, performance.now() - 1990); // the next token is there in 10 ms
    const admitted = await new Promise<boolean[]>((resolve) => {
      const throttle = new Throttle(limiter, ADDRESS, () =>
        resolve([throttle.admit(), throttle.admit()]),
      );
      t.after(() => throttle.end());
      assert.equal(throttle.admit(), false);
    });
    assert.deepEqual(admitted, [true, false]);
  });

  test('that ends puts its token back, and leaves those that it used', () => {
    const limiter = new RateLimiter({ perSecond: 1 / 3600, burst: 1 });
    const throttle = new Throttle(limiter, ADDRESS, () => assert.fail('nothing is awaited'));
    assert.deepEqual([throttle.admit(), throttle.admit()], [true, false]);
    throttle.end();
    throttle.end();
    const delay = limiter.take(ADDRESS, performance.now());
    assert.ok(delay > HOUR_MS / 2 && delay <= HOUR_MS);
  });
});
