/** For the tests of links: there is none in this file. */

interface Timer {
  readonly dueMs: number;
  readonly action: () => void;
}

/** A clock that the test drives. */
export class PlayedClock {
  readonly #timers = new Set<Timer>();
  #nowMs = 0;

  /** The time since the start, in milliseconds. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Has an action run once that time has passed; returns what cancels it. */
  after(delayMs: number, action: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, action };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /**
   * Lets time pass, and runs what is due in it, in order.
   *
   * @param onRun called after each action
   */
  pass(ms: number, onRun: () => void = () => {}): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const next = this.#next();
      if (next === undefined || next.dueMs > endMs) break;
      this.#timers.delete(next);
      this.#nowMs = next.dueMs;
      next.action();
      onRun();
    }
    this.#nowMs = endMs;
  }

  /** The timer that is due first; of several that are, the one that was set first. */
  #next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (first === undefined || timer.dueMs < first.dueMs) first = timer;
    }
    return first;
  }
}
