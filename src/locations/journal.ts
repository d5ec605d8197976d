import type { FeedCursor } from './change-feed.ts';
import type { FeedPosition } from './feed-history.ts';
import type { Location } from './location.ts';
import type { LocationStore } from './store.ts';

/** The most clients in one write: some tens of milliseconds of the disk's time, a few MB. */
const MAX_BATCH_CHANGES = 10_000;
/** How long after a failed write the next one is tried, in milliseconds. */
const RETRY_MS = 1000;

/** A location as the journal keeps it. */
export interface JournaledLocation {
  readonly location: Location;
  /** The number of the change that brought it. */
  readonly number: number;
}

/** What a journal keeps besides the locations. */
export interface JournalState {
  /** The last change that it holds. */
  readonly head: number;
  /** How far each neighbour's feed has been read, by the neighbour's name. */
  readonly read: Readonly<Record<string, FeedPosition>>;
}

/** What is written together: all of it or nothing. */
export interface JournalBatch {
  readonly changes: readonly JournaledLocation[];
  /** Clients to be forgotten, before the changes are written. */
  readonly dropped: readonly string[];
  readonly state: JournalState;
}

/** Where a journal writes: a disk, or what a simulation has for one. */
export interface JournalStorage {
  /**
   * Done when the batch is safe. Rejects when it may not be: then all of it is kept or nothing, and
   * the next batch has what it had.
   */
  write(batch: JournalBatch): Promise<void>;
}

/** What there is to know of a journal while it runs. */
interface JournalEvents {
  /** A write failed: what follows is in memory alone until `journalRecovered`. */
  journalFailed(error: Error): void;
  journalRecovered(): void;
  /** `Journal.written` or `Journal.failing` has changed. */
  journalMoved(): void;
}

/** What a journal needs. */
export interface JournalParts {
  readonly store: LocationStore;
  readonly storage: JournalStorage;
  /** How far each neighbour's feed has been read by now. */
  readonly positions: () => Readonly<Record<string, FeedPosition>>;
  readonly events: JournalEvents;
  /** Runs `action` after a while. */
  readonly after: (delayMs: number, action: () => void) => () => void;
  /** Asks that `flush` be called soon. */
  readonly wake: () => void;
  /** The least time between two writes, in milliseconds: more changes of one client cost one write. */
  readonly intervalMs: number;
}

/** A batch, and whether it reaches to the feed's end. */
interface Batch extends JournalBatch {
  readonly atEnd: boolean;
}

/**
 * Keeps a server's locations on disk. It reads the change feed as a neighbour would: what changed
 * while one write was under way goes out together in the next one.
 */
export class Journal {
  readonly #parts: JournalParts;
  #cursor: FeedCursor;
  #dropped: string[] = [];
  /** What is on disk. */
  #kept: JournalState;
  #written: number;
  #state: 'ready' | 'writing' | 'waiting' = 'ready';
  #failing = false;
  #cancelWait: () => void = () => {};
  #lastWrite: Promise<void> = Promise.resolve();

  /** @param state what the journal holds already */
  constructor(parts: JournalParts, state: JournalState) {
    this.#parts = parts;
    this.#cursor = parts.store.openAfter(state.head);
    this.#kept = state;
    this.#written = state.head;
  }

  /** For each change up to this number its location, or a newer one of the client, is on disk. */
  get written(): number {
    return this.#written;
  }

  /** Whether the last write failed. */
  get failing(): boolean {
    return this.#failing;
  }

  /** Has clients that the store has forgotten forgotten on disk too. */
  drop(clients: readonly string[]): void {
    this.#dropped.push(...clients);
    this.#parts.wake();
  }

  /** Starts to write what has changed, unless a write is under way. */
  flush(): void {
    if (this.#state !== 'ready') return;
    const batch = this.#nextBatch();
    if (batch === undefined) return;
    this.#state = 'writing';
    this.#lastWrite = this.#write(batch);
  }

  /** Writes all that has changed, then no more. Rejects where that is not possible. */
  async close(): Promise<void> {
    await this.#lastWrite;
    this.#cancelWait();
    this.#state = 'writing';
    for (let batch = this.#nextBatch(); batch !== undefined; batch = this.#nextBatch()) {
      await this.#parts.storage.write(batch);
      this.#noteKept(batch);
    }
    this.#parts.store.close(this.#cursor);
  }

  /**
   * Neighbours' positions, and the promise that `written` makes, go by the feed's end alone. A batch
   * that stops before it leaves out what has changed again since and stands behind its last change:
   * neither the new location nor the one before it is on disk then.
   */
  #nextBatch(): Batch | undefined {
    const { store, positions } = this.#parts;
    const dropped = this.#dropped.splice(0, MAX_BATCH_CHANGES);
    // Who was dropped and has reported since is dropped first: with rest to drop, nothing is written.
    const room = this.#dropped.length > 0 ? 0 : MAX_BATCH_CHANGES - dropped.length;
    const changes: JournaledLocation[] = [];
    let atEnd = false;
    while (!atEnd && changes.length < room) {
      const change = store.next(this.#cursor);
      if (change === undefined) atEnd = true;
      else changes.push({ location: change.location, number: change.number });
    }
    const state = { head: this.#cursor.number, read: atEnd ? positions() : this.#kept.read };
    if (dropped.length === 0 && isSame(state, this.#kept)) return undefined;
    return { changes, dropped, state, atEnd };
  }

  async #write(batch: Batch): Promise<void> {
    const { storage, events, intervalMs } = this.#parts;
    try {
      await storage.write(batch);
    } catch (error) {
      return this.#failed(batch, error instanceof Error ? error : new Error(String(error)));
    }
    this.#noteKept(batch);
    if (this.#failing) events.journalRecovered();
    this.#failing = false;
    this.#rest(intervalMs);
    events.journalMoved();
  }

  #noteKept({ state, atEnd }: Batch): void {
    this.#kept = state;
    if (atEnd) this.#written = state.head;
  }

  /** Goes back to what is on disk, to write all that came after it. */
  #failed(batch: Batch, error: Error): void {
    const { store, events } = this.#parts;
    store.close(this.#cursor);
    this.#cursor = store.openAfter(this.#kept.head);
    this.#dropped = [...batch.dropped, ...this.#dropped];
    if (!this.#failing) events.journalFailed(error);
    this.#failing = true;
    this.#rest(RETRY_MS);
    events.journalMoved();
  }

  #rest(delayMs: number): void {
    this.#state = 'waiting';
    this.#cancelWait = this.#parts.after(delayMs, () => {
      this.#state = 'ready';
      this.#parts.wake();
    });
  }
}

function isSame(a: JournalState, b: JournalState): boolean {
  const names = Object.keys(a.read);
  return (
    a.head === b.head &&
    names.length === Object.keys(b.read).length &&
    names.every((name) => isSamePosition(a.read[name], b.read[name]))
  );
}

function isSamePosition(a: FeedPosition | undefined, b: FeedPosition | undefined): boolean {
  return a?.epoch === b?.epoch && a?.number === b?.number;
}
