import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextIteration } from 'node:timers/promises';

import { Acknowledgements } from './acknowledgements.ts';
import { CommitGate } from './commit-gate.ts';

/** Acknowledgements, and how often they asked for a tick. */
class Bench {
  head = 1;
  ticksWanted = 0;
  readonly acknowledgements: Acknowledgements;

  constructor(gate?: CommitGate) {
    const wake = (): void => void (this.ticksWanted += 1);
    this.acknowledgements = new Acknowledgements({ gate, head: () => this.head, wake });
  }
}

/** What a promise has come to by now; `undefined`: nothing yet. */
function settled<T>(promise: Promise<T>): Promise<T | undefined> {
  return Promise.race([promise, nextIteration(undefined)]);
}

test('without a promise a change is acknowledged at the end of its tick', async () => {
  const bench = new Bench();
  const { acknowledgements } = bench;
  const waiting = acknowledgements.ofLastChange();
  assert.equal(bench.ticksWanted, 1);
  assert.equal(await settled(waiting), undefined);
  acknowledgements.flush();
  assert.equal(await settled(waiting), 'accepted');
});

test('each change waits for its own seq', async () => {
  const state = { committed: 0, failing: false };
  const bench = new Bench(new CommitGate(() => state));
  const { acknowledgements } = bench;
  const first = acknowledgements.ofLastChange();
  bench.head = 2;
  const second = acknowledgements.ofLastChange();
  assert.equal(bench.ticksWanted, 2);
  state.committed = 1;
  acknowledgements.flush();
  assert.equal(await settled(first), 'accepted');
  assert.equal(await settled(second), undefined);
  state.failing = true;
  acknowledgements.flush();
  assert.equal(await settled(second), 'not acknowledged');
});
