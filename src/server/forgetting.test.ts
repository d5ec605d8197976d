import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { setImmediate as nextIteration } from 'node:timers/promises';

import { LocationStore } from '../store/store.ts';
import type { RecordView } from '../store/record.ts';
import { scanRecord } from '../store/scan-record.test.ts';
import { keepHorizon, startSweeping } from './forgetting.ts';

const START = 1_621_464_828;

/** A location that is so many seconds old at the start of the test. */
function aged(client: string, seconds: number): RecordView {
  const line = scanRecord(`AT A +0.000000000 ${client} +1+1 ${START - seconds}`);
  return line;
}

/** A tombstone that is so many seconds old at the start of the test. */
function removal(client: string, seconds: number): RecordView {
  const line = scanRecord(`REMOVED A +0.000000000 ${client} ${START - seconds}.000000000`);
  return line;
}

/** A store that forgets what is a minute old, and tombstones after half of it, under a clock that the test drives. */
class Bench {
  readonly store = new LocationStore();
  /** How many times it was called since clients were dropped. */
  dropped = 0;
  readonly #mock: TestContext['mock'];
  #now = START;

  constructor({ mock }: TestContext) {
    this.#mock = mock;
    mock.timers.enable({ apis: ['setInterval'] });
  }

  keepHorizon(): () => void {
    const ages = { forgetMs: 60_000, tombstoneGraceMs: 30_000 };
    return keepHorizon(this.store, ages, () => ({ seconds: this.#now, nanoseconds: 0 }));
  }

  startSweeping(): () => void {
    return startSweeping(this.store, () => (this.dropped += 1));
  }

  /** Lets seconds pass, each with enough iterations of the event loop for all that it starts. */
  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.#now += 1;
      this.#mock.timers.tick(1000);
      for (let i = 0; i < 5; i++) await nextIteration();
    }
  }
}

describe('a location', () => {
  test('is forgotten when it is old enough, within a second', async (t) => {
    const bench = new Bench(t);
    bench.store.apply(aged('kiwi', 0));
    bench.store.apply(aged('emu', 57));
    bench.keepHorizon();
    await bench.pass(3);
    assert.ok(bench.store.get(Buffer.from('emu')));
    await bench.pass(1);
    assert.equal(bench.store.get(Buffer.from('emu')), undefined);
    await bench.pass(56);
    assert.ok(bench.store.get(Buffer.from('kiwi')));
    await bench.pass(1);
    assert.equal(bench.store.get(Buffer.from('kiwi')), undefined);
  });

  test('that is too old already is forgotten at once, and one like it is not taken in', (t) => {
    const bench = new Bench(t);
    bench.store.apply(aged('kiwi', 61));
    bench.keepHorizon();
    assert.equal(bench.store.get(Buffer.from('kiwi')), undefined);
    assert.equal(bench.store.apply(aged('emu', 61)), 'older');
    assert.equal(bench.store.apply(aged('emu', 60)), 'newer');
  });

  test('counts as of its time, not as of when it was received', async (t) => {
    const bench = new Bench(t);
    bench.keepHorizon();
    await bench.pass(30);
    bench.store.apply(aged('kiwi', 0));
    await bench.pass(31);
    assert.equal(bench.store.get(Buffer.from('kiwi')), undefined);
  });

  test('is forgotten no longer once that has ended', async (t) => {
    const bench = new Bench(t);
    bench.store.apply(aged('kiwi', 0));
    const end = bench.keepHorizon();
    end();
    await bench.pass(100);
    assert.ok(bench.store.get(Buffer.from('kiwi')));
  });
});

describe('a tombstone', () => {
  test('is dropped after its grace, and not taken in again', async (t) => {
    const bench = new Bench(t);
    bench.keepHorizon();
    assert.equal(bench.store.apply(removal('kiwi', 0)), 'newer');
    assert.equal(bench.store.apply(aged('kiwi', 1)), 'older');
    bench.startSweeping();
    await bench.pass(61);
    assert.equal(bench.store.tombstones, 0);
    assert.equal(bench.store.apply(removal('kiwi', 0)), 'older');
    assert.equal(bench.dropped, 1);
  });

  test('is dropped where locations are not forgotten as well', async (t) => {
    const store = new LocationStore();
    t.mock.timers.enable({ apis: ['setInterval'] });
    const now = { seconds: START, nanoseconds: 0 };
    t.after(keepHorizon(store, { forgetMs: undefined, tombstoneGraceMs: 30_000 }, () => now));
    store.apply(removal('kiwi', 0));
    store.apply(aged('emu', 1e9));
    now.seconds += 31;
    t.mock.timers.tick(1000);
    assert.deepEqual([...store.sweep(10)], [1]);
    assert.deepEqual([store.size, store.tombstones], [1, 0]);
  });
});

describe('what is forgotten', () => {
  test('is dropped at the start, and then every minute', async (t) => {
    const bench = new Bench(t);
    bench.store.apply(aged('kiwi', 61));
    bench.store.apply(aged('emu', 0));
    bench.keepHorizon();
    bench.startSweeping();
    await bench.pass(1);
    assert.equal(bench.dropped, 1);
    assert.equal(bench.store.size, 1);
    await bench.pass(58);
    assert.equal(bench.dropped, 1);
    await bench.pass(61);
    assert.equal(bench.dropped, 2);
    assert.equal(bench.store.size, 0);
  });

  test('is dropped in steps that others work between', async (t) => {
    const bench = new Bench(t);
    for (let n = 0; n < 12_000; n++) bench.store.apply(aged(`client-${n}`, 61));
    bench.keepHorizon();
    bench.startSweeping();
    const sizes: number[] = [];
    while (bench.store.size > 0) {
      sizes.push(bench.store.size);
      await nextIteration();
    }
    assert.deepEqual(sizes, [7000, 2000]);
    assert.equal(bench.dropped, 3);
  });

  test('is dropped no longer once that has ended, in the middle of it', async (t) => {
    const bench = new Bench(t);
    for (let n = 0; n < 12_000; n++) bench.store.apply(aged(`client-${n}`, 61));
    bench.keepHorizon();
    bench.startSweeping()();
    await bench.pass(200);
    assert.equal(bench.store.size, 7000);
  });
});
