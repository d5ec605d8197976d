import type { FeedCursor } from '../store/change-feed.ts';
import type { LocationStore } from '../store/store.ts';
import type { Contact } from '../store/contact.ts';
import type { VersionVector } from '../store/version-vector.ts';
import { formatContacts, isSameContacts } from './contacts-line.ts';
import { FrameBuffer } from './frame-buffer.ts';
import type { JournalLimits } from './journal-limits.ts';
import { beginLog, limitOf, type JournalOwner, type LogFile, type NewLog } from './log-file.ts';
import { FileGoneError, type Storage } from './storage.ts';
import { JournalCounts } from './journal-counts.ts';
import { formatVector, isSameVector } from './vector-line.ts';

/** How long after a failed write it is tried again, in milliseconds. */
const RETRY_MS = 1000;

/** What there is to know of a log while it is written. */
export interface LogEvents {
  /** A write failed: what follows is in memory alone until `onRecovered`. */
  onFailed(error: Error): void;
  onRecovered(): void;
  /** `written` or `failing` has changed. */
  onMoved(): void;
}

/** What a log needs. */
export interface LogParts {
  readonly store: LocationStore;
  readonly storage: Storage;
  readonly owner: JournalOwner;
  /** What this server has of every origin by now; `undefined` while that is not known. */
  readonly vector: () => VersionVector | undefined;
  /** When this server last had all of each neighbour. */
  readonly contacts: () => readonly Contact[];
  readonly events: LogEvents;
  /** Runs `action` after a while. */
  readonly after: (delayMs: number, action: () => void) => () => void;
  /** Asks that `flush` be called soon. */
  readonly wake: () => void;
  /** The least time between two writes, in milliseconds, unless a frame is full. */
  readonly intervalMs: number;
  /** Milliseconds since any fixed time. */
  readonly now: () => number;
  readonly limits: JournalLimits;
}

/** Where one log ends and the next begins. */
export interface Rotation {
  /** The log that begins. */
  readonly number: number;
  /** The logs before it have everything up to this change, but for what the next ones have newer. */
  readonly upTo: number;
  /** The version vector and the contacts that were noted last. */
  readonly vector: VersionVector;
  readonly contacts: readonly Contact[];
}

/** A caller that waits until a change is on disk. */
interface Waiting {
  readonly seq: number;
  readonly resolve: () => void;
}

/**
 * Writes a store's changes to a log, a frame at a time. It reads the change feed as a neighbour would: while one
 * frame is being written, the next one is filled.
 */
export class WriteAheadLog {
  readonly counts = new JournalCounts();
  readonly #parts: LogParts;
  #cursor: FeedCursor;
  #log: LogFile;
  /** The log that comes next, once it was tried to begin it. */
  #next: NewLog | undefined;
  #filling: FrameBuffer;
  #spare: FrameBuffer;
  /**
   * A frame that is to be written. Where that failed, it may be on disk or not: it is written again as
   * it was, in the same place, and then it is.
   */
  #pending: FrameBuffer | undefined;
  /** Up to which change the feed was read for what is in the logs. */
  #logged: number;
  #written: number;
  /** The version vector and the contacts that the journal has. */
  #vector: VersionVector = [];
  #contacts: readonly Contact[] = [];
  #bytes = 0;
  #state: 'ready' | 'busy' | 'waiting' | 'closed' = 'ready';
  #failing = false;
  /** Whether its file was removed under it, so that all has to be written to another one. */
  #isGone = false;
  #rotations: ((rotation: Rotation) => void)[] = [];
  #waiting: Waiting[] = [];
  #cancelWait: () => void = () => {};
  #lastTask: Promise<void> = Promise.resolve();

  /**
   * @param log a new one
   * @param head all changes up to this seq are in other files
   */
  constructor(parts: LogParts, log: LogFile, head: number) {
    this.#parts = parts;
    this.#cursor = parts.store.openAfter(head);
    this.#filling = new FrameBuffer(parts.limits.frameBytes);
    this.#spare = new FrameBuffer(parts.limits.frameBytes);
    this.#log = log;
    this.#logged = head;
    this.#written = head;
  }

  /** For each change up to this seq its record, or a newer one of the client, is on disk. */
  get written(): number {
    return this.#written;
  }

  /** Whether the last write failed. */
  get failing(): boolean {
    return this.#failing;
  }

  /** How many bytes it has written in its life. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Which log is being written. */
  get number(): number {
    return this.#log.number;
  }

  /** Notes the version vector and the contacts that are in the files before. */
  noteReplayed(vector: VersionVector, contacts: readonly Contact[]): void {
    this.#vector = vector;
    this.#contacts = contacts;
  }

  /** Takes in what has changed, and starts to write it, unless a write is under way. */
  flush(): void {
    if (this.#state === 'closed') return;
    const isAtHead = this.#gather();
    const isReady = this.#state === 'ready';
    const isUrgent = this.#state === 'waiting' && !this.#failing && this.#filling.isFull;
    if (isReady || isUrgent) this.#begin(isAtHead);
    if (!isAtHead && !this.#filling.isFull) this.#parts.wake();
  }

  /** Goes on in another file; done when that has begun. */
  rotate(): Promise<Rotation> {
    return new Promise((resolve) => {
      this.#rotations.push(resolve);
      this.#parts.wake();
    });
  }

  /** Done once `written` has come to a seq. */
  async reach(seq: number): Promise<void> {
    if (this.#written >= seq) return;
    await new Promise<void>((resolve) => this.#waiting.push({ seq, resolve }));
  }

  /** Writes all that has changed, then no more. Rejects where that is not possible. */
  async close(): Promise<void> {
    await this.#lastTask;
    this.#cancelWait();
    this.#state = 'closed';
    this.#rotations = [];
    try {
      for (;;) {
        const isAtHead = this.#gather();
        const task = this.#nextTask(isAtHead);
        if (task !== undefined) await task();
        else if (isAtHead) return;
      }
    } finally {
      this.#parts.store.close(this.#cursor);
      await this.#log.file.close();
    }
  }

  /** Copies what has changed into the frame that is being filled; returns whether that was all. */
  #gather(): boolean {
    const { store, limits, now } = this.#parts;
    const frame = this.#filling;
    const isAtHead = frame.fill(store, this.#cursor, limits.gatheredChanges);
    if (frame.sinceMs === undefined && !frame.isEmpty) frame.sinceMs = now();
    return isAtHead;
  }

  #begin(isAtHead: boolean): void {
    const task = this.#nextTask(isAtHead);
    if (task === undefined) return;
    this.#cancelWait();
    this.#state = 'busy';
    this.#lastTask = this.#run(task);
  }

  /** What is to be done next on the disk; `undefined` where that is nothing. */
  #nextTask(isAtHead: boolean): (() => Promise<void>) | undefined {
    if (this.#isGone) return () => this.#beginAnew();
    if (this.#pending === undefined && this.#rotations.length > 0) return () => this.#beginNext();
    this.#pending ??= this.#take(isAtHead);
    const frame = this.#pending;
    if (frame === undefined) {
      if (isAtHead) this.#noteWritten(this.#parts.store.head); // what is not there was forgotten
      return undefined;
    }
    return frame.last > this.#log.limit ? () => this.#beginNext() : () => this.#write(frame);
  }

  /**
   * The frame that was filled; `undefined` where there is nothing in it. The version vector speaks of all that
   * this server has, so it is noted only behind all changes.
   */
  #take(isAtHead: boolean): FrameBuffer | undefined {
    const frame = this.#filling;
    const vector = isAtHead ? this.#parts.vector() : undefined;
    if (vector !== undefined && !isSameVector(vector, this.#vector)) {
      frame.line(formatVector(vector));
      this.#vector = vector;
    }
    const contacts = vector === undefined ? this.#contacts : this.#parts.contacts();
    if (!isSameContacts(contacts, this.#contacts)) frame.line(formatContacts(contacts));
    this.#contacts = contacts;
    if (frame.isEmpty) return undefined;
    this.#filling = this.#spare;
    this.#filling.clear();
    this.#spare = frame;
    return frame;
  }

  async #run(task: () => Promise<void>): Promise<void> {
    const { events, intervalMs } = this.#parts;
    try {
      await task();
    } catch (error) {
      this.counts.failures += 1;
      this.#isGone ||= error instanceof FileGoneError;
      if (!this.#failing) events.onFailed(toError(error));
      this.#failing = true;
      this.#rest(RETRY_MS);
      events.onMoved();
      return;
    }
    if (this.#failing) events.onRecovered();
    this.#failing = false;
    this.#rest(intervalMs);
    events.onMoved();
  }

  #rest(delayMs: number): void {
    const { after, wake } = this.#parts;
    this.#state = 'waiting';
    this.#cancelWait = after(delayMs, () => {
      this.#state = 'ready';
      wake();
    });
  }

  async #write(frame: FrameBuffer): Promise<void> {
    const { now } = this.#parts;
    const beginMs = now();
    const bytes = frame.seal();
    const log = this.#log;
    await log.file.write(bytes, log.position);
    await log.file.sync();
    this.counts.noteWritten(now() - beginMs, now() - (frame.sinceMs ?? beginMs));
    log.position += bytes.length;
    this.#bytes += bytes.length;
    this.#pending = undefined;
    this.#logged = Math.max(this.#logged, frame.last);
    this.#noteWritten(frame.covers);
  }

  #noteWritten(seq: number): void {
    if (seq <= this.#written) return;
    this.#written = seq;
    const reached = this.#waiting.filter((waiting) => waiting.seq <= seq);
    this.#waiting = this.#waiting.filter((waiting) => waiting.seq > seq);
    for (const { resolve } of reached) resolve();
    this.#parts.events.onMoved();
  }

  /** Begins the next log, and ends this one. */
  async #beginNext(): Promise<void> {
    const { store, storage, owner } = this.#parts;
    // A second try is to have the same name: there would be two.
    this.#next ??= { number: this.#log.number + 1, head: this.#logged, limit: limitOf(store.head) };
    const ended = this.#log;
    this.#log = await beginLog(storage, owner, this.#next);
    this.#next = undefined;
    const [vector, contacts] = [this.#vector, this.#contacts];
    const rotation = { number: this.#log.number, upTo: this.#logged, vector, contacts };
    for (const resolve of this.#rotations.splice(0)) resolve(rotation);
    await ended.file.close();
  }

  /** Begins a journal where the one before was removed: all that the store has is to be written. */
  async #beginAnew(): Promise<void> {
    const { store, storage, owner, vector } = this.#parts;
    if (vector() === undefined) throw new FileGoneError('what is being read of the journal');
    await storage.requireEmpty();
    const ended = this.#log;
    this.#log = await beginLog(storage, owner, { number: 1, head: 0, limit: limitOf(store.head) });
    store.close(this.#cursor);
    this.#cursor = store.openAfter(0);
    this.#filling.clear();
    [this.#pending, this.#next, this.#isGone] = [undefined, undefined, false];
    [this.#logged, this.#written, this.#vector, this.#contacts] = [0, 0, [], []];
    await ended.file.close();
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
