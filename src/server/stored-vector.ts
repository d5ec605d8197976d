import type { VectorEntry } from '../replication/replicator.ts';
import type { FeedPosition } from '../store/feed-history.ts';

/** A version vector as a journal keeps it: `NAME EPOCH` is the key of each entry. */
export type StoredVector = Readonly<Record<string, FeedPosition>>;

export function storeVector(vector: readonly VectorEntry[]): StoredVector {
  return Object.fromEntries(
    vector.map(({ name, epoch, sequence }) => [
      `${name} ${epoch}`,
      { epoch: String(epoch), number: sequence },
    ]),
  );
}

export function readVector(stored: StoredVector): VectorEntry[] {
  return Object.entries(stored).map(([key, { epoch, number }]) => ({
    name: key.slice(0, key.lastIndexOf(' ')),
    epoch: Number(epoch),
    sequence: number,
  }));
}
