import { NO_SLOT } from '../../store/slot-index.ts';
import type { RecordView } from '../../store/record.ts';
import type { LocationStore } from '../../store/store.ts';
import type { SequenceNumbers } from '../vectors/sequence-numbers.ts';
import type { Vectors } from '../vectors/vectors.ts';

/** How many slots are compared in one tick: a millisecond of work. */
const SLOTS_A_TICK = 5000;
const FIRST_SLOTS = 1024;

/** What a comparison needs of the server. */
export interface ResyncOwner {
  readonly store: LocationStore;
  readonly vectors: Vectors;
  /** Removes the client of a slot again, right after the record that is there. */
  withdraw(slot: number): void;
}

/**
 * Compares all that this server has with all that a neighbour has, after the two were apart for so long
 * that tombstones were forgotten. The neighbour lists all its records. A client that is not among them, though its
 * version vector covers the record that is here, was removed there: its record is not to be here any more.
 * What the vector does not cover never came there; it stays.
 *
 * It is the rule by which sets with version vectors in place of tombstones are joined: Bieniusa et al., _An
 * Optimized Conflict-free Replicated Set_ (2012).
 */
export class Resync {
  readonly #owner: ResyncOwner;
  /** Records that came later than this change are not compared. */
  readonly #head: number;
  /** By slot: whether the neighbour has the client. */
  #listed = new Uint8Array(FIRST_SLOTS);
  /** What the neighbour had when all was listed; `undefined` before that. */
  #theirs: SequenceNumbers | undefined;
  #next = 0;

  constructor(owner: ResyncOwner) {
    this.#owner = owner;
    this.#head = owner.store.head;
  }

  get isListing(): boolean {
    return this.#theirs === undefined;
  }

  /** Notes that the neighbour has a client: after its record was taken in. */
  note({ bytes, clientStart, clientEnd }: RecordView): void {
    const slot = this.#owner.store.find(bytes, clientStart, clientEnd);
    if (slot === NO_SLOT) return;
    if (slot >= this.#listed.length) {
      const grown = new Uint8Array(Math.max(slot + 1, 2 * this.#listed.length));
      grown.set(this.#listed);
      this.#listed = grown;
    }
    this.#listed[slot] = 1;
  }

  /**
   * Notes that the neighbour has listed all.
   *
   * @param theirs its version vector by then
   */
  finishListing(theirs: SequenceNumbers): void {
    this.#theirs ??= theirs.copy();
  }

  /** Compares the next slots; whether all were. To be called once a tick, when all is listed. */
  step(): boolean {
    const { store } = this.#owner;
    const end = Math.min(this.#next + SLOTS_A_TICK, store.end);
    for (; this.#next < end; this.#next++) {
      if (this.#isRemovedThere(this.#next)) this.#owner.withdraw(this.#next);
    }
    return this.#next >= store.end;
  }

  #isRemovedThere(slot: number): boolean {
    const { store, vectors } = this.#owner;
    if (this.#listed[slot] === 1 || !store.isShown(slot)) return false;
    if (store.seqOf(slot) > this.#head) return false;
    return store.sequenceOf(slot) <= (this.#theirs?.of(vectors.originOf(slot)) ?? 0);
  }
}
