import type { AtLine } from '../protocol/at-line.ts';
import type { ByteWriter } from '../protocol/byte-writer.ts';
import { compareInstants, type Instant } from '../protocol/timestamp.ts';
import { ChangeFeed, type FeedCursor } from './change-feed.ts';
import { FIRST_CAPACITY, grown } from './columns.ts';
import { NEW_FEED, resumeNumber, type FeedHistory, type FeedPosition } from './feed-history.ts';
import { LocationTable } from './location-table.ts';
import { locationOf, type Location } from './location.ts';
import type { OriginDigests } from './origin-digests.ts';
import { NO_NEIGHBOURS, type NeighbourSet } from './neighbour-set.ts';
import { NO_SLOT } from './slot-index.ts';

/** How a location compares with the one that the store held of the same client. */
export type Applied = 'newer' | 'same' | 'older';

/**
 * Every client's newest location, and the feed of their changes. A location is known by its slot, a
 * small number that is its client's until it is forgotten.
 */
export class LocationStore {
  /** Names this feed, so that a neighbour's position in another one is not taken for one in this. */
  readonly epoch: string;
  readonly #history: FeedHistory;
  readonly #table = new LocationTable();
  readonly #feed: ChangeFeed;
  /** Of each slot the neighbours known to hold this very location. */
  #heldBy = new Int32Array(FIRST_CAPACITY);
  #digests: OriginDigests | undefined;
  #horizon: Instant = { seconds: 0, nanoseconds: 0 };

  /**
   * @param epoch a text without white space that no other feed has, such as a random number
   * @param history the feeds that this one goes on from, where a journal kept them
   */
  constructor(epoch: string, history: FeedHistory = NEW_FEED) {
    this.epoch = epoch;
    this.#history = history;
    this.#feed = new ChangeFeed(history.head);
  }

  /** How many clients there are. */
  get size(): number {
    return this.#table.size;
  }

  /** The number of the last change. */
  get head(): number {
    return this.#feed.head;
  }

  /** The newest location of the client whose ID the bytes are; `undefined` where it is not known or was forgotten. */
  get(bytes: Uint8Array, start = 0, end = bytes.length): Location | undefined {
    const slot = this.#table.find(bytes, start, end);
    if (slot === NO_SLOT || this.#isForgotten(slot)) return undefined;
    return locationOf(this.#table.lineOf(slot));
  }

  /** Whether a client is known and not forgotten. */
  has(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    const slot = this.#table.find(bytes, start, end);
    return slot !== NO_SLOT && !this.#isForgotten(slot);
  }

  /**
   * Takes in a location if it is newer than the one held of its client, and not one to forget. What
   * is kept is copied.
   *
   * @param heldBy the neighbours known to hold this location: the one that it came from
   */
  apply(line: AtLine, heldBy: NeighbourSet = NO_NEIGHBOURS): Applied {
    if (compareInstants(line.time, this.#horizon) < 0) return 'older';
    const slot = this.#table.find(line.bytes, line.clientStart, line.clientEnd);
    if (slot === NO_SLOT) {
      this.#append(this.#add(line), heldBy);
      return 'newer';
    }
    const order = this.#table.compare(line, slot);
    if (order < 0) return 'older';
    if (order === 0) {
      this.#heldBy[slot] = this.heldBy(slot) | heldBy;
      return 'same';
    }
    this.#table.replace(slot, line);
    this.#append(slot, heldBy);
    return 'newer';
  }

  /** Opens a cursor after a neighbour's position; one that is not of this feed reads from the start. */
  open(position: FeedPosition | undefined): FeedCursor {
    return this.openAfter(resumeNumber(position, this.epoch, this.head, this.#history));
  }

  /** Opens a cursor that reads what changed after the change `number` of this feed. */
  openAfter(number: number): FeedCursor {
    return this.#feed.open(number);
  }

  /** The next change's slot, which is still to be read; `NO_SLOT` at the end of the feed. */
  peek(cursor: FeedCursor): number {
    let slot = this.#feed.peek(cursor);
    while (slot !== NO_SLOT && this.#isForgotten(slot)) {
      this.#feed.next(cursor);
      slot = this.#feed.peek(cursor);
    }
    return slot;
  }

  /** Reads the next change's slot; `NO_SLOT` at the end of the feed, until something changes. */
  next(cursor: FeedCursor): number {
    this.peek(cursor); // passes over what is forgotten
    return this.#feed.next(cursor);
  }

  /** Ends reading. Cursors that stay open cost a little at each change. */
  close(cursor: FeedCursor): void {
    this.#feed.close(cursor);
  }

  /** The number of the change that put a slot where it is in the feed. */
  numberOf(slot: number): number {
    return this.#feed.numberOf(slot);
  }

  /** The neighbours known to hold a slot's very location, since it came from them. */
  heldBy(slot: number): NeighbourSet {
    return this.#heldBy[slot] ?? NO_NEIGHBOURS;
  }

  /**
   * Origins have numbers from 1 to 255, as they come, and 0 is for those beyond: this is the number
   * of a slot's.
   */
  originOf(slot: number): number {
    return this.#table.originOf(slot);
  }

  /** The number of the origin whose name the bytes are; 0 where it has none. */
  findOrigin(bytes: Buffer, start = 0, end = bytes.length): number {
    return this.#table.servers.find(bytes, start, end);
  }

  /** The name of the origin that has a number. */
  originName(origin: number): string {
    return this.#table.servers.name(origin).toString('latin1');
  }

  /** Begins to sum up what is held of each origin; gives the same sums each time. */
  digestOrigins(): OriginDigests {
    this.#digests = this.#table.digestOrigins();
    return this.#digests;
  }

  /** Writes a slot's location as its `AT` line, without a line end. */
  writeLine(slot: number, out: ByteWriter): void {
    this.#table.writeLine(slot, out);
  }

  /**
   * Forgets locations of before `horizon`: they are neither given out any more nor taken in. A
   * horizon does not go back.
   */
  forgetBefore(horizon: Instant): void {
    if (compareInstants(horizon, this.#horizon) > 0) this.#horizon = horizon;
  }

  /**
   * Frees the memory of what is forgotten. Looks at a number of slots a step, so that the caller
   * can let others work; each step gives how many clients it dropped.
   */
  *sweep(slotsAStep: number): Generator<number> {
    let dropped = 0;
    for (let slot = 0; slot < this.#table.end; slot++) {
      if (this.#table.isUsed(slot) && this.#isForgotten(slot)) {
        this.#feed.remove(slot);
        this.#table.remove(slot);
        dropped += 1;
      }
      if ((slot + 1) % slotsAStep !== 0) continue;
      yield dropped;
      dropped = 0;
    }
    yield dropped;
  }

  /**
   * Takes in what a journal kept, under the number that it had. To be called in rising order of
   * numbers, and before any cursor is opened: a later one takes the place of the client's one before.
   */
  restore(line: AtLine, number: number): void {
    const slot = this.#table.find(line.bytes, line.clientStart, line.clientEnd);
    const isForgotten = compareInstants(line.time, this.#horizon) < 0;
    if (slot === NO_SLOT && isForgotten) return;
    if (slot !== NO_SLOT) this.#table.replace(slot, line);
    const restored = slot === NO_SLOT ? this.#add(line) : slot;
    this.#heldBy[restored] = NO_NEIGHBOURS;
    this.#feed.appendAs(restored, number);
  }

  #add(line: AtLine): number {
    const slot = this.#table.add(line);
    if (slot >= this.#heldBy.length) {
      this.#heldBy = grown(this.#heldBy, Int32Array, this.#table.capacity);
      this.#feed.grow(this.#table.capacity);
    }
    return slot;
  }

  #append(slot: number, heldBy: NeighbourSet): void {
    this.#heldBy[slot] = heldBy;
    this.#feed.append(slot);
    this.#digests?.reached(this.#feed.head);
  }

  #isForgotten(slot: number): boolean {
    return this.#table.isBefore(slot, this.#horizon);
  }
}
