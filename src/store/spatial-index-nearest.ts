import { PairHeap } from './spatial-index-heap.ts';

/** A place in the order of an answer: by the haversine of the distance, then by the slot. */
export interface SpatialCursor {
  readonly haversine: number;
  readonly slot: number;
}

/** Before all slots of one haversine. */
export const BEFORE_ALL_SLOTS = -1;

/** The first few of what is offered, in the order of cursors, of what is after a cursor and within a limit. */
export class NearestSlots {
  /** The last one is on top: keys and slots are negated. */
  readonly #heap = new PairHeap();
  readonly #limit: number;
  readonly #after: SpatialCursor;
  /** What is offered with a larger haversine is not taken. */
  #mostHaversine: number;

  constructor(limit: number, mostHaversine: number, after: SpatialCursor) {
    this.#limit = limit;
    this.#mostHaversine = mostHaversine;
    this.#after = after;
  }

  get isFull(): boolean {
    return this.#heap.size === this.#limit;
  }

  get mostHaversine(): number {
    return this.#mostHaversine;
  }

  /** Whether it would take a slot at a haversine. */
  wants(haversine: number, slot: number): boolean {
    if (haversine > this.#mostHaversine) return false;
    const after = this.#after;
    if (haversine < after.haversine) return false;
    if (haversine === after.haversine && slot <= after.slot) return false;
    return !this.isFull || haversine < this.#mostHaversine || slot < -this.#heap.leastNumber;
  }

  /** Takes a slot that it wants; the last one goes where there are too many. */
  take(haversine: number, slot: number): void {
    if (this.isFull) this.#heap.replaceLeast(-haversine, -slot);
    else this.#heap.push(-haversine, -slot);
    if (this.isFull) this.#mostHaversine = -this.#heap.leastKey;
  }

  /** Those whose haversine is below a bound, in their order; it is empty afterwards. */
  takeBelow(haversine: number): SpatialCursor[] {
    const taken: SpatialCursor[] = [];
    while (this.#heap.size > 0) {
      const last = { haversine: -this.#heap.leastKey, slot: -this.#heap.leastNumber };
      if (last.haversine < haversine) taken.push(last);
      this.#heap.pop();
    }
    return taken.reverse();
  }
}
