import assert from 'node:assert/strict';
import { setImmediate as settled } from 'node:timers/promises';
import { test } from 'node:test';

import { Listening } from './listening.ts';

/** Four partitions of which this server follows some. */
class Bench {
  nowMs = 0;
  followed: ReadonlySet<number> = new Set([0, 1]);
  readonly seen = [0, 0, 0, 0];
  readonly met = [0, 0, 0, 0];
  #timers: (() => void)[] = [];
  readonly listening = new Listening({
    partitions: 4,
    seenOf: (partition) => this.seen[partition] ?? 0,
    metOf: (partition) => this.met[partition] ?? 0,
    nowMs: () => this.nowMs,
    after: (delayMs, action) =>
      this.#timers.push(() => {
        this.nowMs += delayMs;
        action();
      }),
    onChange: () => this.listening.update(this.followed),
  });

  /** Whether everything comes. */
  async hasBegun(begun: Promise<void>): Promise<boolean> {
    const pending = Symbol('pending');
    return (await Promise.race([begun, settled(pending)])) !== pending;
  }

  async pass(): Promise<void> {
    for (const action of this.#timers.splice(0)) action();
    await settled();
  }

  follow(...partitions: number[]): void {
    this.followed = new Set(partitions);
    this.listening.update(this.followed);
  }
}

test('what is not followed is read while somebody listens', async () => {
  const bench = new Bench();
  const { listening } = bench;
  bench.follow(0, 1);
  assert.deepEqual(listening.partitions, new Set());
  const broken: string[] = [];
  const [first, second] = ['first', 'second'].map((name) =>
    listening.listen(() => broken.push(name)),
  );
  assert.ok(first !== undefined && second !== undefined);
  assert.deepEqual(listening.partitions, new Set([2, 3]));
  const begun = first.begun();
  listening.noteBegun(2, 7);
  assert.equal(await bench.hasBegun(begun), false);
  listening.noteBegun(3, 0);
  assert.equal(await bench.hasBegun(begun), true);
  assert.equal(await bench.hasBegun(second.begun()), true);

  listening.noteBegun(3, 5);
  assert.deepEqual(broken.splice(0), ['first', 'second'], 'it was read anew');
  assert.equal(await bench.hasBegun(first.begun()), true);
  listening.noteCutOff();
  listening.noteCutOff();
  assert.equal(await bench.hasBegun(first.begun()), false);
  listening.noteBegun(2, 8);
  assert.deepEqual(broken, [], 'not before everything comes again');
  listening.noteBegun(3, 8);
  assert.deepEqual(broken.splice(0), ['first', 'second'], 'once');
  assert.equal(await bench.hasBegun(first.begun()), true);

  first.end();
  first.end();
  assert.deepEqual(listening.partitions, new Set([2, 3]));
  second.end();
  assert.deepEqual(listening.partitions, new Set());
});

test('a partition that comes and goes is read on', async () => {
  const bench = new Bench();
  const { listening } = bench;
  bench.follow(0, 1);
  const listener = listening.listen(() => assert.fail('nothing is missing'));
  listening.noteBegun(2, 7);
  listening.noteBegun(3, 7);
  bench.follow(0, 1, 2);
  assert.deepEqual(listening.partitions, new Set([3]));
  bench.follow(0, 2);
  assert.deepEqual(listening.partitions, new Set([1, 3]));
  assert.equal(await bench.hasBegun(listener.begun()), true);
  listening.noteBegun(0, 9); // of one that is followed it is of no account
});

test('who is asked has read as far as who asks', async () => {
  const bench = new Bench();
  const { listening } = bench;
  bench.follow(0, 1);
  listening.listen(() => {});
  listening.noteBegun(2, 7);
  bench.met[2] = 5;
  bench.met[0] = 3;
  assert.deepEqual(
    [...listening.places],
    [
      [0, 3],
      [1, 0],
      [2, 7],
      [3, 0],
    ],
  );

  bench.seen[2] = 6;
  const reached = listening.reach(new Map([[2, 7]]));
  await bench.pass();
  assert.equal(await bench.hasBegun(reached), false);
  bench.seen[2] = 8;
  await bench.pass();
  assert.equal(await bench.hasBegun(reached), true);

  const late = assert.rejects(listening.reach(new Map([[3, 1]])), /partition 3/);
  for (let look = 0; look < 300; look++) await bench.pass();
  await late;
});
