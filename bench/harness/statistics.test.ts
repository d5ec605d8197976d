import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pairRatios, percentile, spreadOf } from './statistics.ts';

test('a percentile is the least value that so many do not exceed', () => {
  const values = Float64Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.equal(percentile(values, 0.5), 50);
  assert.equal(percentile(values, 0.99), 99);
  assert.equal(percentile(values, 1), 100);
  assert.equal(percentile(Float64Array.of(7), 0.99), 7);
  assert.throws(() => percentile(new Float64Array(), 0.5), RangeError);
});

test('the median of an odd number of values is the middle one, whatever their order', () => {
  assert.deepEqual(spreadOf([10, 9, 100]), { median: 10, min: 9, max: 100 });
});

test('the median of an even number of values is the mean of the middle two', () => {
  assert.deepEqual(spreadOf([4, 1, 100, 2]), { median: 3, min: 1, max: 100 });
});

test('one value is its own median', () => {
  assert.deepEqual(spreadOf([7]), { median: 7, min: 7, max: 7 });
});

test('no values have no median', () => {
  assert.throws(() => spreadOf([]), RangeError);
});

test('at least half of the values are on each side of the median', () => {
  const values = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 });
  fc.assert(
    fc.property(values, (values) => {
      const { median, min, max } = spreadOf(values);
      assert.ok(values.filter((value) => value <= median).length * 2 >= values.length);
      assert.ok(values.filter((value) => value >= median).length * 2 >= values.length);
      assert.ok(values.includes(min) && values.every((value) => value >= min));
      assert.ok(values.includes(max) && values.every((value) => value <= max));
    }),
  );
});

test('the values stay as they were', () => {
  const values = [3, 1, 2];
  spreadOf(values);
  assert.deepEqual(values, [3, 1, 2]);
});

test('a ratio is that of the two runs of one pair', () => {
  assert.deepEqual(pairRatios([10, 30], [5, 10]), [2, 3]);
});

test('runs that do not pair up have no ratios', () => {
  assert.throws(() => pairRatios([1, 2], [1]), /2 runs of A, 1 of B/);
});

test('there is no ratio to nothing', () => {
  assert.throws(() => pairRatios([1], [0]), /no ratio of 1 to 0/);
});
