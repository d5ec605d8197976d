import type { FeedCursor } from '../store/change-feed.ts';
import type { FeedPosition } from '../store/feed-history.ts';
import { Cleaning, readAgain, type Renewal } from './journal-cleaning.ts';
import { countToMerge, replaceRun, rowsOf, type JournalSizes } from './journal-plan.ts';
import { makeSegments, type Segment, type SegmentSpan } from './journal-segments.ts';
import { NO_SLOT } from '../store/slot-index.ts';
import type { LocationStore } from '../store/store.ts';

/** How long after a failed write it is tried again, in milliseconds. */
const RETRY_MS = 1000;
/**
 * How many times as long as a write took the journal rests after it: so it takes a fifth of the time
 * of one core and of the disk at most, whatever changes.
 */
const REST_FACTOR = 4;
/** With so many rows a client, and some, the disk is cleaned: about every other row is written twice. */
const CROWDED_FACTOR = 2;
/** With so many it has to be, although much has changed that is not written yet. */
const OVERFULL_FACTOR = 4;
/** How many times the rows that a write adds one step of cleaning replaces: so a round comes to its end. */
const CLEANING_FACTOR = 2;
/** How often at most the disk is cleaned because something was forgotten, in milliseconds. */
const FORGET_MS = 3_600_000;

/** What a journal keeps besides the locations. */
export interface JournalState {
  /** The last change that it holds. */
  readonly head: number;
  /** How far each neighbour's feed has been read, by the neighbour's name. */
  readonly read: Readonly<Record<string, FeedPosition>>;
}

/** What is written together: all of it or nothing. */
export interface JournalBatch {
  /** The segments that are no more, before others are written: one may have the key of one of them. */
  readonly removed: readonly SegmentSpan[];
  readonly segments: readonly Segment[];
  readonly state: JournalState;
}

/** Where a journal writes: a disk, or what a simulation has for one. */
export interface JournalStorage {
  /**
   * Done when the batch is safe. Rejects when it may not be: then all of it is kept or nothing, and
   * the same batch comes again, unless the journal ends there.
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
  /** Milliseconds since any fixed time. */
  readonly now: () => number;
  /** Runs `action` after a while. */
  readonly after: (delayMs: number, action: () => void) => () => void;
  /** Asks that `flush` be called soon. */
  readonly wake: () => void;
  /**
   * The least time between two writes, in milliseconds: more changes of one client cost one row. 0
   * where replies wait for the journal: it does not rest then.
   */
  readonly intervalMs: number;
  readonly sizes: JournalSizes;
}

/** What a journal holds already. */
export interface JournalContents {
  readonly state: JournalState;
  /** In the order of their changes. */
  readonly segments: readonly SegmentSpan[];
}

/** A batch, and whether it reaches to the feed's end. */
interface Batch extends JournalBatch {
  readonly atEnd: boolean;
}

const NO_RENEWAL: Renewal = { replaced: [], segments: [] };

/**
 * Keeps a server's locations on disk. It reads the change feed as a neighbour would: what changed
 * while one write was under way goes out together in the next one.
 */
export class Journal {
  readonly #parts: JournalParts;
  readonly #cursor: FeedCursor;
  /** What is on disk once the last batch that was made is. */
  #contents: JournalContents;
  #rows: number;
  #written: number;
  /** A batch that may be on disk or not. It is written again as it was: then it is. */
  #again: Batch | undefined;
  #cleaning: Cleaning | undefined;
  /** Whether a round of cleaning is to begin, although there are not too many rows. */
  #cleaningDue = false;
  #nextForgettingMs = 0;
  #state: 'ready' | 'writing' | 'waiting' | 'closing' = 'ready';
  #cancelWait: () => void = () => {};
  #cancelForgetting: (() => void) | undefined;
  #lastWrite: Promise<void> = Promise.resolve();

  constructor(parts: JournalParts, contents: JournalContents) {
    this.#parts = parts;
    this.#cursor = parts.store.openAfter(contents.state.head);
    this.#contents = contents;
    this.#rows = rowsOf(contents.segments);
    this.#written = contents.state.head;
  }

  /** For each change up to this number its location, or a newer one of the client, is on disk. */
  get written(): number {
    return this.#written;
  }

  /** Whether the last write failed. */
  get failing(): boolean {
    return this.#again !== undefined;
  }

  /** Has what the store has forgotten leave the disk too: at once, or an hour after the last time. */
  forget(): void {
    const { now, after, wake } = this.#parts;
    this.#cancelForgetting ??= after(Math.max(0, this.#nextForgettingMs - now()), () => {
      this.#cancelForgetting = undefined;
      this.#nextForgettingMs = now() + FORGET_MS;
      this.#cleaningDue = true;
      wake();
    });
  }

  /** Starts to write what has changed, unless a write is under way. */
  flush(): void {
    if (this.#state !== 'ready') return;
    const startedMs = this.#parts.now();
    const batch = this.#again ?? this.#nextBatch();
    if (batch === undefined) return;
    this.#state = 'writing';
    this.#lastWrite = this.#write(batch, startedMs);
  }

  /** Writes all that has changed, then no more. Rejects where that is not possible. */
  async close(): Promise<void> {
    await this.#lastWrite;
    this.#cancelWait();
    this.#cancelForgetting?.();
    this.#state = 'closing';
    this.#endCleaning();
    let batch = this.#again ?? this.#nextBatch();
    while (batch !== undefined) {
      await this.#parts.storage.write(batch);
      this.#noteKept(batch);
      batch = this.#nextBatch();
    }
    this.#parts.store.close(this.#cursor);
  }

  /**
   * Neighbours' positions, and the promise that `written` makes, go by the feed's end alone, and so does
   * the removal of what is no longer true. A batch that stops before the end leaves out what has
   * changed again since: the new location is not on disk then, and the one before has to stay there.
   */
  #nextBatch(): Batch | undefined {
    const { store, positions, sizes } = this.#parts;
    const { state, segments } = this.#contents;
    const { slots: changes, atEnd } = this.#readChanges();
    const merged = atEnd ? countToMerge(segments, changes.length, sizes.rowsASegment) : 0;
    const older = segments.slice(0, segments.length - merged);
    const newest = segments.slice(older.length);
    const cleaned = atEnd ? this.#clean(older, changes.length) : NO_RENEWAL;
    const next = { head: this.#cursor.number, read: atEnd ? positions() : state.read };
    if (cleaned.replaced.length === 0 && isSame(next, state)) return undefined;

    const slots = [...readAgain(store, newest), ...changes];
    const added = makeSegments(store, slots, sizes.rowsASegment);
    const kept = replaceRun(older, cleaned.replaced, spansOf(cleaned.segments));
    this.#contents = { state: next, segments: [...kept, ...spansOf(added)] };
    this.#rows = rowsOf(this.#contents.segments);
    return {
      removed: [...cleaned.replaced, ...newest],
      segments: [...cleaned.segments, ...added],
      state: next,
      atEnd,
    };
  }

  /**
   * Reads what has changed: to the end of the feed if the disk is being cleaned, or has to be since
   * changes come faster than they are written, so that the end stays away.
   */
  #readChanges(): { slots: number[]; atEnd: boolean } {
    const { store, sizes } = this.#parts;
    const isOverfull = this.#rows > OVERFULL_FACTOR * store.size + sizes.slackRows;
    const most = this.#cleaning || isOverfull ? Infinity : sizes.rowsASegment;
    const slots: number[] = [];
    while (store.peek(this.#cursor) !== NO_SLOT) {
      if (slots.length === most) return { slots, atEnd: false };
      slots.push(store.next(this.#cursor));
    }
    store.next(this.#cursor); // has its number be the head's
    return { slots, atEnd: true };
  }

  /**
   * What is cleaned with a write that reaches the end of the feed.
   *
   * @param added how many rows are written besides
   */
  #clean(segments: readonly SegmentSpan[], added: number): Renewal {
    const { rowsASegment } = this.#parts.sizes;
    const most = CLEANING_FACTOR * Math.max(rowsASegment, added);
    const renewal = this.#cleaning?.next(segments, most);
    if (renewal !== undefined) return renewal;
    this.#endCleaning();
    this.#cleaning = this.#beginCleaning();
    return this.#cleaning?.next(segments, most) ?? NO_RENEWAL;
  }

  #beginCleaning(): Cleaning | undefined {
    const { store, sizes } = this.#parts;
    const isCrowded = this.#rows > CROWDED_FACTOR * store.size + sizes.slackRows;
    if (this.#state === 'closing' || !(isCrowded || this.#cleaningDue)) return undefined;
    this.#cleaningDue = false;
    return new Cleaning(store, sizes.rowsASegment, this.#contents.state.head);
  }

  #endCleaning(): void {
    this.#cleaning?.end();
    this.#cleaning = undefined;
  }

  async #write(batch: Batch, startedMs: number): Promise<void> {
    const { storage, events, now } = this.#parts;
    try {
      await storage.write(batch);
    } catch (error) {
      if (!this.failing) events.journalFailed(toError(error));
      this.#again = batch;
      // Until this can be written the end of the feed may get far away.
      this.#cleaningDue ||= this.#cleaning !== undefined;
      this.#endCleaning();
      this.#rest(Math.max(RETRY_MS, REST_FACTOR * (now() - startedMs)));
      events.journalMoved();
      return;
    }
    if (this.failing) events.journalRecovered();
    this.#noteKept(batch);
    this.#rest(this.#restMs(batch, now() - startedMs));
    events.journalMoved();
  }

  #noteKept({ state, atEnd }: Batch): void {
    this.#again = undefined;
    if (atEnd) this.#written = state.head;
  }

  /** @param tookMs how long the last write took */
  #restMs({ atEnd }: Batch, tookMs: number): number {
    const { intervalMs } = this.#parts;
    if (intervalMs === 0) return 0;
    const isDone = atEnd && this.#cleaning === undefined;
    return Math.max(isDone ? intervalMs : 0, REST_FACTOR * tookMs);
  }

  #rest(delayMs: number): void {
    this.#state = 'waiting';
    this.#cancelWait = this.#parts.after(delayMs, () => {
      this.#state = 'ready';
      this.#parts.wake();
    });
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function spansOf(segments: readonly Segment[]): SegmentSpan[] {
  return segments.map(({ span }) => span);
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
