import type { UpstreamError } from '../upstream-error.ts';

/** How many calls have to fail in a row until the upstream is taken for broken. */
const FAILURES_TO_OPEN = 5;

/** How long a broken upstream is left alone until one call probes it, in milliseconds, at first and at most. */
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 30_000;

/** A call that a breaker has let through. */
export interface AdmittedCall {
  /** The upstream answered, possibly with a refusal. */
  answered(): void;
  /** It did not: it cannot be reached, fails, or takes too long. */
  failed(error: UpstreamError): void;
  /** The call ended before it could say anything of the upstream, or was not made. */
  toldNothing(): void;
}

/**
 * Keeps calls from an upstream that is broken: a circuit breaker. After `FAILURES_TO_OPEN` failures in a row it
 * lets none through for a while, then one, the probe. An answer ends it; a failure begins a wait that is
 * twice as long; a probe that says nothing leaves it to the next one.
 */
export class Breaker {
  readonly #now: () => number;
  #failures = 0;
  #waitMs = FIRST_WAIT_MS;
  /** The failure that it was opened by; `undefined` while all calls are let through. */
  #open: { readonly error: UpstreamError; readonly untilMs: number } | undefined;
  #probe: AdmittedCall | undefined;

  /** @param now a clock in milliseconds that only goes forward */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Lets a call through. How it ended is to be reported, once.
   *
   * @throws {UpstreamError} the failure of the last call, where the upstream is taken for broken
   */
  admit(): AdmittedCall {
    const isOpen = this.#open !== undefined;
    if (
      this.#open !== undefined &&
      (this.#probe !== undefined || this.#now() < this.#open.untilMs)
    ) {
      throw this.#open.error;
    }
    const call: AdmittedCall = {
      answered: () => this.#close(),
      failed: (error) => {
        // Of calls that were under way when it opened, none decides but the probe.
        if (
          this.#open === undefined ? ++this.#failures >= FAILURES_TO_OPEN : this.#probe === call
        ) {
          this.#openUp(error);
        }
      },
      toldNothing: () => {
        if (this.#probe === call) this.#probe = undefined;
      },
    };
    if (isOpen) this.#probe = call;
    return call;
  }

  #close(): void {
    this.#failures = 0;
    this.#waitMs = FIRST_WAIT_MS;
    this.#open = undefined;
    this.#probe = undefined;
  }

  #openUp(error: UpstreamError): void {
    this.#open = { error, untilMs: this.#now() + this.#waitMs };
    this.#waitMs = Math.min(this.#waitMs * 2, MAX_WAIT_MS);
    this.#probe = undefined;
  }
}
