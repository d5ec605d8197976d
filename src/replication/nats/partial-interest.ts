import { signKey } from '../../store/sign-of-life.ts';
import { NO_SLOT } from '../../store/slot-index.ts';
import type { LocationStore } from '../../store/store.ts';
import type { ShareCounts } from '../cluster-counts.ts';
import type { Elsewhere, Listener, Places } from '../elsewhere.ts';
import type { Broker } from './broker.ts';
import { Listening } from './listening.ts';
import { Residents } from './residents.ts';
import { Share } from './share.ts';
import type { StreamPositions } from './stream-positions.ts';
import type { StoredMessage } from './stream.ts';
import { partitionOf, tokenOf } from './subject.ts';

/**
 * For how long what was read of a client that this server does not hold is not read again, in milliseconds: that is how
 * old an answer may be at most, and what bounds the reads where many ask for one client.
 */
const FRESH_MS = 1000;
/** How many slots are looked at a second for those of partitions that this server holds no longer: some milliseconds. */
const SLOTS_A_SWEEP = 50_000;

/** What a partial interest needs to know. */
interface PartialParts {
  readonly server: string;
  readonly store: LocationStore;
  readonly broker: Broker;
  readonly positions: StreamPositions;
  /** Takes in what a stream has of a client. */
  readonly receive: (partition: number, message: StoredMessage) => void;
  /** Whether a slot's record is on its way into its stream. */
  readonly isStoring: (slot: number) => boolean;
  /** The greatest seq of a partition's messages that has come, and of those that this server stored or read. */
  readonly seenOf: (partition: number) => number;
  readonly metOf: (partition: number) => number;
  /** Up to which change of the feed the streams have the records, or newer ones. */
  readonly storedUpTo: () => number;
  readonly after: (delayMs: number, action: () => void) => void;
  /** Called when other partitions are to be read than before. */
  readonly onChange: () => void;
  /** Milliseconds since any fixed time, and since the POSIX epoch. */
  readonly nowMs: () => number;
  readonly epochMs: () => number;
  /** The servers of the herd that can be reached, this one too. */
  readonly servers: () => readonly string[];
  /** How many clients are kept at most beside the partitions that this server holds. */
  readonly mostResidents: number;
}

/**
 * What a server holds where none holds all: some partitions of the clients, which it follows, and the documents; and of
 * the others what its own clients report and ask for, as much as there is room for. What it is asked for and does not
 * hold it reads from the stream, by the leader's word.
 */
export class PartialInterest implements Elsewhere {
  readonly #parts: PartialParts;
  readonly #share: Share;
  readonly #residents: Residents;
  readonly #listening: Listening;
  evictedUpTo = 0;
  readonly #reading = new Map<string, Promise<void>>();
  /** The clients that are kept up to date, and for how many. */
  readonly #watched = new Map<string, number>();
  #isKept: (slot: number) => boolean = () => false;
  #respond: (question: string) => Promise<string> = () => Promise.reject(new Error('not ready'));
  #followed: ReadonlySet<number> = new Set();
  /** The slot at which the look for those of partitions that are held no longer goes on; `Infinity`: there are none. */
  #swept = 0;
  /** How often what was asked for was here, and how often it was read. */
  #hits = 0;
  #misses = 0;

  constructor(parts: PartialParts) {
    this.#parts = parts;
    const partitions = parts.broker.partitions - 1;
    this.#share = new Share(parts.server, partitions);
    this.#listening = new Listening({ ...parts, partitions });
    this.#residents = new Residents(parts.mostResidents, (slot) => this.#drop(slot));
  }

  /** The partitions whose new messages are read, beside those that this server follows. */
  get listened(): ReadonlySet<number> {
    return this.#listening.partitions;
  }

  /** The partitions that this server follows, with that of the documents. */
  get followed(): ReadonlySet<number> {
    return this.#followed;
  }

  get counts(): ShareCounts {
    const { size, evicted } = this.#residents;
    const { held } = this.#share;
    return { held, residents: size, evicted, hits: this.#hits, misses: this.#misses };
  }

  /** To be called once a second: recomputes what to follow, and returns what is no longer followed. */
  update(): number[] {
    const { servers, nowMs, broker } = this.#parts;
    const before = this.#followed;
    const wanted = this.#share.update(servers(), nowMs());
    this.#followed = new Set([...wanted, broker.partitions - 1]);
    this.#listening.update(this.#followed);
    const released = [...before].filter((partition) => !this.#followed.has(partition));
    if (released.length > 0) this.#swept = 0;
    this.#sweep();
    this.#residents.makeRoom();
    for (const client of this.#watched.keys()) this.#look(client);
    return released;
  }

  /** Notes that all of a partition is here that was in its stream. */
  noteHeld(partition: number): void {
    this.#share.noteHeld(partition, this.#parts.epochMs());
  }

  /** Notes that all that follows on a message of a partition comes that is listened to. */
  noteListening(partition: number, seq: number): void {
    this.#listening.noteBegun(partition, seq);
  }

  /** Notes that a slot's record has come; unless it is of this server's share it may be dropped from now on. */
  noteCame(slot: number): void {
    if (slot === NO_SLOT || this.isShared(slot)) return;
    // How fresh it is, is not known: it may have waited.
    if (this.#residents.use(slot) === -Infinity) this.#residents.note(slot, -Infinity);
  }

  /** Notes that the connection was lost. */
  noteCutOff(): void {
    this.#listening.noteCutOff();
  }

  noteLost(partition: number): void {
    this.#share.noteLost(partition);
  }

  /** What this server says that it holds. */
  describe(): string {
    return this.#share.describe();
  }

  /** Takes in what another server said that it holds. */
  note(server: string, text: string): void {
    this.#share.note(server, text, this.#parts.nowMs());
  }

  /** Whether a slot is there since this server follows its partition. */
  isShared(slot: number): boolean {
    const { store, broker } = this.#parts;
    return this.#followed.has(partitionOf(store.clientOf(slot), broker.partitions));
  }

  /** Notes that a stream has a slot's record: unless it is of this server's share it may be dropped from now on. */
  noteStored(slot: number): void {
    if (!this.isShared(slot)) this.#residents.note(slot, -Infinity);
  }

  fetch(client: Buffer, isFresh: boolean): Promise<void> | undefined {
    if (this.#share.holds(this.partitionOf(client))) {
      this.#hits += 1;
      return undefined;
    }
    const { store, nowMs } = this.#parts;
    const slot = store.slotOf(client);
    const readMs = slot === NO_SLOT ? -Infinity : this.#residents.use(slot);
    if (!isFresh && nowMs() - readMs < FRESH_MS) {
      this.#hits += 1;
      return undefined;
    }
    return isFresh ? this.#read(client) : this.#readOnce(client);
  }

  watch(clients: readonly Buffer[]): () => void {
    const keys = clients.map((client) => client.toString('latin1'));
    for (const key of keys) {
      this.#watched.set(key, (this.#watched.get(key) ?? 0) + 1);
      this.#look(key);
    }
    return () => {
      for (const key of keys) {
        const others = (this.#watched.get(key) ?? 1) - 1;
        if (others === 0) this.#watched.delete(key);
        else this.#watched.set(key, others);
      }
    };
  }

  listen(onBroken: () => void): Listener {
    return this.#listening.listen(onBroken);
  }

  keepWhileListening(isKept: (slot: number) => boolean): void {
    this.#isKept = isKept;
  }

  get places(): Places {
    return this.#listening.places;
  }

  reach(places: Places): Promise<void> {
    return this.#listening.reach(places);
  }

  get storedUpTo(): number {
    return this.#parts.storedUpTo();
  }

  /** Reads a client that is watched, unless that was done a moment ago. */
  #look(client: string): void {
    // Where the cluster is away it is read once that is back.
    this.fetch(Buffer.from(client, 'latin1'), false)?.catch(() => {});
  }

  follows(client: Buffer): boolean {
    return (
      this.#share.holds(this.partitionOf(client)) || this.#watched.has(client.toString('latin1'))
    );
  }

  partitionOf(client: Buffer): number {
    return partitionOf(client, this.#parts.broker.partitions);
  }

  holders(): ReadonlyMap<string, ReadonlySet<number>> {
    return this.#share.holders();
  }

  isFirst(client: Buffer, sinceMs: number): boolean {
    return this.#share.isFirst(this.partitionOf(client), sinceMs);
  }

  async ask(server: string, question: string): Promise<string> {
    try {
      return await this.#parts.broker.ask(server, question);
    } catch (error) {
      this.#share.noteSilent(server);
      throw error;
    }
  }

  answer(respond: (question: string) => Promise<string>): void {
    this.#respond = respond;
  }

  /** The answer to another server's question. */
  respond(question: string): Promise<string> {
    return this.#respond(question);
  }

  /** Reads a client's record, once for all who ask for it meanwhile. */
  #readOnce(client: Buffer): Promise<void> {
    const key = client.toString('latin1');
    const reading = this.#reading.get(key);
    if (reading !== undefined) return reading;
    const begun = this.#read(client).finally(() => this.#reading.delete(key));
    this.#reading.set(key, begun);
    return begun;
  }

  async #read(client: Buffer): Promise<void> {
    const { store } = this.#parts;
    this.#misses += 1;
    const sign = signKey(client);
    try {
      await Promise.all([this.#take(client), sign === undefined ? undefined : this.#take(sign)]);
    } catch (error) {
      // Without the cluster the herd goes on from memory.
      if (store.slotOf(client) === NO_SLOT) throw error;
    }
  }

  async #take(key: Buffer): Promise<void> {
    const { broker, store, receive, nowMs } = this.#parts;
    const partition = partitionOf(key, broker.partitions);
    const askedMs = nowMs();
    const message = await broker.last(partition, tokenOf(key));
    if (message !== undefined) receive(partition, message);
    const slot = store.slotOf(key);
    if (slot !== NO_SLOT && !this.isShared(slot)) this.#residents.note(slot, askedMs);
  }

  /** Drops a slot, where that loses nothing; whether it is there no longer, or no concern of the residents any more. */
  #drop(slot: number): boolean {
    const { store, positions, isStoring } = this.#parts;
    if (!store.isUsed(slot) || this.isShared(slot)) return true;
    if (this.#listening.isOn && this.#isKept(slot)) return false;
    if (isStoring(slot) || !positions.isHeld(slot, store.seqOf(slot))) return false;
    if (this.#watched.has(store.clientOf(slot).toString('latin1'))) return false;
    positions.note(slot, 0, 0);
    this.evictedUpTo = Math.max(this.evictedUpTo, store.seqOf(slot));
    store.evict(slot);
    return true;
  }

  /** Goes on looking for slots of partitions that are followed no longer. */
  #sweep(): void {
    const { store } = this.#parts;
    const { end } = store;
    if (this.#swept >= end) return;
    const until = Math.min(end, this.#swept + SLOTS_A_SWEEP);
    for (; this.#swept < until; this.#swept++) {
      const slot = this.#swept;
      if (store.isUsed(slot) && !this.isShared(slot)) this.#residents.note(slot, -Infinity);
    }
    if (this.#swept >= end) this.#swept = Infinity;
  }
}
