import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SequenceNumbers } from './sequence-numbers.ts';

const FAR = 1000;

function numbers(...values: number[]): SequenceNumbers {
  const made = new SequenceNumbers();
  for (const [origin, value] of values.entries()) made.raise(origin, value);
  return made;
}

test('an origin has 0 until it has more, and its number only rises', () => {
  const made = new SequenceNumbers();
  assert.equal(made.of(3), 0);
  assert.equal(made.raise(3, 7), true);
  assert.equal(made.raise(3, 7), false);
  assert.equal(made.raise(3, 6), false);
  assert.deepEqual([made.of(2), made.of(3), made.of(4), made.of(FAR)], [0, 7, 0, 0]);
});

test('an origin without a number is never raised', () => {
  const made = new SequenceNumbers();
  assert.equal(made.raise(-1, 7), false);
  assert.equal(made.of(-1), 0);
});

test('there is room for any origin, and what was there stays', () => {
  const made = numbers(1, 2);
  assert.equal(made.raise(FAR, 2 ** 49), true);
  assert.deepEqual([made.of(0), made.of(1), made.of(FAR)], [1, 2, 2 ** 49]);
  assert.ok(made.length > FAR);
});

test('raises are counted, so that it shows whether anything changed', () => {
  const made = numbers(1);
  const before = made.raises;
  made.raise(0, 1);
  assert.equal(made.raises, before);
  made.raise(0, 2);
  assert.equal(made.raises, before + 1);
});

test('one covers another where none of its numbers is less', () => {
  const far = numbers(1);
  far.raise(FAR, 1);
  assert.ok(numbers(1, 2).covers(numbers(1, 1)));
  assert.ok(numbers(1).covers(new SequenceNumbers()));
  assert.ok(far.covers(numbers(1)), 'a longer one');
  assert.ok(!numbers(1).covers(far), 'a shorter one');
  assert.ok(!numbers(2, 1).covers(numbers(1, 2)));
});

test('all of them are raised to those of another one', () => {
  const made = numbers(5, 1);
  made.raiseAll(numbers(3, 4, 2));
  assert.deepEqual([made.of(0), made.of(1), made.of(2)], [5, 4, 2]);
});

test('a copy is its own', () => {
  const made = numbers(1);
  const copy = made.copy();
  made.raise(0, 2);
  copy.raise(1, 9);
  assert.deepEqual([made.of(0), made.of(1)], [2, 0]);
  assert.deepEqual([copy.of(0), copy.of(1)], [1, 9]);
});
