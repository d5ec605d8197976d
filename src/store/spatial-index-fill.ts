import type { SpatialIndex } from './spatial-index.ts';

/** Where the positions of slots are. */
export interface PositionSource {
  /** All slots in use are below this. */
  readonly end: number;
  /** Whether a slot has a position. */
  hasPosition(slot: number): boolean;
  latitudeE7(slot: number): number;
  longitudeE7(slot: number): number;
}

/**
 * Puts all positions of a table in an index, in steps. In between the table may change; each change has
 * to be put in the index as well, from the first step on.
 */
export class SpatialIndexFill {
  readonly #index: SpatialIndex;
  readonly #source: PositionSource;
  #next = 0;

  constructor(index: SpatialIndex, source: PositionSource) {
    this.#index = index;
    this.#source = source;
  }

  /** Whether all is in the index: before that, its answers lack something. */
  get isComplete(): boolean {
    return this.#next >= this.#source.end;
  }

  /** Takes in the next slots. */
  step(slots: number): void {
    const source = this.#source;
    const end = Math.min(this.#next + slots, source.end);
    for (; this.#next < end; this.#next++) {
      const slot = this.#next;
      if (!source.hasPosition(slot)) continue;
      this.#index.put(slot, source.latitudeE7(slot), source.longitudeE7(slot));
    }
  }
}
