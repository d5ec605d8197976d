import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import type { Benchmark, Measure, Side } from './benchmark.ts';
import { measure, type Extent, type Pair } from './measure.ts';

const RATE: Measure = { unit: '/s', better: 'higher', aim: undefined };
const NEVER = new AbortController().signal;
const FIVE: Extent = { pairs: 5, share: 1, warmUp: true };
const TWO: Extent = { ...FIVE, pairs: 2 };
const UNHEARD = (): void => undefined;

/** A benchmark of two sides that note each step in `steps`. */
function noting(steps: string[], run: (side: 'A' | 'B', number: number) => number): Benchmark {
  const side = (name: 'A' | 'B'): Side<'rate'> => ({
    label: name,
    async start(scope) {
      steps.push(`start ${name}`);
      await scope.defer(async () => {
        steps.push(`stop ${name}`);
      });
      let runs = 0;
      return async () => {
        steps.push(name);
        return { rate: run(name, runs++) };
      };
    },
  });
  return {
    name: 'noting',
    description: '',
    requires: [],
    measures: { rate: RATE },
    a: side('A'),
    b: side('B'),
  };
}

test('the sides alternate, and the first pair does not count', async () => {
  const steps: string[] = [];
  const pairs: Pair[] = [];
  const benchmark = noting(steps, (side, number) => (side === 'A' ? 10 * number : 5));
  const results = await measure(benchmark, TWO, NEVER, (pair) => pairs.push(pair));
  assert.equal(steps.join(', '), 'start A, start B, A, B, A, B, A, B, stop B, stop A');
  assert.deepEqual(results[0]?.a.values, [10, 20]);
  assert.deepEqual(results[0]?.ratio?.values, [2, 4]);
  assert.deepEqual(pairs, [
    { a: { rate: 10 }, b: { rate: 5 } },
    { a: { rate: 20 }, b: { rate: 5 } },
  ]);
});

test('a benchmark may have no B and several measures', async () => {
  const benchmark: Benchmark = {
    ...noting([], () => 0),
    measures: { 'depth 1': RATE, 'depth 16': RATE },
    a: { label: 'A', start: async () => async () => ({ 'depth 1': 1, 'depth 16': 0 }) },
    b: undefined,
  };
  const results = await measure(benchmark, TWO, NEVER, UNHEARD);
  assert.deepEqual(
    results.map(({ measure, a, ratio }) => [measure, a.values, ratio]),
    [
      ['depth 1', [1, 1], undefined],
      ['depth 16', [0, 0], undefined],
    ],
  );
});

test('B need not have every measure', async () => {
  const benchmark: Benchmark = {
    ...noting([], () => 0),
    measures: { rate: RATE, size: { unit: 'bytes', better: 'lower', aim: undefined } },
    a: { label: 'A', start: async () => async () => ({ rate: 6, size: 1 }) },
    b: { label: 'B', start: async () => async () => ({ rate: 3 }) },
  };
  const results = await measure(benchmark, TWO, NEVER, UNHEARD);
  assert.deepEqual(
    results.map(({ a, ratio }) => [a.values, ratio?.values]),
    [
      [
        [6, 6],
        [2, 2],
      ],
      [[1, 1], undefined],
    ],
  );
});

test('where it is only tried out, the sides do a share of the work and none warms up', async () => {
  const shares: number[] = [];
  const benchmark: Benchmark = {
    ...noting([], () => 0),
    b: undefined,
    a: {
      label: 'A',
      async start(_, share) {
        return async () => ({ rate: shares.push(share) });
      },
    },
  };
  const extent = { pairs: 1, share: 0.01, warmUp: false };
  await measure(benchmark, extent, NEVER, UNHEARD);
  assert.deepEqual(shares, [0.01]);
});

test('a run that fails stops both sides', async () => {
  const steps: string[] = [];
  const benchmark = noting(steps, (side, number) => {
    if (side === 'B' && number === 1) throw new Error('B broke');
    return 1;
  });
  await assert.rejects(measure(benchmark, FIVE, NEVER, UNHEARD), /B broke/);
  assert.deepEqual(steps.slice(-3), ['B', 'stop B', 'stop A']);
});

test('a figure that is none is an error that names it', async () => {
  for (const bad of [Number.NaN, Infinity, -1]) {
    const benchmark = noting([], (side) => (side === 'B' ? bad : 1));
    await assert.rejects(measure(benchmark, FIVE, NEVER, UNHEARD), /B's figure for rate/);
  }
});

test('a signal ends a run that hangs, and what was started', async () => {
  const controller = new AbortController();
  let folder = '';
  const benchmark: Benchmark = {
    ...noting([], () => 1),
    a: {
      label: 'A',
      async start(scope) {
        folder = scope.folder();
        return async () => {
          controller.abort(new Error('enough'));
          return new Promise<never>(() => undefined);
        };
      },
    },
  };
  await assert.rejects(measure(benchmark, FIVE, controller.signal, UNHEARD), /enough/);
  assert.equal(existsSync(folder), false);
});
