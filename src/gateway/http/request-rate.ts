import { isDeepStrictEqual } from 'node:util';

import { type Rate, RateLimiter } from '../../access/rate-limiter.ts';
import { addressKey } from '../../transport/address-key.ts';
import { Problem, retryAfter } from './problems.ts';

/** Limits the requests of each address. */
export class RequestRate {
  readonly #current: () => Rate | undefined;
  #rate: Rate | undefined;
  #limiter: RateLimiter | undefined;

  /** @param current the rate at this moment; `undefined`: there is no limit */
  constructor(current: () => Rate | undefined) {
    this.#current = current;
  }

  /**
   * Counts a request.
   *
   * @param address where it comes from: an IP address
   * @param nowMs of a clock that does not go back
   * @throws {Problem} where it is one too many
   */
  admit(address: string, nowMs: number): void {
    const rate = this.#current();
    if (!isDeepStrictEqual(rate, this.#rate)) {
      this.#rate = rate;
      this.#limiter = rate && new RateLimiter(rate);
    }
    const key = addressKey(address);
    const waitMs = this.#limiter?.take(key, nowMs) ?? 0;
    if (waitMs === 0) return;
    this.#limiter?.putBack(key);
    const detail = 'more requests came from this address than clientLimits.rate allows';
    throw new Problem('too-many-requests', detail, {}, retryAfter(Math.ceil(waitMs / 1000)));
  }
}
