import { PagedInts } from './spatial-index-pages.ts';

/** Stands for a bucket where there is none. */
export const NO_BUCKET = -1;

/** A bucket is 128 bytes, two cache lines: a header and slots. */
const BUCKET_INTS = 32;
const HEADER_INTS = 2;
/**
 * How many slots a bucket has room for. With more, fewer moves leave their leaf, and a question looks at
 * more slots.
 */
export const BUCKET_CAPACITY = BUCKET_INTS - HEADER_INTS;

/** What the header's integers are. */
const [NODE, NEXT] = [0, 1] as const;

/**
 * Where a bucket or a slot in it stands, counted in integers from the start of all memory of buckets.
 * Buckets begin at multiples of their size, so a place's address gives the bucket's.
 */
export type Address = number;

/** The bucket that a place is in. */
export function bucketOf(place: Address): Address {
  return place & -BUCKET_INTS;
}

/** A bucket's n-th place, from 0. */
export function placeIn(bucket: Address, n: number): Address {
  return bucket + HEADER_INTS + n;
}

/** Memory for the slots of the leaves. */
export class Buckets {
  readonly #ints = new PagedInts();
  #end = 0;
  /** The first of the freed buckets, which are linked by `NEXT`. */
  #free: Address = NO_BUCKET;

  /** How much memory it takes, in bytes. */
  get sizeBytes(): number {
    return this.#ints.sizeBytes;
  }

  /**
   * Takes a bucket for a leaf.
   *
   * @param next the leaf's bucket before, or `NO_BUCKET`
   */
  allocate(leaf: number, next: Address): Address {
    let bucket = this.#free;
    if (bucket === NO_BUCKET) {
      bucket = this.#end;
      this.#end += BUCKET_INTS;
      this.#ints.reserve(this.#end);
    } else {
      this.#free = this.next(bucket);
    }
    this.#ints.set(bucket + NODE, leaf);
    this.#ints.set(bucket + NEXT, next);
    return bucket;
  }

  free(bucket: Address): void {
    this.#ints.set(bucket + NEXT, this.#free);
    this.#free = bucket;
  }

  /** The leaf that a bucket belongs to. */
  leaf(bucket: Address): number {
    return this.#ints.get(bucket + NODE);
  }

  /** The leaf's bucket before this one, or `NO_BUCKET`. */
  next(bucket: Address): Address {
    return this.#ints.get(bucket + NEXT);
  }

  slot(place: Address): number {
    return this.#ints.get(place);
  }

  setSlot(place: Address, slot: number): void {
    this.#ints.set(place, slot);
  }
}
