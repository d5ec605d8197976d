import assert from 'node:assert/strict';
import { endEpoch, NEW_FEED, type FeedHistory } from '#src/store/feed-history.js';
import type { JournalSizes } from '#src/journal/journal-plan.js';
import type { SegmentSpan } from '#src/journal/journal-segments.js';
import type { JournalBatch, JournalState, JournalStorage } from '#src/journal/journal.js';
import { Restoration } from '#src/journal/restore.js';
import type { LocationStore } from '#src/store/store.js';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';

/** How likely a write fails, as on a full disk. */
const FAILURE = 0.02;
/** How likely one that failed, or that a crash cut off, is kept all the same. */
const KEPT_UNTOLD = 0.5;
const MOST_WRITE_MS = 60;

/** A server's disk: what was written to it outlives the server. */
export class SimulatedDisk {
  readonly #schedule: Schedule;
  readonly #random: Random;
  readonly #segments = new Map<number, Buffer>();
  #state: JournalState = { head: 0, read: {} };
  #history: FeedHistory = NEW_FEED;
  #epoch: string | undefined;
  #writing: JournalBatch | undefined;
  /** What the writer of this life, or of an earlier one, can still do. */
  #life = 0;
  /** So small that a few clients fill segments, and have them cleaned. */
  readonly sizes: JournalSizes;

  constructor(schedule: Schedule, random: Random) {
    this.#schedule = schedule;
    this.#random = random;
    this.sizes = { rowsASegment: random.integer(1, 8), slackRows: random.integer(0, 8) };
  }

  /** What is kept besides the locations. */
  get state(): JournalState {
    return this.#state;
  }

  /** Begins the life of another writer, whose feed goes on from the history returned. */
  open(epoch: string): FeedHistory {
    if (this.#epoch !== undefined) {
      this.#history = endEpoch(this.#history.past, this.#epoch, this.#state.head);
    }
    this.#epoch = epoch;
    return this.#history;
  }

  /** Puts all that is kept into a store. */
  restore(store: LocationStore): readonly SegmentSpan[] {
    const restoration = new Restoration(store, this.#state.head);
    for (const [key, bytes] of [...this.#segments].toSorted(([a], [b]) => a - b)) {
      assert.ok(restoration.take(key, bytes), `the segment ${key} is damaged`);
    }
    assert.ok(
      restoration.spans.every(({ keys }) => keys.length === 1),
      'segments overlap',
    );
    return restoration.spans;
  }

  /** Where the writer of the present life writes. */
  storage(): JournalStorage {
    const life = this.#life;
    return {
      write: (batch) =>
        new Promise((resolve, reject) => {
          this.#writing = batch;
          this.#schedule.after(this.#random.next() * MOST_WRITE_MS, () => {
            if (life !== this.#life) return;
            this.#writing = undefined;
            this.#schedule.settle();
            const fails = this.#random.chance(FAILURE);
            if (!fails || this.#random.chance(KEPT_UNTOLD)) this.#keep(batch);
            if (fails) reject(new Error('no space left on device'));
            else resolve();
          });
        }),
    };
  }

  /** The writer is gone: what it was writing is kept, or nothing of it. */
  crash(): void {
    this.#life += 1;
    if (this.#writing !== undefined && this.#random.chance(KEPT_UNTOLD)) this.#keep(this.#writing);
    this.#writing = undefined;
  }

  #keep({ removed, segments, state }: JournalBatch): void {
    for (const key of removed.flatMap(({ keys }) => keys)) this.#segments.delete(key);
    for (const { span, bytes } of segments) this.#segments.set(span.first, bytes);
    this.#state = state;
  }
}
