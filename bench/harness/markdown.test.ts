import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeMachine } from './machine.ts';
import { markdownText } from './markdown.ts';
import { resultOf } from './result.ts';

test('the table has a row for each result; what was not measured stands below', () => {
  const measure = { unit: 'ms', better: 'lower', aim: undefined } as const;
  const text = markdownText({
    date: '2026-11-22T17:00:00.000Z',
    machine: describeMachine(),
    benchmarks: [
      {
        name: 'x',
        description: 'about x',
        status: 'measured',
        a: 'ours',
        b: undefined,
        extent: { pairs: 1, share: 1, warmUp: true },
        versions: {},
        results: [resultOf('p99', measure, [4], undefined)],
      },
      { name: 'y', description: 'about y', status: 'skipped', why: 'no z' },
    ],
  });
  const [date, , header, rule, row, , skipped] = text.split('\n');
  assert.match(date ?? '', /^2026-11-22: .*load before/);
  assert.match(header ?? '', /^\| benchmark \| measure \| A \| /);
  assert.equal(rule?.split('|').length, header?.split('|').length);
  assert.equal(row, '| x | p99 | 4 ms | - | - | - | - | lower | - | - |');
  assert.equal(skipped, '- y skipped: no z');
});
