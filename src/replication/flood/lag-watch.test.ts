import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LagWatch, type LagChange } from './lag-watch.ts';

/** A watch of origin R, whose lag is what the test says, once a second. */
function watch() {
  const changes: LagChange[] = [];
  const lagWatch = new LagWatch('origin', (change) => changes.push(change));
  let nowMs = 0;
  return {
    changes,
    check: (...lags: number[]): void => {
      for (const seconds of lags) {
        lagWatch.check([{ name: 'R', reports: seconds * 10, seconds }], (nowMs += 1000));
      }
    },
  };
}

test('a lag is reported once when it has lasted for 5 s, and once when it is gone', () => {
  const { changes, check } = watch();
  check(0, 1, 2, 3, 4);
  assert.deepEqual(changes, []);
  check(5, 6, 7, 8);
  const lagging = { kind: 'lagging', of: 'origin', name: 'R', reports: 50, seconds: 5 };
  assert.deepEqual(changes, [lagging]);
  check(0.4);
  const gone = { kind: 'caught up', of: 'origin', name: 'R', reports: 4, seconds: 9 };
  assert.deepEqual(changes, [lagging, gone]);
  check(0, 0, 1);
  assert.equal(changes.length, 2);
  check(5);
  assert.equal(changes.length, 3);
});

test('a lag that swings around the limit is reported once', () => {
  const { changes, check } = watch();
  for (let swings = 0; swings < 20; swings++) check(5.5, 4.5, 1.2);
  assert.equal(changes.length, 1);
});

test('a short lag is not reported, however often it comes', () => {
  const { changes, check } = watch();
  for (let times = 0; times < 20; times++) check(0, 1, 2, 3, 4);
  assert.deepEqual(changes, []);
});
