import type { LocationRows } from './location-rows.ts';
import { NO_SLOT } from './slot-index.ts';

/** Where a reader of the feed has got to. */
export interface FeedCursor {
  /** The last slot read, or the one before where that has since moved on; `NO_SLOT`: the start. */
  slot: number;
  /** All changes up to this seq have been read. */
  seq: number;
  /** Whether the slot to read on from is still being looked for, from the feed's end back. */
  seeking: boolean;
}

/**
 * The slots of a table in the order in which they last changed: a list, threaded through the rows, in which
 * each stands once, and one that changes moves to the tail under the next sequence number, `seq`. So a reader that comes
 * back after any time reads each client once, at its latest, and absent readers cost nothing.
 */
export class ChangeFeed {
  readonly #rows: LocationRows;
  #first = NO_SLOT;
  #last = NO_SLOT;
  /** The last slot that a journal's replay put in; live changes stand behind it. */
  #lastReplayed = NO_SLOT;
  #head: number;
  /** An array, since it is gone through at each change. */
  #cursors: FeedCursor[] = [];

  /** @param head the seq that the first change's follows */
  constructor(rows: LocationRows, head: number) {
    this.#rows = rows;
    this.#head = head;
  }

  /** The seq of the last change. */
  get head(): number {
    return this.#head;
  }

  /** Puts a slot, new or from elsewhere in the list, at the tail under the next seq. */
  append(slot: number): void {
    const rows = this.#rows;
    this.#head += 1;
    if (rows.seq(slot) !== 0) this.#unlink(slot);
    this.#link(slot, this.#last, NO_SLOT);
    rows.setSeq(slot, this.#head);
  }

  /**
   * Puts a slot that is not in the list, or was replayed too, behind those that were replayed before it and
   * in front of all live changes. Their seqs are to rise from call to call.
   */
  replay(slot: number, seq: number): void {
    const rows = this.#rows;
    if (rows.seq(slot) !== 0) this.#unlink(slot);
    const before = this.#lastReplayed;
    const after = before === NO_SLOT ? this.#first : rows.next(before);
    this.#link(slot, before, after);
    rows.setSeq(slot, seq);
    this.#lastReplayed = slot;
    // A cursor that has only live changes to read stays in front of them.
    for (const cursor of this.#cursors) {
      if (cursor.slot === before && cursor.seq >= seq) cursor.slot = slot;
    }
  }

  /** Takes a slot out. */
  remove(slot: number): void {
    this.#unlink(slot);
    this.#rows.setSeq(slot, 0);
  }

  /**
   * Opens a cursor that reads what changed after the change `seq`; `seek` finds the place. An open
   * cursor must be closed in the end.
   */
  open(seq: number): FeedCursor {
    const isStart = seq === 0;
    const cursor = {
      slot: isStart ? NO_SLOT : this.#last,
      seq: Math.min(seq, this.#head),
      seeking: !isStart,
    };
    this.#cursors.push(cursor);
    return cursor;
  }

  /**
   * Looks for the place that a cursor reads on from, over `mostSlots` slots at most.
   *
   * @returns whether it is found
   */
  seek(cursor: FeedCursor, mostSlots: number): boolean {
    const rows = this.#rows;
    for (let looked = 0; cursor.seeking; looked++) {
      if (cursor.slot === NO_SLOT || rows.seq(cursor.slot) <= cursor.seq) {
        cursor.seeking = false;
      } else if (looked === mostSlots) return false;
      else cursor.slot = rows.previous(cursor.slot);
    }
    return true;
  }

  /** The next slot, which is still to be read; `NO_SLOT` at the end of the feed. Not while seeking. */
  peek(cursor: FeedCursor): number {
    return cursor.slot === NO_SLOT ? this.#first : this.#rows.next(cursor.slot);
  }

  /** Reads the next slot; `NO_SLOT` at the end of the feed, until something changes. Not while seeking. */
  next(cursor: FeedCursor): number {
    const slot = this.peek(cursor);
    if (slot === NO_SLOT) {
      cursor.seq = this.#head;
      return NO_SLOT;
    }
    cursor.slot = slot;
    cursor.seq = this.#rows.seq(slot);
    return slot;
  }

  close(cursor: FeedCursor): void {
    this.#cursors = this.#cursors.filter((open) => open !== cursor);
  }

  #link(slot: number, before: number, after: number): void {
    const rows = this.#rows;
    rows.setPrevious(slot, before);
    rows.setNext(slot, after);
    if (before === NO_SLOT) this.#first = slot;
    else rows.setNext(before, slot);
    if (after === NO_SLOT) this.#last = slot;
    else rows.setPrevious(after, slot);
  }

  #unlink(slot: number): void {
    const rows = this.#rows;
    const before = rows.previous(slot);
    const after = rows.next(slot);
    for (const cursor of this.#cursors) {
      if (cursor.slot === slot) cursor.slot = before;
    }
    if (this.#lastReplayed === slot) this.#lastReplayed = before;
    if (before === NO_SLOT) this.#first = after;
    else rows.setNext(before, after);
    if (after === NO_SLOT) this.#last = before;
    else rows.setPrevious(after, before);
  }
}
