import { ChangeFeed, type FeedCursor, type FeedEntry } from './change-feed.ts';
import { compareLocations, type Location } from './location.ts';
import { NO_NEIGHBOURS, type NeighbourSet } from './neighbour-set.ts';

/** How a location compares with the one that the store held of the same client. */
export type Applied = 'newer' | 'same' | 'older';

/** A place in one server's change feed, as its neighbours remember it. */
export interface FeedPosition {
  /** Which life of the feed: numbers of different epochs have nothing to do with one another. */
  readonly epoch: string;
  /** All changes up to this number have been read. */
  readonly number: number;
}

/** Every client's newest location, and the feed of their changes. */
export class LocationStore {
  /** Names this feed, so that a neighbour's position in another one is not taken for one in this. */
  readonly epoch: string;
  readonly #entries = new Map<string, FeedEntry>();
  readonly #feed = new ChangeFeed();

  /** @param epoch a text without white space that no other feed has, such as a random number */
  constructor(epoch: string) {
    this.epoch = epoch;
  }

  /** How many clients there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** The number of the last change. */
  get head(): number {
    return this.#feed.head;
  }

  get(client: string): Location | undefined {
    return this.#entries.get(client)?.location;
  }

  /**
   * Takes in a location if it is newer than the one held of its client.
   *
   * @param heldBy the neighbours known to hold this location: the one that it came from
   */
  apply(location: Location, heldBy: NeighbourSet = NO_NEIGHBOURS): Applied {
    const entry = this.#entries.get(location.client);
    if (entry === undefined) {
      const added = { location, number: 0, heldBy, previous: undefined, next: undefined };
      this.#entries.set(location.client, added);
      this.#feed.append(added);
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

  /** Opens a cursor after `position`; one that is not of this feed reads from the start. */
  open(position: FeedPosition | undefined): FeedCursor {
    const known = position?.epoch === this.epoch && position.number <= this.head;
    return this.#feed.open(known ? position.number : 0);
  }

  /** Reads the next change; `undefined` at the end of the feed, until something changes. */
  next(cursor: FeedCursor): FeedEntry | undefined {
    return this.#feed.next(cursor);
  }

  /** Ends reading. Cursors that stay open cost a little at each change. */
  close(cursor: FeedCursor): void {
    this.#feed.close(cursor);
  }
}
