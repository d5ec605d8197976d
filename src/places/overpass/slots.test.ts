import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Slots } from './slots.ts';

const NEVER = new AbortController().signal;

/** Lets all that is ready happen. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('slots go to who waits, first come first served', async () => {
  const slots = new Slots(2);
  const served: number[] = [];
  for (let i = 0; i < 5; i++) void slots.take(NEVER).then(() => served.push(i));
  await settle();
  assert.deepEqual(served, [0, 1]);
  for (const expected of [
    [0, 1, 2],
    [0, 1, 2, 3],
    [0, 1, 2, 3, 4],
  ]) {
    slots.release();
    await settle();
    assert.deepEqual(served, expected);
  }
});

test('a slot that nobody waits for is there for the next', async () => {
  const slots = new Slots(1);
  for (let i = 0; i < 3; i++) {
    await slots.take(NEVER);
    slots.release();
  }
  // And not more of them than before.
  await slots.take(NEVER);
  let served = false;
  void slots.take(NEVER).then(() => (served = true));
  await settle();
  assert.equal(served, false);
});

test('who goes away while waiting takes no slot', async () => {
  const slots = new Slots(1);
  await slots.take(NEVER);
  const controller = new AbortController();
  const leaving = slots.take(controller.signal);
  const staying = slots.take(NEVER);
  controller.abort(new Error('gone'));
  await assert.rejects(leaving, /gone/);
  slots.release();
  await staying;
});

test('who has gone already takes no slot', async () => {
  const slots = new Slots(1);
  await assert.rejects(slots.take(AbortSignal.abort(new Error('gone'))), /gone/);
  await slots.take(NEVER);
});
