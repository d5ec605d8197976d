import type { Location } from './location.ts';
import type { NeighbourSet } from './neighbour-set.ts';

/** A client's location and its place in the feed. */
export interface FeedEntry {
  location: Location;
  /** The number of the change that put it where it is; later changes have greater ones. */
  number: number;
  /** The neighbours known to hold this very location, since it came from them. */
  heldBy: NeighbourSet;
  previous: FeedEntry | undefined;
  next: FeedEntry | undefined;
}

/** Where a reader of the feed has got to. */
export interface FeedCursor {
  /** The last entry read, or the one before where that has since moved on; `undefined`: the start. */
  entry: FeedEntry | undefined;
  /** All changes up to this number have been read. */
  number: number;
}

/**
 * The clients' locations in the order in which they last changed: a list in which each stands
 * once, and one that changes moves to the tail under the next number. So a reader that comes back
 * after any time reads each client once, at its latest, and absent readers cost nothing.
 */
export class ChangeFeed {
  #first: FeedEntry | undefined;
  #last: FeedEntry | undefined;
  #head: number;
  readonly #cursors = new Set<FeedCursor>();

  /** @param head the number that the first change's follows */
  constructor(head = 0) {
    this.#head = head;
  }

  /** The number of the last change. */
  get head(): number {
    return this.#head;
  }

  /** Puts an entry, new or from elsewhere in the list, at the tail under the next number. */
  append(entry: FeedEntry): void {
    this.#unlink(entry);
    entry.previous = this.#last;
    if (this.#last === undefined) this.#first = entry;
    else this.#last.next = entry;
    this.#last = entry;
    this.#head += 1;
    entry.number = this.#head;
  }

  /** Puts an entry that keeps its number, less than all others', before them. */
  prepend(entry: FeedEntry): void {
    entry.next = this.#first;
    if (this.#first === undefined) this.#last = entry;
    else this.#first.previous = entry;
    this.#first = entry;
  }

  /** Takes an entry out. */
  remove(entry: FeedEntry): void {
    this.#unlink(entry);
  }

  /**
   * Opens a cursor that reads what changed after the change `number`. Costs as much as there is to
   * read: the list is walked from its tail. An open cursor must be closed in the end.
   */
  open(number: number): FeedCursor {
    let entry = this.#last;
    while (entry !== undefined && entry.number > number) entry = entry.previous;
    const cursor = { entry, number: Math.min(number, this.#head) };
    this.#cursors.add(cursor);
    return cursor;
  }

  /** Reads the next entry; `undefined` at the end of the feed, until something changes. */
  next(cursor: FeedCursor): FeedEntry | undefined {
    const entry = cursor.entry === undefined ? this.#first : cursor.entry.next;
    if (entry === undefined) {
      cursor.number = this.#head;
      return undefined;
    }
    cursor.entry = entry;
    cursor.number = entry.number;
    return entry;
  }

  close(cursor: FeedCursor): void {
    this.#cursors.delete(cursor);
  }

  #unlink(entry: FeedEntry): void {
    for (const cursor of this.#cursors) {
      if (cursor.entry === entry) cursor.entry = entry.previous;
    }
    if (entry.previous !== undefined) entry.previous.next = entry.next;
    else if (this.#first === entry) this.#first = entry.next;
    if (entry.next !== undefined) entry.next.previous = entry.previous;
    else if (this.#last === entry) this.#last = entry.previous;
    entry.previous = undefined;
    entry.next = undefined;
  }
}
