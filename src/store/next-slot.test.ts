import type { FeedCursor } from './change-feed.ts';
import { ByteWriter } from '../protocol/byte-writer.ts';
import { ChangeWriter } from './change-stream.ts';
import { NO_SLOT } from './slot-index.ts';
import type { LocationStore } from './store.ts';

const LIMITS = { maxBytes: 1, maxChanges: 1 };

/** Reads the next change of a store alone: its slot, or `NO_SLOT` at the end of the feed. */
export function nextSlot(store: LocationStore, cursor: FeedCursor): number {
  const writer = new ChangeWriter(new ByteWriter(1));
  let found = NO_SLOT;
  const take = (slot: number): boolean => {
    found = slot;
    return false;
  };
  // One that is forgotten is passed over without being asked about.
  for (;;) {
    const isAtEnd = store.readChanges(cursor, writer, LIMITS, take);
    if (isAtEnd || found !== NO_SLOT) return found;
  }
}
