import type { VersionVector } from '../store/version-vector.ts';
import type { JournalStatus } from './journal-counts.ts';
import { parseFileName, partName, snapshotName } from './journal-file-name.ts';
import type { OpenedJournal } from './open-journal.ts';
import { Replay, type Replayed } from './replay.ts';
import { writeSnapshot } from './snapshot.ts';
import { WriteAheadLog, type LogEvents, type LogParts } from './write-ahead-log.ts';

/**
 * A snapshot is taken when the logs have so many times the size of the last one, and the slack. So
 * a journal takes about three times the room of its records, and a record is written twice or three times.
 */
const GROWTH_FACTOR = 1;
/** How often at most one is taken because something was forgotten, in milliseconds. */
const FORGET_MS = 3_600_000;
/** How long after a snapshot that failed the next one is tried, in milliseconds. */
const RETRY_MS = 60_000;

/** What there is to know of a journal while it runs. */
export interface JournalEvents extends LogEvents {
  /** A snapshot is on disk, in place of all that was before it. */
  onCompacted(sizeBytes: number): void;
  /** One could not be written: the logs stay. */
  onCompactionFailed(error: Error): void;
}

/** What a journal needs. */
export interface JournalParts extends LogParts {
  readonly events: JournalEvents;
  /** What this server has of every origin by now; asked for once the replay is through. */
  readonly vector: () => VersionVector;
  /** Lets others work, for an iteration of the event loop. */
  readonly yield: () => Promise<void>;
}

/** Keeps a server's locations on disk, in a write-ahead log and in snapshots that take the place of its past. */
export class Journal {
  readonly #parts: JournalParts;
  readonly #opened: OpenedJournal;
  readonly #log: WriteAheadLog;
  readonly #stopping = new AbortController();
  #replay: Promise<Replayed> | undefined;
  #replaying: boolean;
  /** The snapshot that is being written. */
  #snapshot: { readonly abort: AbortController; readonly done: Promise<void> } | undefined;
  /** Whether one is to be taken whatever the logs' size. */
  #isDue = false;
  #nextMs = 0;
  #snapshotBytes: number;
  #snapshots = 0;
  /** The first log after the last snapshot, and how many bytes there are in the logs from there on. */
  #firstLog: number;
  #logBytes: number;
  #nextForgettingMs = 0;
  #cancelForgetting: (() => void) | undefined;

  constructor(parts: JournalParts, opened: OpenedJournal) {
    this.#parts = parts;
    this.#opened = opened;
    this.#replaying = opened.files.length > 0;
    const { files, log, head } = opened;
    const vector = (): VersionVector | undefined => (this.#replaying ? undefined : parts.vector());
    const events = { ...parts.events, onFailed: (error: Error) => this.#logFailed(error) };
    this.#log = new WriteAheadLog({ ...parts, vector, events }, log, head);
    this.#snapshotBytes = sizeOf(files.filter(({ kind }) => kind === 'snapshot'));
    this.#logBytes = sizeOf(files.filter(({ kind }) => kind === 'log'));
    this.#firstLog = files[0]?.number ?? log.number;
  }

  /** For each change up to this seq its record, or a newer one of the client, is on disk. */
  get written(): number {
    return this.#log.written;
  }

  /** Whether the last write failed. */
  get failing(): boolean {
    return this.#log.failing;
  }

  /** Whether there is something that was kept and is not in the store yet. */
  get replaying(): boolean {
    return this.#replaying;
  }

  get status(): JournalStatus {
    const { counts, failing, written, bytes } = this.#log;
    return {
      isReplaying: this.#replaying,
      isFailing: failing,
      pendingChanges: Math.max(0, this.#parts.store.head - written),
      writes: counts.writes.snapshot(),
      delays: counts.delays.snapshot(),
      failures: counts.failures,
      writtenBytes: bytes,
      sizeBytes: this.#snapshotBytes + this.#logBytes + bytes,
      snapshots: this.#snapshots,
    };
  }

  /** How many bytes are to be replayed. */
  get replayBytes(): number {
    return sizeOf(this.#opened.files);
  }

  /**
   * Puts what was kept into the store, while others use it. To be called once.
   *
   * Rejects where the journal is closed before it is through.
   */
  replay(): Promise<Replayed> {
    this.#replay = this.#runReplay();
    return this.#replay;
  }

  /** Takes in what has changed, and starts to write it, unless a write is under way. */
  flush(): void {
    this.#log.flush();
    if (this.#snapshot === undefined && this.#isSnapshotDue()) this.#beginSnapshot();
  }

  /** Has what the store has forgotten leave the disk too: at once, or an hour after the last time. */
  forget(): void {
    const { now, after, wake } = this.#parts;
    this.#cancelForgetting ??= after(Math.max(0, this.#nextForgettingMs - now()), () => {
      this.#cancelForgetting = undefined;
      this.#nextForgettingMs = now() + FORGET_MS;
      this.#isDue = true;
      wake();
    });
  }

  /** Writes all that has changed, then no more. Rejects where that is not possible. */
  async close(): Promise<void> {
    this.#cancelForgetting?.();
    this.#stopping.abort();
    this.#snapshot?.abort.abort();
    await this.#replay?.catch(() => {});
    await this.#snapshot?.done;
    await this.#log.close();
  }

  async #runReplay(): Promise<Replayed> {
    const { store, storage, wake, limits, yield: pause } = this.#parts;
    const { files, head } = this.#opened;
    const { signal } = this.#stopping;
    const replay = new Replay({ store, storage, files, head, pause, limits, signal });
    const replayed = await replay.run();
    this.#log.noteReplayed(replayed.vector, replayed.contacts);
    this.#isDue ||= replayed.damaged.length > 0;
    this.#replaying = false;
    wake();
    return replayed;
  }

  #logFailed(error: Error): void {
    this.#snapshot?.abort.abort(); // the room that it takes may be what is missing
    this.#parts.events.onFailed(error);
  }

  #isSnapshotDue(): boolean {
    if (this.#replaying || this.failing || this.#stopping.signal.aborted) return false;
    if (this.#parts.now() < this.#nextMs) return false;
    const { limits } = this.#parts;
    const bytes = this.#logBytes + this.#log.bytes;
    return (
      this.#isDue ||
      bytes > GROWTH_FACTOR * this.#snapshotBytes + limits.slackBytes ||
      this.#log.number - this.#firstLog >= limits.logs
    );
  }

  #beginSnapshot(): void {
    const abort = new AbortController();
    const done = this.#takeSnapshot(abort.signal).finally(() => {
      this.#snapshot = undefined;
    });
    this.#snapshot = { abort, done };
  }

  async #takeSnapshot(signal: AbortSignal): Promise<void> {
    const { events, now } = this.#parts;
    this.#isDue = false;
    try {
      events.onCompacted(await this.#compact(signal));
      this.#snapshots += 1;
    } catch (error) {
      this.#isDue = true;
      this.#nextMs = now() + RETRY_MS;
      if (!signal.aborted) events.onCompactionFailed(toError(error));
    }
  }

  /** Begins another log, and puts a snapshot in the place of those before it; returns its size in bytes. */
  async #compact(signal: AbortSignal): Promise<number> {
    const { store, storage, owner, now, after, limits } = this.#parts;
    const { herd, server, epoch } = owner;
    const { number, upTo: head, ...notes } = await orAborted(this.#log.rotate(), signal);
    const begunBytes = this.#log.bytes;
    const name = snapshotName(number);
    const pause = (delayMs: number): Promise<void> =>
      new Promise((resolve) => after(delayMs, resolve));
    const header = { kind: 'snapshot', herd, server, epoch, head } as const;
    try {
      const parts = { store, storage, now, pause, limits, signal };
      const sizeBytes = await writeSnapshot(parts, name, header, notes);
      // What changed meanwhile is not in it but in the log: it may count once that is on disk.
      await orAborted(this.#log.reach(store.head), signal);
      await storage.rename(partName(name), name);
      await storage.syncNames();
      [this.#snapshotBytes, this.#logBytes, this.#firstLog] = [sizeBytes, -begunBytes, number];
      await this.#removeBefore(number);
      return sizeBytes;
    } catch (error) {
      await storage.remove(partName(name)).catch(() => {}); // the next start removes it
      throw error;
    }
  }

  /** Removes the files in whose place a snapshot is. */
  async #removeBefore(number: number): Promise<void> {
    const { storage } = this.#parts;
    for (const { name } of await storage.list()) {
      const file = parseFileName(name);
      if (file === undefined || file.kind === 'part') continue;
      if (file.number < number) await storage.remove(name);
    }
  }
}

function sizeOf(files: readonly { readonly sizeBytes: number }[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Rejects where the signal ends the wait. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    signal.addEventListener('abort', () => reject(toError(signal.reason)), { once: true });
    promise.then(resolve, reject);
  });
}
