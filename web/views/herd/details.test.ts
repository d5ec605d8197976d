import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  directionOf,
  vectorRows,
  type Answered,
  type DetailsTable,
  type Origin,
} from './details.ts';

const [A, B, C]: Origin[] = ['A', 'B', 'C'].map((server) => ({ server, epoch: 2 })) as [
  Origin,
  Origin,
  Origin,
];

function answered(
  atMs: number,
  received: number,
  pruned: Origin[],
  sequences: number[] = [],
): Answered {
  const vector = sequences.map((sequence, index) => ({
    server: 'ABC'[index] ?? '',
    epoch: 2,
    sequence,
  }));
  return {
    atMs,
    details: { server: 'B', vector, links: [{ neighbour: 'A', received, pruned }], arrivals: [] },
  };
}

test('what comes over a link is told by who it comes to, as a rate of the last two answers', () => {
  const table: DetailsTable = new Map([
    ['B', { now: answered(3000, 30, []), before: answered(1000, 10, []) }],
  ]);
  assert.deepEqual(directionOf(table, 'A', 'B', [A, B, C]), { rate: 10, isPruned: false });
  assert.equal(directionOf(table, 'B', 'A', [A, B, C]).rate, undefined, 'A does not say');
  assert.equal(directionOf(table, 'C', 'B', [A, B, C]).rate, undefined, 'no such link');
  const restarted = new Map([
    ['B', { now: answered(3000, 2, []), before: answered(1000, 10, []) }],
  ]);
  assert.equal(directionOf(restarted, 'A', 'B', []).rate, undefined);
});

test('a direction is pruned where all that it would carry for others is, in its present epoch', () => {
  const pruned = (origins: Origin[]): DetailsTable =>
    new Map([['B', { now: answered(0, 0, origins), before: undefined }]]);
  const is = (origins: Origin[], asked: Origin[]): boolean =>
    directionOf(pruned(origins), 'A', 'B', asked).isPruned;
  assert.equal(is([C], [A, B, C]), true);
  assert.equal(is([{ ...C, epoch: 1 }], [A, B, C]), false);
  assert.equal(is([C], [A, B]), false, 'nothing else is asked about');
  assert.equal(is([C], [C, { server: 'D', epoch: 2 }]), false);
});

test('a version vector is compared with the most that any server has', () => {
  const of = (sequences: number[]): { now: Answered; before: undefined } => ({
    now: answered(0, 0, [], sequences),
    before: undefined,
  });
  const table: DetailsTable = new Map([
    ['A', of([5, 3])],
    ['B', of([4, 7, 1])],
  ]);
  const origins = ['A', 'B', 'C'].map((server) => ({ server, epoch: 2, sequence: 9 }));
  assert.deepEqual(vectorRows(table, 'A', origins), [
    { origin: 'A', sequence: 5, most: 5 },
    { origin: 'B', sequence: 3, most: 7 },
    { origin: 'C', sequence: 0, most: 9 },
  ]);
});
