import { FIRST_CAPACITY, grown } from './columns.ts';
import { NO_SLOT } from './slot-index.ts';

/** Where a reader of the feed has got to. */
export interface FeedCursor {
  /** The last slot read, or the one before where that has since moved on; `NO_SLOT`: the start. */
  slot: number;
  /** All changes up to this number have been read. */
  number: number;
}

/**
 * The slots of locations in the order in which they last changed: a list in which each stands
 * once, and one that changes moves to the tail under the next number. So a reader that comes back
 * after any time reads each client once, at its latest, and absent readers cost nothing.
 */
export class ChangeFeed {
  #first = NO_SLOT;
  #last = NO_SLOT;
  #head: number;
  #capacity = FIRST_CAPACITY;
  #previous = new Int32Array(FIRST_CAPACITY);
  #next = new Int32Array(FIRST_CAPACITY);
  /** The number of the change that put a slot where it is; 0 where it is not in the list. */
  #numbers = new Float64Array(FIRST_CAPACITY);
  /** An array, since it is gone through at each change. */
  #cursors: FeedCursor[] = [];

  /** @param head the number that the first change's follows */
  constructor(head = 0) {
    this.#head = head;
  }

  /** The number of the last change. */
  get head(): number {
    return this.#head;
  }

  /** The number of the change that put a slot where it is; later changes have greater ones. */
  numberOf(slot: number): number {
    return this.#numbers[slot] ?? 0;
  }

  /** Makes room for slots below `capacity`. */
  grow(capacity: number): void {
    if (capacity <= this.#capacity) return;
    this.#previous = grown(this.#previous, Int32Array, capacity);
    this.#next = grown(this.#next, Int32Array, capacity);
    this.#numbers = grown(this.#numbers, Float64Array, capacity);
    this.#capacity = capacity;
  }

  /** Puts a slot, new or from elsewhere in the list, at the tail under the next number. */
  append(slot: number): void {
    this.#head += 1;
    this.appendAs(slot, this.#head);
  }

  /** Puts a slot at the tail under a number of its own, greater than all others' in the list. */
  appendAs(slot: number, number: number): void {
    if (this.numberOf(slot) !== 0) this.#unlink(slot);
    this.#previous[slot] = this.#last;
    this.#next[slot] = NO_SLOT;
    if (this.#last === NO_SLOT) this.#first = slot;
    else this.#next[this.#last] = slot;
    this.#last = slot;
    this.#numbers[slot] = number;
  }

  /** Takes a slot out. */
  remove(slot: number): void {
    this.#unlink(slot);
    this.#numbers[slot] = 0;
  }

  /**
   * Opens a cursor that reads what changed after the change `number`. Costs as much as there is to
   * read, since the list is walked from its tail, unless it reads from the start. An open cursor must
   * be closed in the end.
   */
  open(number: number): FeedCursor {
    let slot = number === 0 ? NO_SLOT : this.#last;
    while (slot !== NO_SLOT && this.numberOf(slot) > number) slot = this.#slotBefore(slot);
    const cursor = { slot, number: Math.min(number, this.#head) };
    this.#cursors.push(cursor);
    return cursor;
  }

  /** The next slot, which is still to be read; `NO_SLOT` at the end of the feed. */
  peek(cursor: FeedCursor): number {
    return cursor.slot === NO_SLOT ? this.#first : this.#slotAfter(cursor.slot);
  }

  /** Reads the next slot; `NO_SLOT` at the end of the feed, until something changes. */
  next(cursor: FeedCursor): number {
    const slot = this.peek(cursor);
    if (slot === NO_SLOT) {
      cursor.number = this.#head;
      return NO_SLOT;
    }
    cursor.slot = slot;
    cursor.number = this.numberOf(slot);
    return slot;
  }

  close(cursor: FeedCursor): void {
    this.#cursors = this.#cursors.filter((open) => open !== cursor);
  }

  #slotBefore(slot: number): number {
    return this.#previous[slot] ?? NO_SLOT;
  }

  #slotAfter(slot: number): number {
    return this.#next[slot] ?? NO_SLOT;
  }

  #unlink(slot: number): void {
    const before = this.#slotBefore(slot);
    const after = this.#slotAfter(slot);
    for (const cursor of this.#cursors) {
      if (cursor.slot === slot) cursor.slot = before;
    }
    if (before === NO_SLOT) this.#first = after;
    else this.#next[before] = after;
    if (after === NO_SLOT) this.#last = before;
    else this.#previous[after] = before;
  }
}
