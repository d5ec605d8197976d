import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';

import { Tick } from './tick.ts';

test('a turn runs its phases in order, once however often it was asked for', async () => {
  const ran: string[] = [];
  const turn = new Tick([() => ran.push('read'), () => ran.push('work'), () => ran.push('write')]);
  turn.request();
  turn.request();
  assert.deepEqual(ran, [], 'never at once');
  await setImmediate();
  assert.deepEqual(ran, ['read', 'work', 'write']);
});

test('a turn that is asked for during a turn comes after it', async () => {
  const ran: string[] = [];
  const turn: Tick = new Tick([
    () => {
      if (ran.length === 0) turn.request();
      ran.push('work');
    },
    () => ran.push('write'),
  ]);
  turn.request();
  await setImmediate();
  assert.deepEqual(ran, ['work', 'write']);
  await setImmediate();
  assert.deepEqual(ran, ['work', 'write', 'work', 'write']);
});
