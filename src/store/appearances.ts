import { NO_SLOT } from './slot-index.ts';

/** How many of the last new clients are known: 32 kB, and more than come between two looks of who wants to know. */
export const KEPT_APPEARANCES = 8192;

/** Which slots have come to have a client's location, the last of them: who looks for clients looks at new ones alone. */
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
