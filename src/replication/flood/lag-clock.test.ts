import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LagClock } from './lag-clock.ts';
import { SequenceNumbers } from '../vectors/sequence-numbers.ts';

const R = 0;
const S = 1;

/** Sequence numbers of the origins R and S. */
function numbers(r: number, s = 0): SequenceNumbers {
  const made = new SequenceNumbers();
  made.raise(R, r);
  made.raise(S, s);
  return made;
}

test('nothing is missing where all that is known is there', () => {
  const clock = new LagClock();
  clock.sample(numbers(5), numbers(5), 1000);
  assert.equal(clock.missingSince(R, 5), undefined);
});

test('what is missing is so since it became known, until it is there', () => {
  const clock = new LagClock();
  clock.sample(numbers(5, 1), numbers(6, 1), 1000);
  clock.sample(numbers(5, 1), numbers(9, 2), 2000);
  assert.equal(clock.missingSince(R, 5), 1000);
  assert.equal(clock.missingSince(S, 1), 2000);
  assert.equal(clock.missingSince(R, 6), 2000, 'the first is there');
  clock.sample(numbers(8, 2), numbers(9, 2), 3000);
  assert.equal(clock.missingSince(R, 8), 2000);
  assert.equal(clock.missingSince(S, 2), undefined);
  assert.equal(clock.missingSince(R, 9), undefined, 'all is there by now');
});

test('what is there again may be missing again', () => {
  const clock = new LagClock();
  clock.sample(numbers(5), numbers(6), 1000);
  clock.sample(numbers(6), numbers(6), 2000);
  clock.sample(numbers(6), numbers(7), 3000);
  assert.equal(clock.missingSince(R, 6), 3000);
});

test('a steady lag of any length is measured as about that long at each moment', () => {
  for (const lagS of [3, 60, 3600]) {
    const clock = new LagClock();
    for (let second = 1; second < 4 * lagS; second++) {
      const had = numbers(Math.max(0, second - lagS) * 10);
      clock.sample(had, numbers(second * 10), second * 1000);
      if (second < 2 * lagS) continue;
      const since = clock.missingSince(R, had.of(R));
      assert.ok(since !== undefined);
      const measuredS = second - since / 1000;
      assert.ok(measuredS <= lagS && measuredS >= lagS * 0.85 - 1, `${measuredS} of ${lagS} s`);
    }
  }
});
