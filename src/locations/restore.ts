import type { FeedEntry } from './change-feed.ts';
import type { JournaledLocation } from './journal.ts';
import type { LocationStore } from './store.ts';

/** How many locations are sorted and put into the feed in one step: a few milliseconds of work. */
const ENTRIES_A_STEP = 5000;

/**
 * Puts what a journal kept into a store and its feed. It goes in steps, so that the caller can let
 * others work between two: clients are served meanwhile; cursors must not be opened before the end.
 *
 * @param rows the journal's locations, in any order
 * @param head the number of the journal's last change
 */
export async function* restore(
  store: LocationStore,
  rows: AsyncIterable<readonly JournaledLocation[]>,
  head: number,
): AsyncGenerator<void> {
  const entries: FeedEntry[] = [];
  for await (const some of rows) {
    for (const { location, number } of some) {
      const entry = store.restore(location, number);
      if (entry !== undefined) entries.push(entry);
    }
    yield;
  }
  for (const bucket of bucketsFromLast(entries, head)) {
    bucket.sort((a, b) => b.number - a.number);
    for (const entry of bucket) store.restoreToFeed(entry);
    yield;
  }
  store.endRestore();
}

/** The entries in buckets of rising numbers, the last bucket first: a sort that can pause. */
function bucketsFromLast(entries: readonly FeedEntry[], head: number): FeedEntry[][] {
  const count = Math.ceil(entries.length / ENTRIES_A_STEP);
  const buckets = Array.from({ length: count }, (): FeedEntry[] => []);
  for (const entry of entries) {
    const bucket = Math.min(count - 1, Math.floor((entry.number / (head + 1)) * count));
    buckets[bucket]?.push(entry);
  }
  return buckets.toReversed();
}
