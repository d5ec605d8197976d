import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { CommitGate } from './commit-gate.ts';

/** Replies that wait, and how far their promise is kept, which the test says. */
class Bench {
  state = { committed: 0, failing: false };
  /** What became of the replies: `1 kept`, `2 not kept`. */
  readonly settled: string[] = [];
  readonly #gate = new CommitGate(() => this.state);

  wait(...seqs: number[]): void {
    for (const seq of seqs) {
      this.#gate.wait(seq, (isCommitted) => {
        this.settled.push(`${seq} ${isCommitted ? 'kept' : 'not kept'}`);
      });
    }
  }

  /** A tick ends with the promise kept up to this seq; the replies that were settled by then. */
  tick(committed: number, failing = false): string[] {
    this.state = { committed, failing };
    this.#gate.flush();
    return this.settled.splice(0);
  }
}

describe('a reply', () => {
  test('waits for its change, and no longer', () => {
    const bench = new Bench();
    bench.wait(1, 2, 4);
    assert.deepEqual(bench.tick(0), []);
    assert.deepEqual(bench.tick(1), ['1 kept']);
    assert.deepEqual(bench.tick(3), ['2 kept']);
    assert.deepEqual(bench.tick(4), ['4 kept']);
    assert.deepEqual(bench.tick(9), []);
  });

  test('does not wait where its change is safe already', () => {
    const bench = new Bench();
    bench.tick(5);
    bench.wait(5);
    assert.deepEqual(bench.tick(5), ['5 kept']);
  });

  test('does not wait where nothing can be waited for', () => {
    const bench = new Bench();
    bench.wait(1);
    assert.deepEqual(bench.tick(Infinity), ['1 kept']);
  });

  test('waits together with others for one change', () => {
    const bench = new Bench();
    bench.wait(3, 3, 3);
    assert.deepEqual(bench.tick(2), []);
    assert.deepEqual(bench.tick(3), ['3 kept', '3 kept', '3 kept']);
  });

  test('is refused where its promise cannot be kept, but not one that was kept before', () => {
    const bench = new Bench();
    bench.wait(1, 2, 3);
    assert.deepEqual(bench.tick(1, true), ['1 kept', '2 not kept', '3 not kept']);
    bench.wait(4);
    assert.deepEqual(bench.tick(1, true), ['4 not kept']);
    bench.wait(5);
    assert.deepEqual(bench.tick(1), []);
    assert.deepEqual(bench.tick(5), ['5 kept']);
  });
});
