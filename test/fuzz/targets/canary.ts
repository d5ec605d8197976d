import { setTimeout as delay } from 'node:timers/promises';

/** Between two questions, in milliseconds. */
const EVERY_MS = 5;

/**
 * Somebody well-behaved beside the fuzzer, who has to be served all the time. What goes wrong for it
 * is reported by `check`, and by its disposal.
 */
export class Canary implements AsyncDisposable {
  readonly #done: Promise<void>;
  #isLeaving = false;
  #fault: unknown;
  #times = 0;

  /** @param ask asks something for the `n`th time, and throws where the answer is not as it should be */
  constructor(ask: (n: number) => Promise<void>) {
    this.#done = this.#sing(ask);
  }

  /** @throws what has gone wrong by now */
  check(): void {
    if (this.#fault !== undefined)
      throw new Error('the canary is not served', { cause: this.#fault });
  }

  /** @throws what went wrong, also where it was never served */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isLeaving = true;
    await this.#done;
    this.check();
    if (this.#times === 0) throw new Error('the canary was never served');
  }

  async #sing(ask: (n: number) => Promise<void>): Promise<void> {
    try {
      while (!this.#isLeaving || this.#times === 0) {
        await ask(this.#times);
        this.#times += 1;
        await delay(EVERY_MS);
      }
    } catch (error) {
      this.#fault = error;
    }
  }
}
