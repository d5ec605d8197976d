import type { Clock } from '../../transport/channel.ts';
import type { FeedCursor } from '../../store/change-feed.ts';
import type { LocationStore } from '../../store/store.ts';
import { formatRecord } from './record-message.ts';
import type { BrokerCause } from './cause.ts';
import type { StreamPositions } from './stream-positions.ts';
import type { Stored, StoredMessage, Streams } from './stream.ts';
import { partitionOf, tokenOf } from './subject.ts';

/**
 * How many records are stored at once at most, one a client: enough for a cluster that takes 10 ms a record to take
 * 100,000 a second, and little memory. The others stay in the feed, each client once at its latest.
 */
const MAX_STORING = 1024;
/** How many changes of the feed are looked at in one tick: a fraction of a millisecond. */
const MAX_LOOKED_AT = 4096;
/** How often a record that meets another one is tried at once, before it waits as after a failure. */
const MAX_CONFLICTS = 5;
/** How long a record that could not be stored waits, in milliseconds; twice as long after each further failure. */
const RETRY_MS = { first: 100, most: 5000 };
/**
 * How long a record that another server accepted, and that the streams have lost, waits for that server to store it
 * again, in milliseconds.
 */
const OTHERS_WAIT_MS = 2000;

/** Why a record waits that has met too many others. */
const CONTENDED: BrokerCause = { code: 'store', detail: 'others store the same client each time' };

/** A client's record on its way into its stream. */
interface Storing {
  readonly slot: number;
  readonly key: Buffer;
  readonly partition: number;
  readonly token: string;
  /** The seq in the feed of the oldest change of the client that is not stored. */
  readonly seq: number;
  conflicts: number;
  failures: number;
}

/** What a writer needs to know. */
interface WriterParts {
  readonly store: LocationStore;
  readonly streams: Streams;
  readonly positions: StreamPositions;
  readonly clock: Clock;
  /** Milliseconds since any fixed time. */
  readonly nowMs: () => number;
  /** Whether the record of a slot is one that this server accepted. */
  readonly isOwn: (slot: number) => boolean;
  /** Whether the streams may lack the record of a slot. */
  readonly mayLack: (slot: number) => boolean;
  /** Told of a slot whose record a stream has. */
  readonly onStored: (slot: number) => void;
  /** Takes in a record that another server has stored. */
  readonly receive: (partition: number, message: StoredMessage) => void;
  /** Called when something was stored: there may be more to write, and `confirmed` may have risen. */
  readonly wake: () => void;
}

/**
 * Stores what the streams lack, each client's newest record. It reads the feed, so while the cluster is away or slow
 * nothing piles up: a client is stored once, at its latest. A client has one record on its way at a time, and replaces
 * the message that was known when it was sent: where another server's came between, the newer one of the two stays.
 */
export class StreamWriter {
  readonly #parts: WriterParts;
  /** Reads what changes from now on. */
  #live: FeedCursor | undefined;
  /** Reads what there was at the start, once it is known what of that the streams have. */
  #backlog: { readonly cursor: FeedCursor; readonly upTo: number } | undefined;
  #hasWrittenBacklog = false;
  /** The feed's head at the start. */
  #startedAt = 0;
  /** Since when whatever was tried has failed, and why at first; `undefined`: the last one did not. */
  #failing: { readonly sinceMs: number; readonly cause: BrokerCause } | undefined;
  /** By the slots of their clients. */
  readonly #storing = new Map<number, Storing>();
  readonly #waiting = new Map<Storing, () => void>();

  constructor(parts: WriterParts) {
    this.#parts = parts;
    this.written = Array.from({ length: parts.streams.partitions }, () => 0);
  }

  /** Begins with what changes from now on. */
  start(): void {
    const { store } = this.#parts;
    this.#startedAt = store.head;
    this.#live = store.openAfter(store.head);
  }

  /** Goes on with all else that the streams lack: what they have is known now. */
  startBacklog(): void {
    const { store } = this.#parts;
    this.#endBacklog();
    this.#hasWrittenBacklog = false;
    this.#backlog = { cursor: store.openAfter(0), upTo: store.head };
  }

  /** How many records are on their way or wait. */
  get storing(): number {
    return this.#storing.size;
  }

  /** For how long nothing could be stored though it was tried, in milliseconds; 0: the last one was. */
  get failingMs(): number {
    return this.#failing === undefined ? 0 : this.#parts.nowMs() - this.#failing.sinceMs;
  }

  /** Why nothing could be stored at first; `undefined`: the last one was. */
  get failure(): BrokerCause | undefined {
    return this.#failing?.cause;
  }

  /** Whether a slot's record is on its way, or waits. */
  isStoring(slot: number): boolean {
    return this.#storing.has(slot);
  }

  /** Of each partition the greatest seq of a message that this server stored, or met there. */
  readonly written: number[];

  /** For each change of the feed up to this seq the streams have its record or a newer one of the client. */
  get storedUpTo(): number {
    return this.#hasWrittenBacklog ? this.#lowest(0) : 0;
  }

  /** The same for the changes since this server started, whatever there was before. */
  get confirmed(): number {
    return this.#lowest(this.#startedAt);
  }

  #lowest(after: number): number {
    let lowest = this.#live?.seq ?? 0;
    for (const { seq } of this.#storing.values())
      if (seq > after) lowest = Math.min(lowest, seq - 1);
    return lowest;
  }

  /** Sends what the streams lack, as much as may be on its way. */
  write(): void {
    const { streams } = this.#parts;
    if (!streams.isConnected || this.#live === undefined) return;
    this.#read(this.#live);
    if (this.#backlog === undefined) return;
    const { cursor, upTo } = this.#backlog;
    const isAtEnd = this.#read(cursor) || cursor.seq >= upTo;
    if (!isAtEnd) return;
    this.#endBacklog();
    this.#hasWrittenBacklog = true;
  }

  /** Notes that the last message of a slot's client, of this seq, is older than its record. */
  noteBehind(slot: number, seq: number): void {
    const { store, positions, isOwn } = this.#parts;
    if (seq <= positions.last(slot)) return; // a later message is known
    positions.note(slot, seq, 0);
    if (this.#storing.has(slot)) return;
    const storing = this.#begin(slot, store.seqOf(slot));
    if (isOwn(slot)) this.#send(storing);
    else this.#sendLater(storing, OTHERS_WAIT_MS);
  }

  /** Takes nothing that is on its way into a partition for stored: its stream was lost. */
  clear(partition: number): void {
    this.written[partition] = 0;
    this.#hasWrittenBacklog = false; // what was stored is to be stored again
    for (const [slot, storing] of this.#storing) {
      if (storing.partition !== partition) continue;
      const again = { ...storing };
      this.#waiting.get(storing)?.();
      this.#waiting.delete(storing);
      this.#storing.set(slot, again);
      this.#sendLater(again, RETRY_MS.first);
    }
  }

  /** Tries again at once what waits: the cluster is back. */
  retry(): void {
    for (const storing of this.#waiting.keys()) this.#sendNow(storing);
  }

  /** Ends writing, for good. */
  stop(): void {
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
    this.#storing.clear();
    this.#endBacklog();
    if (this.#live !== undefined) this.#parts.store.close(this.#live);
    this.#live = undefined;
  }

  /** Sends what a cursor has to read, while there is room; whether it is at the end. */
  #read(cursor: FeedCursor): boolean {
    const { store, positions, mayLack, wake } = this.#parts;
    const room = MAX_STORING - this.#storing.size;
    if (room <= 0) return false;
    const isAtEnd = store.readRecords(cursor, Math.min(room, MAX_LOOKED_AT), (slot, seq) => {
      // What is on its way is looked at again when it has come there.
      if (this.#storing.has(slot) || positions.isHeld(slot, seq)) return;
      if (mayLack(slot)) this.#send(this.#begin(slot, seq));
    });
    if (!isAtEnd) wake();
    return isAtEnd;
  }

  #begin(slot: number, seq: number): Storing {
    const { store, streams } = this.#parts;
    const key = Buffer.from(store.clientOf(slot));
    const partition = partitionOf(key, streams.partitions);
    const storing = { slot, key, partition, token: tokenOf(key), seq, conflicts: 0, failures: 0 };
    this.#storing.set(slot, storing);
    return storing;
  }

  #send(storing: Storing): void {
    const { store, streams, positions } = this.#parts;
    const { slot, partition, token } = storing;
    const change = store.seqOf(slot);
    const bytes = formatRecord(store, slot);
    const stored = streams.store(partition, token, bytes, positions.last(slot));
    void stored.then((result) => this.#settle(storing, result, change));
  }

  /** @param change what was sent was the client's record as of this change of the feed */
  #settle(storing: Storing, result: Stored, change: number): void {
    if (this.#storing.get(storing.slot) !== storing) return; // this server stops, or the stream was lost
    if (result.kind === 'stored') this.#noteStored(storing, result.seq, change);
    else if (result.kind === 'failed') this.#noteFailed(storing, result.cause);
    else this.#noteConflict(storing);
  }

  #noteStored(storing: Storing, seq: number, change: number): void {
    const { slot, partition } = storing;
    this.#failing = undefined;
    this.#noteWritten(partition, seq);
    if (this.#isGone(storing)) return this.#end(storing);
    const { positions } = this.#parts;
    if (seq > positions.last(slot)) positions.note(slot, seq, change);
    this.#goOn({ ...storing, seq: this.#parts.store.seqOf(slot), conflicts: 0, failures: 0 });
  }

  /** Somebody else stored a record of the client meanwhile. */
  #noteConflict(storing: Storing): void {
    storing.conflicts += 1;
    this.#parts.streams.last(storing.partition, storing.token).then(
      (message) => this.#noteLast(storing, message),
      (error: unknown) => this.#noteFailed(storing, { code: 'store', detail: String(error) }),
    );
  }

  #noteLast(storing: Storing, message: StoredMessage | undefined): void {
    if (this.#storing.get(storing.slot) !== storing) return;
    const { receive, positions } = this.#parts;
    if (message !== undefined) {
      receive(storing.partition, message);
      this.#noteWritten(storing.partition, message.seq);
    }
    if (this.#isGone(storing)) return this.#end(storing);
    // What there was is not there any more: the stream has dropped it.
    if (message === undefined) positions.note(storing.slot, 0, 0);
    if (storing.conflicts % MAX_CONFLICTS === 0) this.#noteFailed(storing, CONTENDED);
    else this.#goOn(storing);
  }

  #noteWritten(partition: number, seq: number): void {
    this.written[partition] = Math.max(this.written[partition] ?? 0, seq);
  }

  #noteFailed(storing: Storing, cause: BrokerCause): void {
    if (this.#storing.get(storing.slot) !== storing) return;
    this.#failing ??= { sinceMs: this.#parts.nowMs(), cause };
    const delayMs = Math.min(RETRY_MS.first * 2 ** storing.failures, RETRY_MS.most);
    storing.failures += 1;
    this.#sendLater(storing, delayMs);
  }

  /** Ends where the streams have the client's record by now, or else sends what it is by now. */
  #goOn(storing: Storing): void {
    const { store, positions } = this.#parts;
    const { slot } = storing;
    if (positions.isHeld(slot, store.seqOf(slot))) return this.#end(storing);
    this.#storing.set(slot, storing);
    this.#send(storing);
  }

  #sendLater(storing: Storing, delayMs: number): void {
    this.#waiting.set(
      storing,
      this.#parts.clock.after(delayMs, () => this.#sendNow(storing)),
    );
  }

  #sendNow(storing: Storing): void {
    this.#waiting.get(storing)?.();
    this.#waiting.delete(storing);
    if (this.#storing.get(storing.slot) !== storing) return;
    this.#parts.wake(); // what waits for it may have waited for too long
    if (this.#isGone(storing)) return this.#end(storing);
    if (this.#parts.streams.isConnected) this.#goOn(storing);
    else this.#sendLater(storing, RETRY_MS.most);
  }

  /** Whether the client was forgotten meanwhile: its slot is free, or another client's. */
  #isGone({ slot, key }: Storing): boolean {
    return this.#parts.store.slotOf(key) !== slot;
  }

  #end({ slot, key }: Storing): void {
    this.#storing.delete(slot);
    if (this.#parts.store.slotOf(key) === slot) this.#parts.onStored(slot);
    this.#parts.wake();
  }

  #endBacklog(): void {
    if (this.#backlog !== undefined) this.#parts.store.close(this.#backlog.cursor);
    this.#backlog = undefined;
  }
}
