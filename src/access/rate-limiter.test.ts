import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { RateLimiter } from './rate-limiter.ts';

fc.configureGlobal({ seed: 29 });

const ADDRESS = '192.0.2.1';
/** Delays are rounded down, so a token may be used so much too early, in milliseconds. */
const ROUNDING_MS = 1;

const rates = fc.record({
  perSecond: fc.double({ min: 0.1, max: 10_000, noNaN: true }),
  burst: fc.integer({ min: 1, max: 50 }),
});
/** The times between commands, in milliseconds. */
const pauses = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 2000, noNaN: true })), {
  minLength: 1,
  maxLength: 200,
});

describe('of one address', () => {
  test('a burst passes at once, and the next commands one by one', () => {
    const limiter = new RateLimiter({ perSecond: 10, burst: 3 });
    const delays = Array.from({ length: 6 }, () => limiter.take(ADDRESS, 1000));
    assert.deepEqual(delays, [0, 0, 0, 100, 200, 300]);
  });

  test('a pause brings in tokens, but never more than a burst', () => {
    const limiter = new RateLimiter({ perSecond: 10, burst: 2 });
    const take = (now: number): number => limiter.take(ADDRESS, now);
    assert.deepEqual([take(0), take(0), take(0)], [0, 0, 100]);
    assert.deepEqual([take(200), take(200)], [0, 100]);
    assert.deepEqual([take(99_000), take(99_000), take(99_000)], [0, 0, 100]);
  });

  test('in no stretch of time more commands pass than a burst and what it brings in', () => {
    fc.assert(
      fc.property(rates, pauses, (rate, pauses) => {
        const limiter = new RateLimiter(rate);
        let now = 0;
        const passed = pauses.map((pause) => {
          now += pause;
          return now + limiter.take(ADDRESS, now);
        });
        passed.sort((a, b) => a - b);
        for (const [first, from] of passed.entries()) {
          for (let last = first; last < passed.length; last++) {
            const time = (passed[last] ?? 0) - from + ROUNDING_MS;
            const most = rate.burst + (time / 1000) * rate.perSecond;
            const count = last - first + 1;
            if (count > most + 1e-6) assert.fail(`${count} in ${time} ms`);
          }
        }
      }),
    );
  });

  test('no command waits for longer than a bucket that is filled and emptied step by step says', () => {
    fc.assert(
      fc.property(rates, pauses, (rate, pauses) => {
        const limiter = new RateLimiter(rate);
        let now = 0;
        let tokens = rate.burst;
        for (const pause of pauses) {
          now += pause;
          tokens = Math.min(rate.burst, tokens + (pause / 1000) * rate.perSecond) - 1;
          const delay = Math.max(0, (-tokens / rate.perSecond) * 1000);
          const taken = limiter.take(ADDRESS, now);
          assert.ok(taken <= delay + 1e-6 && taken > delay - ROUNDING_MS - 1e-6);
        }
      }),
    );
  });

  test('a token that is put back is there for another command', () => {
    const limiter = new RateLimiter({ perSecond: 1, burst: 1 });
    assert.equal(limiter.take(ADDRESS, 0), 0);
    assert.equal(limiter.take(ADDRESS, 0), 1000);
    limiter.putBack(ADDRESS);
    assert.equal(limiter.take(ADDRESS, 0), 1000);
  });
});

describe('of many addresses', () => {
  test('each has its own bucket', () => {
    const limiter = new RateLimiter({ perSecond: 1, burst: 1 });
    for (const address of ['192.0.2.1', '192.0.2.2']) {
      assert.deepEqual([limiter.take(address, 0), limiter.take(address, 0)], [0, 1000]);
    }
  });

  test('100,000 are remembered, and the one unused for longest is forgotten', () => {
    const limiter = new RateLimiter({ perSecond: 1, burst: 1 });
    for (let i = 0; i < 100_000; i++) limiter.take(`address ${i}`, 0);
    assert.equal(limiter.take('address 0', 0), 1000);
    limiter.take('another', 0);
    assert.equal(limiter.take('address 0', 0), 2000);
    assert.equal(limiter.take('address 1', 0), 0);
  });
});
