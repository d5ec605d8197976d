/** The longest first wait, in milliseconds: a server that starts again is away for about as long. */
const FIRST_MS = 200;
/** The longest wait at all: a herd that comes back is found again within that. */
const LONGEST_MS = 10_000;
/** So that what fails at once is not tried without a pause. */
const SHORTEST_MS = 20;

/**
 * How long to wait before the next try: at random up to a bound that doubles with each failure, so that those whom
 * one failure hit do not come back together. That is "full jitter" of Marc Brooker, *Exponential Backoff And
 * Jitter* (2015).
 */
export class Backoff {
  readonly #random: () => number;
  #boundMs = FIRST_MS;

  /** @param random from 0 to below 1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** The next wait, in milliseconds. */
  next(): number {
    const boundMs = this.#boundMs;
    this.#boundMs = Math.min(boundMs * 2, LONGEST_MS);
    return SHORTEST_MS + this.#random() * (boundMs - SHORTEST_MS);
  }

  /** It has worked: what fails next is a first failure. */
  reset(): void {
    this.#boundMs = FIRST_MS;
  }
}
