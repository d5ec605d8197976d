import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';

import { Tick } from './tick.ts';

test('a tick runs its phases in order, once however often it was asked for', async () => {
  const ran: string[] = [];
  const tick = new Tick();
  for (const phase of ['replies out', 'journal', 'links out', 'clients in', 'begin'] as const) {
    tick.register(phase, () => ran.push(phase));
  }
  tick.register('links out', () => ran.push('links out again'));
  tick.request();
  tick.request();
  assert.deepEqual(ran, [], 'never at once');
  await setImmediate();
  const expected = [
    'begin',
    'clients in',
    'links out',
    'links out again',
    'replies out',
    'journal',
  ];
  assert.deepEqual(ran, expected);
});

test('a tick that is asked for during a tick comes after it', async () => {
  const ran: string[] = [];
  const tick = new Tick();
  tick.register('clients in', () => {
    if (ran.length === 0) tick.request();
    ran.push('in');
  });
  tick.register('replies out', () => ran.push('out'));
  tick.request();
  await setImmediate();
  assert.deepEqual(ran, ['in', 'out']);
  await setImmediate();
  assert.deepEqual(ran, ['in', 'out', 'in', 'out']);
});
