import { NO_SLOT } from './slot-index.ts';

/** How many are remembered: 32 kB. A reader that lacks more looks at all clients again. */
export const KEPT_APPEARANCES = 8192;

/** The slots that last came to have a client's location: a reader that has looked at all looks at these alone. */
export class Appearances {
  readonly #slots = new Int32Array(KEPT_APPEARANCES).fill(NO_SLOT);
  #count = 0;

  /** How many there were so far. */
  get count(): number {
    return this.#count;
  }

  add(slot: number): void {
    this.#slots[this.#count % KEPT_APPEARANCES] = slot;
    this.#count += 1;
  }

  /** The slot of the n-th, from 0, which is one of the last `KEPT_APPEARANCES`. */
  slotOf(n: number): number {
    return this.#slots[n % KEPT_APPEARANCES] ?? NO_SLOT;
  }
}
