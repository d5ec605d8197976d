import assert from 'node:assert/strict';
import { test } from 'node:test';

import { pointsOf, summaryOf, type HerdHistory } from './history.ts';

const HISTORY: HerdHistory = {
  times: ['2026-01-01T12:00:00.000Z', '2026-01-01T12:00:05.000Z', '2026-01-01T12:00:10.000Z'],
  servers: [
    {
      server: 'A',
      reports: [null, 4, 2],
      replies: [0, 0, 0],
      lag: [1, 2, null],
      memoryBytes: [null, null, null],
    },
  ],
};

test('the points of a chart are of one server and one measure, with gaps', () => {
  const at = Date.parse('2026-01-01T12:00:00Z') / 1000;
  const points = pointsOf(HISTORY, 'A', 'reports');
  assert.deepEqual(points, { times: [at, at + 5, at + 10], values: [null, 4, 2] });
  assert.deepEqual(pointsOf(HISTORY, 'B', 'lag').values, [null, null, null]);
});

test('what a chart says is its last number and its greatest', () => {
  const said = (measure: 'reports' | 'lag' | 'memoryBytes') =>
    summaryOf(pointsOf(HISTORY, 'A', measure));
  assert.deepEqual(said('reports'), { last: 2, most: 4 });
  assert.deepEqual(said('lag'), { last: undefined, most: 2 });
  assert.deepEqual(said('memoryBytes'), { last: undefined, most: 0 });
});
