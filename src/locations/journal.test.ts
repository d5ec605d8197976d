import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { FeedPosition } from './feed-history.ts';
import { Journal, type JournalBatch, type JournalState } from './journal.ts';
import { compareLocations, parseLocation, type Location } from './location.ts';
import { LocationStore } from './store.ts';

/** What goes out in one write at most. */
const MAX_BATCH_CHANGES = 10_000;

function location(client: string, time: number): Location {
  const parsed = parseLocation(`AT A +1.000000000 ${client} +1+1 ${time}`);
  assert.ok(parsed);
  return parsed;
}

/** A journal on a disk that is ready, or fails, when the test says so, under a clock of the test's. */
class Bench {
  readonly store: LocationStore;
  /** What is on the disk. */
  readonly kept = new Map<string, Location>();
  state: JournalState;
  /** What the journal told of, without that it moved. */
  readonly events: string[] = [];
  /** How far neighbours have been read. */
  positions: Record<string, FeedPosition> = {};
  readonly journal: Journal;
  woken = false;
  readonly #timers = new Set<{ readonly dueMs: number; readonly action: () => void }>();
  #nowMs = 0;
  #writing:
    | { batch: JournalBatch; resolve: () => void; reject: (error: Error) => void }
    | undefined;

  constructor(intervalMs = 0, state: JournalState = { head: 0, read: {} }) {
    this.state = state;
    this.store = new LocationStore('this life', { head: state.head, past: [] });
    const write = (batch: JournalBatch): Promise<void> => {
      assert.equal(this.#writing, undefined, 'two writes at once');
      return new Promise((resolve, reject) => {
        this.#writing = { batch, resolve, reject };
      });
    };
    this.journal = new Journal(
      {
        store: this.store,
        storage: { write },
        positions: () => this.positions,
        events: {
          journalFailed: (error) => this.events.push(`failed: ${error.message}`),
          journalRecovered: () => this.events.push('recovered'),
          journalMoved: () => (this.woken = true),
        },
        after: (delayMs, action) => {
          const timer = { dueMs: this.#nowMs + delayMs, action };
          this.#timers.add(timer);
          return () => this.#timers.delete(timer);
        },
        wake: () => (this.woken = true),
        intervalMs,
      },
      state,
    );
  }

  /** A client reports, and the server's turn ends. */
  report(client: string, time: number): void {
    this.store.apply(location(client, time));
    this.turn();
  }

  turn(): void {
    this.woken = false;
    this.journal.flush();
  }

  /** Lets time pass; a turn follows where one was asked for. */
  pass(ms: number): void {
    this.#nowMs += ms;
    for (const timer of this.#timers) {
      if (timer.dueMs > this.#nowMs) continue;
      this.#timers.delete(timer);
      timer.action();
    }
    if (this.woken) this.turn();
  }

  /** The clients in the write that is under way, as `client@time`; `undefined` where none is. */
  get writing(): string[] | undefined {
    return this.#writing?.batch.changes.map(
      ({ location }) => `${location.client}@${location.at.split(' ').at(-1)}`,
    );
  }

  get batch(): JournalBatch {
    assert.ok(this.#writing, 'no write is under way');
    return this.#writing.batch;
  }

  /** The write that is under way is safe, and the next one is due. */
  async finish(): Promise<void> {
    assert.ok(this.#writing, 'no write is under way');
    const { batch, resolve } = this.#writing;
    this.#writing = undefined;
    for (const client of batch.dropped) this.kept.delete(client);
    for (const { location } of batch.changes) this.kept.set(location.client, location);
    this.state = batch.state;
    resolve();
    await nextTurn();
    this.pass(0);
  }

  async fail(why = 'disk full'): Promise<void> {
    assert.ok(this.#writing, 'no write is under way');
    const { reject } = this.#writing;
    this.#writing = undefined;
    reject(new Error(why));
    await nextTurn();
    this.pass(0);
  }
}

describe('a write', () => {
  test('takes what has changed by then, and what changes meanwhile goes out in the next', async () => {
    const bench = new Bench();
    bench.report('a', 1);
    bench.report('b', 1);
    bench.report('c', 1);
    assert.deepEqual(bench.writing, ['a@1']);
    await bench.finish();
    assert.deepEqual(bench.writing, ['b@1', 'c@1']);
    await bench.finish();
    assert.equal(bench.writing, undefined);
  });

  test('has a client that changed twice meanwhile once, at its latest', async () => {
    const bench = new Bench();
    bench.report('a', 1);
    bench.report('b', 1);
    bench.report('c', 1);
    bench.report('b', 2);
    await bench.finish();
    assert.deepEqual(bench.writing, ['c@1', 'b@2']);
  });

  test('begins no sooner after the last than it may', async () => {
    const bench = new Bench(100);
    bench.report('a', 1);
    await bench.finish();
    bench.report('b', 1);
    bench.pass(99);
    assert.equal(bench.writing, undefined);
    bench.pass(1);
    assert.deepEqual(bench.writing, ['b@1']);
  });

  test('is none where nothing has changed', async () => {
    const bench = new Bench();
    bench.report('a', 1);
    await bench.finish();
    bench.report('a', 1);
    bench.turn();
    assert.equal(bench.writing, undefined);
  });

  test('goes on after what the journal held', () => {
    const bench = new Bench(0, { head: 2, read: {} });
    bench.turn();
    assert.equal(bench.writing, undefined);
    assert.equal(bench.journal.written, 2);
    bench.report('a', 1);
    assert.deepEqual(bench.batch.state, { head: 3, read: {} });
  });
});

describe('what counts as written', () => {
  test('is what is safe, and not before', async () => {
    const bench = new Bench();
    bench.report('a', 1);
    assert.equal(bench.journal.written, 0);
    bench.report('b', 1);
    await bench.finish();
    assert.equal(bench.journal.written, 1);
    await bench.finish();
    assert.equal(bench.journal.written, 2);
  });

  test('is nothing of a write that stops before the end of the feed', async () => {
    const bench = new Bench();
    bench.report('first', 1);
    // Each stands behind so many others that it is left out of the write under way or the next.
    for (let n = 0; n <= MAX_BATCH_CHANGES; n++) bench.store.apply(location(`client-${n}`, 1));
    const promised = bench.store.head;
    bench.store.apply(location('client-0', 2));
    await bench.finish();
    assert.equal(bench.batch.changes.length, MAX_BATCH_CHANGES);
    await bench.finish();
    // Number 2 was client-0's, of which neither the first nor the second location is on disk.
    assert.equal(bench.kept.get('client-0'), undefined);
    assert.equal(bench.journal.written, 1);
    await bench.finish();
    assert.ok(bench.journal.written > promised);
    assert.deepEqual(bench.kept.get('client-0'), location('client-0', 2));
  });

  test('includes changes that were forgotten before they were written', async () => {
    const bench = new Bench(100);
    bench.report('a', 1);
    await bench.finish();
    bench.report('b', 1);
    bench.store.forgetBefore(location('b', 2).time);
    bench.pass(100);
    assert.deepEqual(bench.writing, []);
    await bench.finish();
    assert.equal(bench.journal.written, 2);
  });
});

describe('a write that fails', () => {
  test('is tried again after a second, with what came since', async () => {
    const bench = new Bench();
    bench.report('a', 1);
    await bench.fail();
    bench.report('b', 1);
    bench.report('a', 2);
    bench.pass(999);
    assert.equal(bench.writing, undefined);
    bench.pass(1);
    assert.deepEqual(bench.writing, ['b@1', 'a@2']);
    await bench.finish();
    assert.deepEqual([...bench.kept.keys()], ['b', 'a']);
  });

  test('is told once, as is that it works again', async () => {
    const bench = new Bench();
    bench.report('a', 1);
    await bench.fail('disk full');
    assert.equal(bench.journal.failing, true);
    bench.pass(1000);
    await bench.fail('disk full');
    bench.pass(1000);
    assert.deepEqual(bench.events, ['failed: disk full']);
    await bench.finish();
    assert.equal(bench.journal.failing, false);
    assert.deepEqual(bench.events, ['failed: disk full', 'recovered']);
    bench.report('b', 1);
    await bench.fail('disk gone');
    assert.deepEqual(bench.events, ['failed: disk full', 'recovered', 'failed: disk gone']);
  });

  test('goes no further back than to what is safe', async () => {
    const bench = new Bench();
    bench.report('a', 1);
    await bench.finish();
    bench.report('b', 1);
    await bench.fail();
    bench.pass(1000);
    assert.deepEqual(bench.writing, ['b@1']);
    assert.equal(bench.journal.written, 1);
  });
});

describe('clients that are dropped', () => {
  test('are dropped before what they have reported since is written', async () => {
    const bench = new Bench();
    bench.report('a', 1);
    bench.report('b', 1);
    await bench.finish();
    bench.journal.drop(['a', 'b']);
    bench.report('a', 2);
    await bench.finish();
    assert.deepEqual(bench.batch.dropped, ['a', 'b']);
    await bench.finish();
    assert.deepEqual([...bench.kept.values()], [location('a', 2)]);
  });

  test('are dropped again after a write that failed', async () => {
    const bench = new Bench();
    bench.report('a', 1);
    await bench.finish();
    bench.journal.drop(['a']);
    bench.turn();
    await bench.fail();
    bench.journal.drop(['b']);
    bench.pass(1000);
    assert.deepEqual(bench.batch.dropped, ['a', 'b']);
    await bench.finish();
    assert.equal(bench.kept.size, 0);
  });

  test('are so many that they take several writes: none that reported since is lost', async () => {
    const bench = new Bench();
    bench.report('writing', 1);
    const clients = Array.from({ length: 2 * MAX_BATCH_CHANGES + 1 }, (_, n) => `client-${n}`);
    bench.journal.drop(clients);
    const last = clients.at(-1) ?? '';
    bench.report(last, 2);
    await bench.finish();
    for (const count of [MAX_BATCH_CHANGES, MAX_BATCH_CHANGES, 1]) {
      assert.equal(bench.batch.dropped.length, count);
      await bench.finish();
    }
    assert.deepEqual(bench.kept.get(last), location(last, 2));
    assert.equal(bench.journal.written, 2);
  });
});

describe("neighbours' positions", () => {
  const [near, far] = [
    { B: { epoch: 'B-1', number: 5 } },
    { B: { epoch: 'B-1', number: 9 }, C: { epoch: 'C-1', number: 1 } },
  ];

  test('are written with the changes that they stand for', () => {
    const bench = new Bench();
    bench.positions = near;
    bench.report('a', 1);
    assert.deepEqual(bench.batch.state, { head: 1, read: near });
  });

  test('are written alone where they alone have moved', async () => {
    const bench = new Bench(0, { head: 0, read: near });
    bench.positions = { ...near };
    bench.turn();
    assert.equal(bench.writing, undefined);
    bench.positions = far;
    bench.turn();
    assert.deepEqual(bench.batch, { ...bench.batch, changes: [], dropped: [] });
    assert.deepEqual(bench.batch.state.read, far);
    await bench.finish();
    assert.equal(bench.writing, undefined);
  });

  test('stay behind in a write that stops before the end of the feed', async () => {
    const bench = new Bench();
    bench.positions = near;
    bench.report('first', 1);
    for (let n = 0; n <= MAX_BATCH_CHANGES; n++) bench.store.apply(location(`client-${n}`, 1));
    bench.positions = far;
    await bench.finish();
    assert.equal(bench.batch.changes.length, MAX_BATCH_CHANGES);
    assert.deepEqual(bench.batch.state.read, near);
    await bench.finish();
    assert.deepEqual(bench.batch.state.read, far);
  });

  test('go back with a write that fails', async () => {
    const bench = new Bench();
    bench.positions = near;
    bench.report('first', 1);
    await bench.finish();
    bench.positions = far;
    bench.report('second', 1);
    await bench.fail();
    // The position that the failed write had is ahead of what the next one has room for.
    for (let n = 0; n <= MAX_BATCH_CHANGES; n++) bench.store.apply(location(`client-${n}`, 1));
    bench.report('second', 2);
    bench.pass(1000);
    assert.equal(bench.batch.changes.length, MAX_BATCH_CHANGES);
    assert.deepEqual(bench.batch.state.read, near);
  });
});

describe('a journal that is closed', () => {
  test('writes all that has changed', async () => {
    const bench = new Bench(100);
    bench.report('a', 1);
    await bench.finish();
    bench.report('b', 1);
    const closed = bench.journal.close();
    await nextTurn();
    assert.deepEqual(bench.writing, ['b@1']);
    bench.store.apply(location('c', 1));
    await bench.finish();
    assert.deepEqual(bench.writing, ['c@1']);
    await bench.finish();
    await closed;
    assert.deepEqual([...bench.kept.keys()], ['a', 'b', 'c']);
  });

  test('waits for the write under way, and writes no more afterwards', async () => {
    const bench = new Bench();
    bench.report('a', 1);
    const closed = bench.journal.close();
    await nextTurn();
    assert.deepEqual(bench.writing, ['a@1']);
    await bench.finish();
    await closed;
    bench.report('b', 1);
    bench.pass(10_000);
    assert.equal(bench.writing, undefined);
  });

  test('fails where the rest cannot be written', async () => {
    const bench = new Bench();
    bench.report('a', 1);
    await bench.fail();
    const closed = bench.journal.close();
    await nextTurn();
    const rejected = assert.rejects(closed, /disk full/);
    await bench.fail('disk full');
    await rejected;
  });
});

test('whatever happens, what counts as written is on disk, and all is in the end', async () => {
  let seed = 17;
  const random = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let run = 0; run < 200; run++) {
    const bench = new Bench(random(2) * 50);
    const changes: Location[] = [];
    const steps = [
      async () => {
        const change = location(`client-${random(5)}`, changes.length + 1);
        changes.push(change);
        bench.report(change.client, changes.length);
      },
      async () => bench.pass(random(1200)),
      async () => bench.writing && bench.finish(),
      async () => bench.writing && random(3) === 0 && bench.fail(),
    ];
    const check = (): void => {
      for (const change of changes.slice(0, bench.journal.written)) {
        const kept = bench.kept.get(change.client);
        assert.ok(kept !== undefined && compareLocations(kept, change) >= 0, `run ${run}`);
      }
    };
    for (let step = 0; step < 60; step++) {
      await steps[random(steps.length)]?.();
      check();
    }
    const closed = bench.journal.close();
    for (; bench.journal.written < changes.length; await nextTurn()) {
      if (bench.writing) await bench.finish();
    }
    if (bench.writing) await bench.finish();
    await closed;
    assert.equal(bench.journal.written, changes.length);
    check();
  }
});
