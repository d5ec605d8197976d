import type { FeedCursor } from '../store/change-feed.ts';
import { nextToClean } from './journal-plan.ts';
import { makeSegments, type Segment, type SegmentSpan } from './journal-segments.ts';
import { NO_SLOT } from '../store/slot-index.ts';
import type { LocationStore } from '../store/store.ts';

/** Segments, and those that take their place: of the same clients without what has changed again. */
export interface Renewal {
  readonly replaced: readonly SegmentSpan[];
  readonly segments: readonly Segment[];
}

/**
 * One round over all that is on disk, a part with each write. Each part is to be written together
 * with all that has changed by then: else the last that is kept of a client could be taken from the
 * disk before its next location is on it.
 */
export class Cleaning {
  readonly #store: LocationStore;
  readonly #rowsASegment: number;
  readonly #upTo: number;
  readonly #cursor: FeedCursor;
  /** Up to this change it has come. */
  #done = 0;

  /** @param upTo the last change of the round */
  constructor(store: LocationStore, rowsASegment: number, upTo: number) {
    this.#store = store;
    this.#rowsASegment = rowsASegment;
    this.#upTo = upTo;
    this.#cursor = store.openAfter(0);
  }

  /**
   * The next part.
   *
   * @param segments what is on disk
   * @param mostRows how many rows of it are replaced at most, unless one segment has more
   * @returns `undefined` where the round is over
   */
  next(segments: readonly SegmentSpan[], mostRows: number): Renewal | undefined {
    const replaced = nextToClean(segments, this.#done, this.#upTo, mostRows);
    const last = replaced.at(-1)?.last;
    if (last === undefined) return undefined;
    this.#done = last;
    const slots = readUpTo(this.#store, this.#cursor, last);
    return { replaced, segments: makeSegments(this.#store, slots, this.#rowsASegment) };
  }

  end(): void {
    this.#store.close(this.#cursor);
  }
}

/** Reads what segments hold and has not changed again. */
export function readAgain(store: LocationStore, segments: readonly SegmentSpan[]): number[] {
  const [first, last] = [segments[0]?.first, segments.at(-1)?.last];
  if (first === undefined || last === undefined) return [];
  const cursor = store.openAfter(first - 1);
  const slots = readUpTo(store, cursor, last);
  store.close(cursor);
  return slots;
}

/** Reads the changes up to `last`, and no further. */
function readUpTo(store: LocationStore, cursor: FeedCursor, last: number): number[] {
  const slots: number[] = [];
  for (;;) {
    const slot = store.peek(cursor);
    if (slot === NO_SLOT || store.numberOf(slot) > last) return slots;
    slots.push(store.next(cursor));
  }
}
