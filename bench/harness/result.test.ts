import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Measure } from './benchmark.ts';
import { resultOf } from './result.ts';

const TIME: Measure = { unit: 'ms', better: 'lower', aim: { of: 'ratio', bound: 2 } };
const RATE: Measure = { unit: '/s', better: 'higher', aim: { of: 'ratio', bound: 2 } };

function reached(measure: Measure, a: readonly number[], b?: readonly number[]) {
  return resultOf('m', measure, a, b).aim?.reached;
}

test('the ratio is the median of the ratios, not the ratio of the medians', () => {
  const { a, b, ratio } = resultOf('time', TIME, [1, 2, 30], [10, 2, 3]);
  assert.deepEqual(a, { median: 2, min: 1, max: 30, values: [1, 2, 30] });
  assert.deepEqual(b, { median: 3, min: 2, max: 10, values: [10, 2, 3] });
  assert.deepEqual(ratio, { median: 1, min: 0.1, max: 10, values: [0.1, 1, 10] });
});

test('where lower is better, the aim is an upper bound', () => {
  assert.equal(reached(TIME, [19], [10]), true);
  assert.equal(reached(TIME, [20], [10]), true);
  assert.equal(reached(TIME, [21], [10]), false);
});

test('where higher is better, the aim is a lower bound', () => {
  assert.equal(reached(RATE, [21], [10]), true);
  assert.equal(reached(RATE, [20], [10]), true);
  assert.equal(reached(RATE, [19], [10]), false);
});

test("an aim may be for A's figure, with nothing to compare it with", () => {
  const latency: Measure = { unit: 'ms', better: 'lower', aim: { of: 'figure', bound: 5 } };
  assert.equal(reached(latency, [4, 5, 9]), true);
  assert.equal(reached(latency, [4, 6, 9]), false);
  const { b, ratio } = resultOf('latency', latency, [1], undefined);
  assert.deepEqual([b, ratio], [undefined, undefined]);
});

test('a measure without an aim neither reaches nor misses one', () => {
  assert.equal(resultOf('rate', { ...RATE, aim: undefined }, [1], [1]).aim, undefined);
});

test('an aim at a ratio needs a B', () => {
  assert.throws(() => resultOf('rate', RATE, [1], undefined), /rate aims at a ratio and has no B/);
});
