import type { FeedCursor } from './change-feed.ts';
import type { FeedPosition } from './feed-history.ts';
import type { Location } from './location.ts';
import type { LocationStore } from './store.ts';

/** The most changes in one write: some tens of milliseconds of the disk's time, a few MB. */
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
  /** Done when the batch is safe; rejects when it is not, and then nothing of it is kept. */
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

/**
 * Keeps a server's locations on disk. It reads the change feed as a neighbour would: what changed
 * while one write was under way goes out together in the next one.
 */
export class Journal {
  readonly #parts: JournalParts;
  #cursor: FeedCursor;
  #dropped: string[] = [];
  #read: JournalState['read'];
  #written: number;
  #state: 'ready' | 'writing' | 'waiting' = 'ready';
  #failing = false;
  #cancelWait: () => void = () => {};
  #lastWrite: Promise<void> = Promise.resolve();

  /** @param state what the journal holds already */
  constructor(parts: JournalParts, state: JournalState) {
    this.#parts = parts;
    this.#cursor = parts.store.openAfter(state.head);
    this.#read = state.read;
    this.#written = state.head;
  }

  /** All changes up to this number are on disk. */
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
      this.#written = batch.state.head;
    }
    this.#parts.store.close(this.#cursor);
  }

  #nextBatch(): JournalBatch | undefined {
    const { store, positions } = this.#parts;
    const changes: JournaledLocation[] = [];
    while (changes.length < MAX_BATCH_CHANGES) {
      const change = store.next(this.#cursor);
      // What neighbours have said up to now is in the feed, so the feed's end goes with it.
      if (change === undefined) {
        this.#read = positions();
        break;
      }
      changes.push({ location: change.location, number: change.number });
    }
    const dropped = this.#dropped;
    if (changes.length === 0 && dropped.length === 0) return undefined;
    this.#dropped = [];
    return { changes, dropped, state: { head: this.#cursor.number, read: this.#read } };
  }

  async #write(batch: JournalBatch): Promise<void> {
    const { storage, events, intervalMs } = this.#parts;
    try {
      await storage.write(batch);
    } catch (error) {
      return this.#failed(batch, error instanceof Error ? error : new Error(String(error)));
    }
    this.#written = batch.state.head;
    if (this.#failing) events.journalRecovered();
    this.#failing = false;
    this.#rest(intervalMs);
    events.journalMoved();
  }

  /** Goes back to what is on disk, to write all that came after it. */
  #failed(batch: JournalBatch, error: Error): void {
    const { store, events } = this.#parts;
    store.close(this.#cursor);
    this.#cursor = store.openAfter(this.#written);
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
