import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { CommitGate } from './commit-gate.ts';

/** Replies that wait, and how far their promise is kept, which the test says. */
class Bench {
  progress = { kept: 0, failing: false };
  /** What became of the replies: `1 kept`, `2 not kept`. */
  readonly told: string[] = [];
  readonly #acknowledger = new CommitGate(() => this.progress);

  wait(...numbers: number[]): void {
    for (const number of numbers) void this.#wait(number);
  }

  async #wait(number: number): Promise<void> {
    const kept = await this.#acknowledger.wait(number);
    this.told.push(`${number} ${kept ? 'kept' : 'not kept'}`);
  }

  /** A turn ends with the promise kept up to this number; what replies have been told by then. */
  async turn(kept: number, failing = false): Promise<string[]> {
    this.progress = { kept, failing };
    this.#acknowledger.flush();
    await nextTurn();
    return this.told.splice(0);
  }
}

describe('a reply', () => {
  test('waits for its change, and no longer', async () => {
    const bench = new Bench();
    bench.wait(1, 2, 4);
    assert.deepEqual(await bench.turn(0), []);
    assert.deepEqual(await bench.turn(1), ['1 kept']);
    assert.deepEqual(await bench.turn(3), ['2 kept']);
    assert.deepEqual(await bench.turn(4), ['4 kept']);
    assert.deepEqual(await bench.turn(9), []);
  });

  test('does not wait where its change is safe already', async () => {
    const bench = new Bench();
    await bench.turn(5);
    bench.wait(5);
    assert.deepEqual(await bench.turn(5), ['5 kept']);
  });

  test('does not wait where nothing can be waited for', async () => {
    const bench = new Bench();
    bench.wait(1);
    assert.deepEqual(await bench.turn(Infinity), ['1 kept']);
  });

  test('waits together with others for one change', async () => {
    const bench = new Bench();
    bench.wait(3, 3, 3);
    assert.deepEqual(await bench.turn(2), []);
    assert.deepEqual(await bench.turn(3), ['3 kept', '3 kept', '3 kept']);
  });

  test('is told that its promise cannot be kept, but not what was kept before', async () => {
    const bench = new Bench();
    bench.wait(1, 2, 3);
    assert.deepEqual(await bench.turn(1, true), ['1 kept', '2 not kept', '3 not kept']);
    bench.wait(4);
    assert.deepEqual(await bench.turn(1, true), ['4 not kept']);
    bench.wait(5);
    assert.deepEqual(await bench.turn(1), []);
    assert.deepEqual(await bench.turn(5), ['5 kept']);
  });
});
