import assert from 'node:assert/strict';
import { test } from 'node:test';
import { machineText, outcomeText, pairText, type Outcome } from './report.ts';
import { resultOf } from './result.ts';

const MEASURED = { name: 'x', description: 'about x', status: 'measured' } as const;

test('an outcome has a row for each result, each with its unit, direction and aim', () => {
  const outcome: Outcome = {
    ...MEASURED,
    a: 'ours',
    b: 'theirs',
    extent: { pairs: 3, share: 1, warmUp: true },
    versions: { 'redis-server': 'Redis server v=7.0.15' },
    results: [
      resultOf(
        'depth 1',
        { unit: '/s', better: 'higher', aim: { of: 'ratio', bound: 2 } },
        [123_456.7, 120_000, 130_000],
        [100_000, 100_000, 100_000],
      ),
      resultOf('time', { unit: 'ms', better: 'lower', aim: undefined }, [3, 4, 5], [1, 1, 1]),
    ],
  };
  assert.equal(
    outcomeText(outcome),
    [
      'x: about x',
      'A: ours',
      'B: theirs',
      '3 pairs after one to warm up; medians, and the ratio pair by pair',
      'with Redis server v=7.0.15',
      'measure  A           B           A/B    min  max  better  aim         reached',
      'depth 1  123,500 /s  100,000 /s  1.235  1.2  1.3  higher  at least 2  no',
      'time     4 ms        1 ms        4      3    5    lower   -           -',
      '',
    ].join('\n'),
  );
});

test('a benchmark without another side shows no ratio', () => {
  const aim = { of: 'figure', bound: 5 } as const;
  const results = [resultOf('p99', { unit: 'ms', better: 'lower', aim }, [4], undefined)];
  const text = outcomeText({
    ...MEASURED,
    a: 'ours',
    b: undefined,
    extent: { pairs: 1, share: 1, warmUp: true },
    versions: {},
    results,
  });
  assert.match(text, /^A: ours\n1 runs after one to warm up\n/m);
  assert.match(text, /^p99 +4 ms +- +- +- +- +lower +at most 5 ms +yes$/m);
});

test('one that was skipped says why', () => {
  const text = outcomeText({ name: 'x', description: 'about x', status: 'skipped', why: 'no y' });
  assert.equal(text, 'x: about x\nskipped: no y\n');
});

test('a pair under way shows both figures of each measure', () => {
  const pair = { a: { one: 1, two: 22_222.2 }, b: { one: 3, two: 4 } };
  assert.equal(pairText('x', pair, 2, 5), 'x: 2 of 5: one 1 to 3, two 22,220 to 4\n');
  assert.equal(pairText('x', { ...pair, b: undefined }, 2, 5), 'x: 2 of 5: one 1, two 22,220\n');
});

test('the machine is a line', () => {
  const machine = {
    cores: 2,
    cpu: 'CPU',
    memoryBytes: 2 ** 33,
    node: 'v20.19.0',
    os: 'Debian, Linux, 6.1',
    loadBefore: 0.25,
  };
  assert.equal(
    machineText(machine),
    '2 x CPU, 8 GiB, Node v20.19.0, Debian, Linux, 6.1; load before: 0.25\n',
  );
});
