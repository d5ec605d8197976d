import { LRUCache } from 'lru-cache';

/** How many commands may come from one address. */
export interface Rate {
  /** Commands a second in the long run; above 0. */
  readonly perSecond: number;
  /** Commands at once, after a pause; at least 1. */
  readonly burst: number;
}

/**
 * The most addresses whose use is remembered, some 10 MB: the one unused for longest is forgotten
 * for a further one. To be forgotten early takes as many addresses.
 */
const MAX_ADDRESSES = 100_000;

/**
 * A token bucket for each address. A command takes a token; a bucket has room for `burst` of them, and
 * `perSecond` come in. Tokens may be taken in advance, so that connections that wait are served in order, and
 * each knows at once how long it has to wait.
 *
 * A bucket is kept as the time at which it will be full again, as in the generic cell rate algorithm
 * (ITU-T I.371): nothing has to be refilled, and a bucket that is full need not be kept.
 */
export class RateLimiter {
  /** The time that a token takes, in milliseconds. */
  readonly #interval: number;
  /** The time that a whole bucket takes, in milliseconds. */
  readonly #fill: number;
  /** Takes its memory at once, so it is made for the first token: many a limiter sees none. */
  #fullAt: LRUCache<string, number> | undefined;

  constructor({ perSecond, burst }: Rate) {
    this.#interval = 1000 / perSecond;
    this.#fill = this.#interval * burst;
  }

  /**
   * Takes a token.
   *
   * @param now in milliseconds, of a clock that does not go back
   * @returns in how many whole milliseconds the token will be there; 0: it is
   */
  take(address: string, now: number): number {
    this.#fullAt ??= new LRUCache({ max: MAX_ADDRESSES });
    const fullAt = Math.max(this.#fullAt.get(address) ?? now, now) + this.#interval;
    this.#fullAt.set(address, fullAt);
    return Math.max(0, Math.floor(fullAt - this.#fill - now));
  }

  /** Puts back a token that was not used. */
  putBack(address: string): void {
    const fullAt = this.#fullAt?.get(address);
    if (fullAt !== undefined) this.#fullAt?.set(address, fullAt - this.#interval);
  }
}
