import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { RecordView } from '../store/record.ts';
import { ByteWriter } from '../protocol/byte-writer.ts';
import { ChangeWriter } from '../store/change-stream.ts';
import type { FeedPosition } from '../store/feed-history.ts';
import { JOURNAL_SIZES, type JournalSizes } from './journal-plan.ts';
import { linesOf, type SegmentSpan } from './journal-segments.ts';
import { Journal, type JournalBatch, type JournalState } from './journal.ts';
import { Restoration } from './restore.ts';
import { NO_SLOT } from '../store/slot-index.ts';
import { LocationStore } from '../store/store.ts';

/*
 * What the tests of the journal share; there is no test in it.
 */

/** A client's location at a time in seconds. */
export function locationOf(client: string, time: number): RecordView {
  const bytes = Buffer.from(`AT A +1.000000000 ${client} +1+1 ${time}`, 'latin1');
  const line = new RecordView();
  assert.ok(line.scan(bytes, 0, bytes.length));
  // What tells records apart is their identity.
  line.sequence = 1 + crc32(bytes);
  return line;
}

/** What a store's feed has after a change. */
export function slotsOf(store: LocationStore, after = 0): number[] {
  const slots: number[] = [];
  const cursor = store.openAfter(after);
  for (let slot = store.next(cursor); slot !== NO_SLOT; slot = store.next(cursor)) slots.push(slot);
  store.close(cursor);
  return slots;
}

/** The same as on disk: `N AT …` each. */
export function changesOf(store: LocationStore, after = 0): string[] {
  return slotsOf(store, after).map((slot) => {
    const out = new ByteWriter(100);
    store.writeChange(slot, new ChangeWriter(out));
    return out.view().toString('latin1').trimEnd();
  });
}

/** A change in short: `number client@time`. */
function brief(change: string): string {
  const [, number, , , , , , client, , time] = change.trimEnd().split(/[ \n]/);
  return `${number} ${client}@${time}`;
}

/** The rows of a batch, as `number client@time`. */
export function rowsIn(batch: JournalBatch): string[] {
  const text = batch.segments.map(({ bytes }) => linesOf(bytes)?.toString()).join('');
  return text
    .split(/(?=CHANGES)/)
    .filter((change) => change !== '')
    .map(brief);
}

/** A disk: segments by their keys, and what is kept besides. */
export class Disk {
  readonly segments = new Map<number, Buffer>();
  state: JournalState = { head: 0, read: {} };

  keep({ removed, segments, state }: JournalBatch): void {
    for (const key of removed.flatMap(({ keys }) => keys)) this.segments.delete(key);
    for (const { span, bytes } of segments) this.segments.set(span.first, bytes);
    this.state = state;
  }

  /** What a server that started now would have, and what its journal would go on from. */
  restore(): { store: LocationStore; segments: readonly SegmentSpan[] } {
    const store = new LocationStore('next life', { head: this.state.head, past: [] });
    const restoration = new Restoration(store, this.state.head);
    for (const [key, bytes] of [...this.segments].sort(([a], [b]) => a - b)) {
      assert.ok(restoration.take(key, bytes), `segment ${key} is damaged`);
    }
    assert.ok(restoration.spans.every(({ keys }) => keys.length === 1));
    return { store, segments: restoration.spans };
  }

  /** What is restored of it, as `number client@time`. */
  get kept(): string[] {
    return changesOf(this.restore().store).map(brief);
  }

  /** How many rows there are, with those of clients that have changed again. */
  get rows(): number {
    return this.restore().segments.reduce((sum, { rows }) => sum + rows, 0);
  }
}

interface BenchOptions {
  readonly intervalMs?: number;
  readonly disk?: Disk;
  readonly sizes?: JournalSizes;
}

/** A journal on a disk that is ready, or fails, when the test says so, under a clock of the test's. */
export class Bench {
  readonly store: LocationStore;
  readonly disk: Disk;
  /** What the journal told of, without that it moved. */
  readonly events: string[] = [];
  /** How far neighbours have been read. */
  positions: Record<string, FeedPosition>;
  readonly journal: Journal;
  woken = false;
  readonly #timers = new Set<{ readonly dueMs: number; readonly action: () => void }>();
  #nowMs = 0;
  #writing:
    | { batch: JournalBatch; resolve: () => void; reject: (error: Error) => void }
    | undefined;

  constructor({ intervalMs = 0, disk = new Disk(), sizes = JOURNAL_SIZES }: BenchOptions = {}) {
    this.disk = disk;
    const { store, segments } = disk.restore();
    this.store = store;
    this.positions = disk.state.read;
    const write = (batch: JournalBatch): Promise<void> => {
      assert.equal(this.#writing, undefined, 'two writes at once');
      return new Promise((resolve, reject) => {
        this.#writing = { batch, resolve, reject };
      });
    };
    this.journal = new Journal(
      {
        store,
        storage: { write },
        positions: () => this.positions,
        events: {
          journalFailed: (error) => this.events.push(`failed: ${error.message}`),
          journalRecovered: () => this.events.push('recovered'),
          journalMoved: () => (this.woken = true),
        },
        now: () => this.#nowMs,
        after: (delayMs, action) => {
          const timer = { dueMs: this.#nowMs + delayMs, action };
          this.#timers.add(timer);
          return () => this.#timers.delete(timer);
        },
        wake: () => (this.woken = true),
        intervalMs,
        sizes,
      },
      { state: disk.state, segments },
    );
  }

  /** A client reports, and the server's turn ends. */
  report(client: string, time: number): void {
    this.apply(client, time);
    this.turn();
  }

  /** A client reports, and the turn goes on. */
  apply(client: string, time: number): void {
    this.store.apply(locationOf(client, time));
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

  /** The changes in the write that is under way; `undefined` where none is. */
  get writing(): string[] | undefined {
    return this.#writing && rowsIn(this.#writing.batch);
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
    this.disk.keep(batch);
    resolve();
    await nextTurn();
    this.pass(0);
  }

  /** The write that is under way fails, although it may be kept. */
  async fail(why = 'disk full', isKept = false): Promise<void> {
    assert.ok(this.#writing, 'no write is under way');
    const { batch, reject } = this.#writing;
    this.#writing = undefined;
    if (isKept) this.disk.keep(batch);
    reject(new Error(why));
    await nextTurn();
    this.pass(0);
  }

  /** Finishes writes until there is none. */
  async settle(): Promise<void> {
    while (this.#writing !== undefined) await this.finish();
  }
}
