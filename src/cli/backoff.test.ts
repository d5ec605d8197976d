import assert from 'node:assert/strict';
import test from 'node:test';
import { Backoff } from './backoff.ts';

test('the wait doubles up to five seconds, and starts over after ten seconds of running', () => {
  const backoff = new Backoff();
  const waits = Array.from({ length: 8 }, () => backoff.next(50));
  assert.deepEqual(waits, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  assert.equal(backoff.next(9999), 5000);
  assert.equal(backoff.next(10_000), 100);
  assert.equal(backoff.next(50), 200);
});
