import type { RateLimiter } from '../access/rate-limiter.ts';

/** Limits one connection to its address's rate: one command at a time waits for its token. */
export class Throttle {
  readonly #limiter: RateLimiter;
  readonly #address: string;
  readonly #wake: () => void;
  #token: 'none' | 'awaited' | 'there' = 'none';
  #timer: NodeJS.Timeout | undefined;

  /** @param wake called when a command that was not let through may be */
  constructor(limiter: RateLimiter, address: string, wake: () => void) {
    this.#limiter = limiter;
    this.#address = address;
    this.#wake = wake;
  }

  /** Whether the next command may be answered now. */
  admit(): boolean {
    if (this.#token === 'awaited') return false;
    const delay =
      this.#token === 'there' ? 0 : this.#limiter.take(this.#address, performance.now());
    this.#token = delay === 0 ? 'none' : 'awaited';
    if (delay > 0) this.#timer = setTimeout(() => this.#arrive(), delay);
    return delay === 0;
  }

  /** Waits no more, and puts back a token that was not used. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.#token !== 'none') this.#limiter.putBack(this.#address);
    this.#token = 'none';
  }

  #arrive(): void {
    this.#token = 'there';
    this.#wake();
  }
}
