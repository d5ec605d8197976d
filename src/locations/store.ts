import { ChangeFeed, type FeedCursor, type FeedEntry } from './change-feed.ts';
import { NEW_FEED, resumeNumber, type FeedHistory, type FeedPosition } from './feed-history.ts';
import { compareLocations, type Location } from './location.ts';
import { NO_NEIGHBOURS, type NeighbourSet } from './neighbour-set.ts';
import type { Nanoseconds } from '../protocol/timestamp.ts';

/** How a location compares with the one that the store held of the same client. */
export type Applied = 'newer' | 'same' | 'older';

/** Finds a client's location where it is kept besides the store. */
export type Backing = (client: string) => Location | undefined;

/** Every client's newest location, and the feed of their changes. */
export class LocationStore {
  /** Names this feed, so that a neighbour's position in another one is not taken for one in this. */
  readonly epoch: string;
  readonly #history: FeedHistory;
  readonly #entries = new Map<string, FeedEntry>();
  readonly #feed: ChangeFeed;
  #backing: Backing | undefined;
  #horizon: Nanoseconds = 0n;

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
    return this.#entries.size;
  }

  /** The number of the last change. */
  get head(): number {
    return this.#feed.head;
  }

  /** A client's newest location; `undefined` where it is not known or was forgotten. */
  get(client: string): Location | undefined {
    const location = this.#find(client)?.location;
    return location === undefined || this.#isForgotten(location) ? undefined : location;
  }

  /**
   * Takes in a location if it is newer than the one held of its client, and not one to forget.
   *
   * @param heldBy the neighbours known to hold this location: the one that it came from
   */
  apply(location: Location, heldBy: NeighbourSet = NO_NEIGHBOURS): Applied {
    if (this.#isForgotten(location)) return 'older';
    const entry = this.#find(location.client);
    if (entry === undefined) {
      this.#feed.append(this.#add(location, 0, heldBy));
      return 'newer';
    }
    const order = compareLocations(location, entry.location);
    if (order < 0) return 'older';
    if (order === 0) {
      entry.heldBy |= heldBy;
      return 'same';
    }
    entry.location = location;
    entry.heldBy = heldBy;
    this.#feed.append(entry);
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

  /** Reads the next change; `undefined` at the end of the feed, until something changes. */
  next(cursor: FeedCursor): FeedEntry | undefined {
    let entry = this.#feed.next(cursor);
    while (entry !== undefined && this.#isForgotten(entry.location))
      entry = this.#feed.next(cursor);
    return entry;
  }

  /** Ends reading. Cursors that stay open cost a little at each change. */
  close(cursor: FeedCursor): void {
    this.#feed.close(cursor);
  }

  /**
   * Forgets locations of before `horizon`: they are neither given out any more nor taken in. A
   * horizon does not go back.
   */
  forgetBefore(horizon: Nanoseconds): void {
    if (horizon > this.#horizon) this.#horizon = horizon;
  }

  /**
   * Frees the memory of what is forgotten. Looks at a number of clients a step, so that the caller
   * can let others work; each step gives the clients that it dropped.
   */
  *sweep(clientsAStep: number): Generator<string[]> {
    let dropped: string[] = [];
    let looked = 0;
    for (const [client, entry] of this.#entries) {
      if (this.#isForgotten(entry.location)) {
        this.#entries.delete(client);
        this.#feed.remove(entry);
        dropped.push(client);
      }
      looked += 1;
      if (looked % clientsAStep !== 0) continue;
      yield dropped;
      dropped = [];
    }
    yield dropped;
  }

  /**
   * Begins to take in what a journal kept: until `endRestore`, a client that is not in memory yet
   * is looked for with `backing`.
   */
  beginRestore(backing: Backing): void {
    this.#backing = backing;
  }

  /**
   * Takes in a location under the number that it had, but not yet into the feed.
   *
   * @returns its entry for `restoreToFeed`; `undefined` where the client is in memory already
   */
  restore(location: Location, number: number): FeedEntry | undefined {
    if (this.#entries.has(location.client)) return undefined;
    return this.#add(location, number, NO_NEIGHBOURS);
  }

  /**
   * Puts a restored entry at the feed's start, unless it has changed meanwhile. To be called in
   * falling order of numbers, and before any cursor is opened.
   */
  restoreToFeed(entry: FeedEntry): void {
    if (entry.number <= this.#history.head) this.#feed.prepend(entry);
  }

  endRestore(): void {
    this.#backing = undefined;
  }

  #find(client: string): FeedEntry | undefined {
    const entry = this.#entries.get(client);
    if (entry !== undefined || this.#backing === undefined) return entry;
    const location = this.#backing(client);
    if (location === undefined) return undefined;
    // Its place in the feed is not known yet: as a change of now it can only be read too often.
    const found = this.#add(location, 0, NO_NEIGHBOURS);
    this.#feed.append(found);
    return found;
  }

  #add(location: Location, number: number, heldBy: NeighbourSet): FeedEntry {
    const entry = { location, number, heldBy, previous: undefined, next: undefined };
    this.#entries.set(location.client, entry);
    return entry;
  }

  #isForgotten(location: Location): boolean {
    return location.time < this.#horizon;
  }
}
