/**
 * The slots of the store that are there though this server does not hold their partitions: what its clients asked for or
 * reported. Those that were not used for longest go first.
 */
export class Residents {
  /** When the slot's record was read last, in milliseconds; the slots that were not used for longest are first. */
  readonly #readMs = new Map<number, number>();
  readonly #most: number;
  readonly #drop: (slot: number) => boolean;
  /** How many were dropped to make room. */
  evicted = 0;

  /**
   * @param most how many there are at most, but for those that cannot be dropped yet
   * @param drop drops a slot; false where that cannot be yet
   */
  constructor(most: number, drop: (slot: number) => boolean) {
    this.#most = most;
    this.#drop = drop;
  }

  get size(): number {
    return this.#readMs.size;
  }

  /** When the record in a slot was read; -Infinity: it was not. It counts as used now. */
  use(slot: number): number {
    const readMs = this.#readMs.get(slot);
    if (readMs === undefined) return -Infinity;
    this.note(slot, readMs);
    return readMs;
  }

  /** Notes that a slot is there. @param readMs when its record was read; -Infinity: it was not */
  note(slot: number, readMs: number): void {
    this.#readMs.delete(slot);
    this.#readMs.set(slot, readMs);
  }

  /**
   * Drops those that are too many. Not at once, as each comes: who asked for it is to find it. So there are as many more as are
   * read between two calls.
   */
  makeRoom(): void {
    for (const [slot, readMs] of [...this.#readMs].slice(0, Math.max(0, this.size - this.#most))) {
      this.#readMs.delete(slot);
      if (this.#drop(slot)) this.evicted += 1;
      else this.#readMs.set(slot, readMs);
    }
  }
}
