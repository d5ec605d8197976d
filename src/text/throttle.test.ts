import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';

import { RateLimiter } from '../access/rate-limiter.ts';
import { Throttle } from './throttle.ts';

const ADDRESS = '192.0.2.1';

/** Takes the time into the test's hands; returns what lets it pass. */
function stopTime({ mock }: TestContext): (milliseconds: number) => void {
  let now = 1000;
  mock.method(performance, 'now', () => now);
  mock.timers.enable({ apis: ['setTimeout'] });
  return (milliseconds) => {
    now += milliseconds;
    mock.timers.tick(milliseconds);
  };
}

describe('a connection', () => {
  test('waits for its token once, and is woken when it is there', (t) => {
    const pass = stopTime(t);
    let wakes = 0;
    const limiter = new RateLimiter({ perSecond: 10, burst: 1 });
    const throttle = new Throttle(limiter, ADDRESS, () => (wakes += 1));
    assert.deepEqual([throttle.admit(), throttle.admit(), throttle.admit()], [true, false, false]);
    pass(99);
    assert.deepEqual([wakes, throttle.admit()], [0, false]);
    pass(1);
    assert.equal(wakes, 1);
    assert.deepEqual([throttle.admit(), throttle.admit()], [true, false], 'one token, one command');
    pass(100);
    assert.equal(wakes, 2);
  });

  test('is served in order with the others of its address', (t) => {
    const pass = stopTime(t);
    const limiter = new RateLimiter({ perSecond: 10, burst: 1 });
    const woken: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      new Throttle(limiter, ADDRESS, () => woken.push(name)).admit();
    }
    pass(100);
    assert.deepEqual(woken, ['b']);
    pass(100);
    assert.deepEqual(woken, ['b', 'c']);
  });

  test('that ends puts its token back, and leaves those that it used', (t) => {
    stopTime(t);
    const limiter = new RateLimiter({ perSecond: 10, burst: 1 });
    const throttle = new Throttle(limiter, ADDRESS, () => assert.fail('nothing is awaited'));
    assert.deepEqual([throttle.admit(), throttle.admit()], [true, false]);
    throttle.end();
    throttle.end();
    assert.equal(limiter.take(ADDRESS, performance.now()), 100);
  });
});
