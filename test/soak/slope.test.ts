import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slopePerHour, type Sample } from './slope.ts';

function line(life: string, start: number, perSecond: number): Sample[] {
  return [0, 1, 2, 3].map((at) => ({ life, at, value: start + perSecond * at }));
}

test('the slope is that of the lines, whatever their levels', () => {
  assert.equal(slopePerHour(line('a', 5, 2)), 7200);
  assert.equal(slopePerHour([...line('a', 5, 2), ...line('b', 500, 2)]), 7200);
  assert.equal(slopePerHour([...line('a', 5, 0), ...line('b', 500, 0)]), 0);
});

test('there is none of single samples', () => {
  assert.equal(slopePerHour([]), undefined);
  assert.equal(slopePerHour([{ life: 'a', at: 1, value: 1 }]), undefined);
});
