const FIRST_MS = 100;
const LONGEST_MS = 5000;

/** What ran this long has recovered: its next end is treated as a first one. */
const RECOVERED_AFTER_MS = 10_000;

/** How long to wait before what has ended is begun again: 100 ms, doubled each time up to 5 s. */
export class Backoff {
  #nextMs = FIRST_MS;

  /** The wait in milliseconds, for what ran for `ranMs`. */
  next(ranMs: number): number {
    if (ranMs >= RECOVERED_AFTER_MS) this.#nextMs = FIRST_MS;
    const wait = this.#nextMs;
    this.#nextMs = Math.min(wait * 2, LONGEST_MS);
    return wait;
  }
}
