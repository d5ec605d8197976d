import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FeedMarks } from './feed-marks.ts';
import { SequenceNumbers } from './sequence-numbers.ts';

function numbers(...values: number[]): SequenceNumbers {
  const made = new SequenceNumbers();
  for (const [origin, value] of values.entries()) made.raise(origin, value);
  return made;
}

test('reading goes on from the last mark all of whose records are there', () => {
  const marks = new FeedMarks();
  assert.equal(marks.startOf(numbers(9)), 0);
  marks.add(10, numbers(3));
  marks.add(20, numbers(3, 4));
  marks.add(30, numbers(8, 4));
  assert.equal(marks.startOf(numbers(2, 9)), 0);
  assert.equal(marks.startOf(numbers(7, 3)), 10);
  assert.equal(marks.startOf(numbers(7, 4)), 20);
  assert.equal(marks.startOf(numbers(8, 4, 1)), 30);
});

test('a mark is as of when it was made', () => {
  const marks = new FeedMarks();
  const highest = numbers(3);
  marks.add(10, highest);
  highest.raise(0, 9);
  assert.equal(marks.startOf(numbers(3)), 10);
});

test('marks are bounded, and sparser the older they are', () => {
  const marks = new FeedMarks();
  const last = 100_000;
  for (let seq = 1; seq <= last; seq++) marks.add(seq, numbers(seq));
  for (const lacks of [0, 1, 30, 60]) {
    assert.equal(marks.startOf(numbers(last - lacks)), last - lacks);
  }
  const start = marks.startOf(numbers(last - 1000));
  assert.ok(start <= last - 1000, `${start}`);
});
