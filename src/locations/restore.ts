import type { FeedEntry } from './change-feed.ts';
import type { JournaledLocation } from './journal.ts';
import type { LocationStore } from './store.ts';

/** How many locations are sorted and put into the feed in one step: a few milliseconds of work. */
const ENTRIES_A_STEP = 5000;
/** How many samples a bucket's size is estimated by: it then hardly has twice as many as meant. */
const SAMPLES_A_BUCKET = 32;
/** Each so many-th entry is a sample. */
const SAMPLE_STRIDE = Math.floor(ENTRIES_A_STEP / SAMPLES_A_BUCKET);

/**
 * Puts what a journal kept into a store and its feed. It goes in steps, so that the caller can let
 * others work between two: clients are served meanwhile; cursors must not be opened before the end.
 *
 * @param rows the journal's locations, in any order
 */
export async function* restore(
  store: LocationStore,
  rows: AsyncIterable<readonly JournaledLocation[]>,
): AsyncGenerator<void> {
  const entries: FeedEntry[] = [];
  for await (const some of rows) {
    for (const { location, number } of some) {
      const entry = store.restore(location, number);
      if (entry !== undefined) entries.push(entry);
    }
    yield;
  }
  store.endRestore();
  const buckets: FeedEntry[][] = [];
  for (const _ of distribute(entries, buckets)) yield;
  for (const bucket of buckets) {
    bucket.sort((a, b) => b.number - a.number);
    for (const entry of bucket) store.restoreToFeed(entry);
    yield;
  }
}

/**
 * Fills `buckets` with the entries, the greatest numbers in the first one: a sort that can pause.
 * The bounds are taken from a sample, since numbers are as dense as clients were busy.
 */
function* distribute(entries: readonly FeedEntry[], buckets: FeedEntry[][]): Generator<void> {
  const bounds = sampleBounds(entries);
  for (let index = 0; index <= bounds.length; index++) buckets.push([]);
  for (const [index, entry] of entries.entries()) {
    buckets[bucketOf(entry.number, bounds)]?.push(entry);
    if (index % ENTRIES_A_STEP === 0) yield;
  }
}

/** Numbers, in falling order, with about `ENTRIES_A_STEP` entries between any two. */
function sampleBounds(entries: readonly FeedEntry[]): number[] {
  const sample = entries.filter((_, index) => index % SAMPLE_STRIDE === 0);
  const numbers = sample.map(({ number }) => number).sort((a, b) => b - a);
  return numbers.filter((_, index) => index > 0 && index % SAMPLES_A_BUCKET === 0);
}

/** How many of the falling bounds a number is less than. */
function bucketOf(number: number, bounds: readonly number[]): number {
  let [low, high] = [0, bounds.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (number < (bounds[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}
