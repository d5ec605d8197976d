import assert from 'node:assert/strict';
import { test } from 'node:test';

import { limitFaults } from './upstream-fault.ts';

test('equal faults are reported once a minute, with how many were left out; others at once', () => {
  const reported: string[] = [];
  let now = 0;
  const onFault = limitFaults(
    ({ text }) => reported.push(text),
    () => now,
  );
  const fault = (text: string, code = 'CODE'): void => onFault({ provider: 'atlas', code, text });
  fault('a');
  fault('b');
  fault('a', 'OTHER');
  now = 59_999;
  fault('a');
  fault('a');
  assert.deepEqual(reported, ['a', 'b', 'a']);
  now = 60_000;
  fault('a');
  fault('b');
  assert.deepEqual(reported.slice(3), ['a (2 more since the last report.)', 'b']);
  now = 119_999;
  fault('b');
  now = 180_000;
  fault('a');
  assert.deepEqual(reported.slice(5), ['a']);
});
