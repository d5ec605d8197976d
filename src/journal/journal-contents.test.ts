import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';

import fc from 'fast-check';

import type { FeedPosition } from '../store/feed-history.ts';
import { changesOf, locationOf } from './journal-bench.test.ts';
import { rowsOf, type JournalSizes } from './journal-plan.ts';
import type { SegmentSpan } from './journal-segments.ts';
import { Journal, type JournalBatch, type JournalState } from './journal.ts';
import { Restoration } from './restore.ts';
import { LocationStore } from '../store/store.ts';

fc.configureGlobal({ seed: 43, numRuns: 200 });

/** A location as the feed has it. */
interface Change {
  readonly number: number;
  readonly client: string;
  readonly time: number;
}

function feedOf(store: LocationStore): Change[] {
  return changesOf(store).map((change) => {
    const [number, , , , client = '', , time] = change.split(' ');
    return { number: Number(number), client, time: Number(time) };
  });
}

/** A disk. A write is safe, fails, or fails and is kept all the same, when the test says so. */
class Disk {
  readonly segments = new Map<number, Buffer>();
  state: JournalState = { head: 0, read: {} };
  /** Whether the next write is lost, although it is told to be safe. */
  losesNext = false;
  /** Whether one was lost, ever. */
  hasLost = false;
  #writing:
    | { batch: JournalBatch; resolve: () => void; reject: (error: Error) => void }
    | undefined;

  get isWriting(): boolean {
    return this.#writing !== undefined;
  }

  write(batch: JournalBatch): Promise<void> {
    assert.equal(this.#writing, undefined, 'two writes at once');
    return new Promise((resolve, reject) => {
      this.#writing = { batch, resolve, reject };
    });
  }

  async end(isKept: boolean, isTold: boolean): Promise<void> {
    const writing = this.#writing;
    if (writing === undefined) return;
    this.#writing = undefined;
    if (isKept) this.#keep(writing.batch);
    if (isTold) writing.resolve();
    else writing.reject(new Error('disk full'));
    await nextTurn();
  }

  /** The writer is killed. */
  crash(isKept: boolean): void {
    if (isKept && this.#writing) this.#keep(this.#writing.batch);
    this.#writing = undefined;
  }

  restore(horizon = 0): { store: LocationStore; segments: readonly SegmentSpan[] } {
    const store = new LocationStore('a life', { head: this.state.head, past: [] });
    store.forgetBefore({ seconds: horizon, nanoseconds: 0 });
    const restoration = new Restoration(store, this.state.head);
    for (const [key, bytes] of [...this.segments].sort(([a], [b]) => a - b)) {
      assert.ok(restoration.take(key, bytes), `segment ${key} is damaged`);
    }
    const overlap = restoration.spans.some(({ keys }) => keys.length > 1);
    assert.ok(this.hasLost || !overlap, 'segments overlap');
    return { store, segments: restoration.spans };
  }

  #keep({ removed, segments, state }: JournalBatch): void {
    if (this.losesNext) {
      this.losesNext = false;
      this.hasLost = true;
      return;
    }
    for (const key of removed.flatMap(({ keys }) => keys)) this.segments.delete(key);
    for (const { span, bytes } of segments) this.segments.set(span.first, bytes);
    this.state = state;
  }
}

/** A server with its journal through several lives, and what it was promised of. */
class Life {
  readonly #sizes: JournalSizes;
  readonly #disk = new Disk();
  #store = new LocationStore('a life');
  #journal: Journal;
  #positions: Record<string, FeedPosition> = {};
  #timers: { readonly delayMs: number; readonly action: () => void }[] = [];
  /** What has changed in this life, and what it began with. */
  #changes: Change[] = [];
  #time = 0;
  #horizon = 0;
  /** Whether a write was lost that nobody knows of yet. */
  #isLossy = false;

  constructor(sizes: JournalSizes) {
    this.#sizes = sizes;
    this.#journal = this.#begin([]);
  }

  #begin(segments: readonly SegmentSpan[]): Journal {
    this.#timers = [];
    this.#positions = this.#disk.state.read;
    const parts = {
      store: this.#store,
      storage: this.#disk,
      positions: () => this.#positions,
      events: { journalFailed() {}, journalRecovered() {}, journalMoved() {} },
      now: () => 0,
      after: (delayMs: number, action: () => void) => {
        const timer = { delayMs, action };
        this.#timers.push(timer);
        return () => (this.#timers = this.#timers.filter((other) => other !== timer));
      },
      wake: () => {},
      intervalMs: 0,
      sizes: this.#sizes,
    };
    return new Journal(parts, { state: this.#disk.state, segments });
  }

  /** Clients report, and a neighbour's feed has been read that far by then. */
  report(clients: readonly string[]): void {
    for (const client of clients) {
      this.#time += 1;
      assert.equal(this.#store.apply(locationOf(client, this.#time)), 'newer');
      this.#changes.push({ number: this.#store.head, client, time: this.#time });
    }
    this.#positions = { B: { epoch: 'B-1', number: this.#store.head } };
    this.#journal.flush();
  }

  /** What is older than the last `kept` reports is forgotten. */
  forget(kept: number): void {
    this.#horizon = Math.max(this.#horizon, this.#time - kept);
    this.#store.forgetBefore({ seconds: this.#horizon, nanoseconds: 0 });
    for (const _ of this.#store.sweep(100));
    this.#journal.forget();
  }

  /** Time passes: what was to be done later is. */
  pass(): void {
    for (const { action } of this.#timers.splice(0)) action();
    this.#journal.flush();
  }

  async end(isKept: boolean, isTold: boolean): Promise<void> {
    await this.#disk.end(isKept, isTold);
    this.check();
  }

  /** LevelDB loses the first of some writes; that comes to light when it is opened again. */
  async lose(reports: readonly (readonly string[])[]): Promise<void> {
    await this.end(true, true);
    this.#disk.losesNext = true;
    this.#isLossy = true;
    for (const clients of reports) {
      this.report(clients);
      this.pass();
      await this.end(true, true);
    }
    this.crash(false);
  }

  crash(isKept: boolean): void {
    this.#disk.crash(isKept);
    this.check();
    this.#disk.losesNext = false;
    this.#isLossy = false;
    const { store, segments } = this.#disk.restore(this.#horizon);
    this.#store = store;
    this.#changes = feedOf(store);
    this.#journal = this.#begin(segments);
    this.#journal.forget(); // what came of age meanwhile
  }

  /** What counts as written, and what is taken for read of a neighbour, is on disk. */
  check(): void {
    if (this.#isLossy) return;
    const { state } = this.#disk;
    const safe = Math.max(this.#journal.written, state.read['B']?.number ?? 0);
    const kept = feedOf(this.#disk.restore().store);
    const times = new Map(kept.map(({ client, time }) => [client, time]));
    for (const { number, client, time } of this.#changes) {
      if (number > safe || time < this.#horizon) continue;
      assert.ok((times.get(client) ?? 0) >= time, `${client}@${time} is not on disk`);
    }
    for (const change of kept) {
      if (change.time < this.#horizon) continue;
      assert.ok(
        this.#changes.some(({ client, time }) => client === change.client && time === change.time),
        `${change.client}@${change.time} was never reported`,
      );
    }
  }

  /** With time, and no faults, all is on disk, in its order, and not much else. */
  async settle(): Promise<void> {
    do {
      this.pass();
      await this.end(true, true);
    } while (this.#disk.isWriting || this.#timers.length > 0);
    const { store, segments } = this.#disk.restore();
    assert.deepEqual(feedOf(store), feedOf(this.#store));
    assert.equal(this.#journal.written, this.#store.head);
    assert.deepEqual(this.#disk.state, { head: this.#store.head, read: this.#positions });
    const { size } = this.#store;
    assert.ok(rowsOf(segments) <= 2 * size + this.#sizes.slackRows, 'too many rows');
  }
}

const CLIENTS = Array.from({ length: 20 }, (_, n) => `client-${n}`);
const anyReport = fc.array(fc.constantFrom(...CLIENTS), { minLength: 1, maxLength: 8 });
const anyStep = fc.oneof(
  { weight: 6, arbitrary: anyReport.map((clients) => (life: Life) => life.report(clients)) },
  { weight: 4, arbitrary: fc.constant((life: Life) => life.end(true, true)) },
  { weight: 3, arbitrary: fc.constant((life: Life) => life.pass()) },
  { weight: 1, arbitrary: fc.boolean().map((kept) => (life: Life) => life.end(kept, false)) },
  { weight: 1, arbitrary: fc.boolean().map((kept) => (life: Life) => life.crash(kept)) },
  { weight: 2, arbitrary: fc.array(anyReport).map((all) => (life: Life) => life.lose(all)) },
  { weight: 2, arbitrary: fc.nat(30).map((kept) => (life: Life) => life.forget(kept)) },
  { weight: 1, arbitrary: fc.constant((life: Life) => life.settle()) },
);
const anySizes = fc.record({
  rowsASegment: fc.integer({ min: 1, max: 5 }),
  slackRows: fc.nat(3),
});

test('whatever happens, what counts as written is on disk, and all is in the end', async () => {
  await fc.assert(
    fc.asyncProperty(
      anySizes,
      fc.array(anyStep, { maxLength: 100, size: 'large' }),
      async (sizes, steps) => {
        const life = new Life(sizes);
        for (const step of steps) await step(life);
        await life.settle();
      },
    ),
  );
});
