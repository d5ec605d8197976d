import assert from 'node:assert/strict';
import { test } from 'node:test';

import { limitFaults } from './upstream-fault.ts';

test('equal faults are told once a minute, with how many were left out; others are told', () => {
  const told: string[] = [];
  let now = 0;
  const onFault = limitFaults(
    ({ text }) => told.push(text),
    () => now,
  );
  const fault = (text: string, code = 'CODE'): void => onFault({ provider: 'atlas', code, text });
  fault('a');
  fault('b');
  fault('a', 'OTHER');
  now = 59_999;
  fault('a');
  fault('a');
  assert.deepEqual(told, ['a', 'b', 'a']);
  now = 60_000;
  fault('a');
  fault('b');
  assert.deepEqual(told.slice(3), ['a (2 more since it was told.)', 'b']);
  now = 119_999;
  fault('b');
  now = 180_000;
  fault('a');
  assert.deepEqual(told.slice(5), ['a']);
});
