/**
 * Reads wait until all sockets have been read once more: a report to a neighbour that was answered before a read
 * came may still be on its way from that neighbour.
 */
export class Settling {
  readonly #wake: () => void;
  /** Who came since the last tick, and who came before it. */
  #new: (() => void)[] = [];
  #old: (() => void)[] = [];

  /** @param wake asks for a tick, soon */
  constructor(wake: () => void) {
    this.#wake = wake;
  }

  /** Done when all sockets have been read since now. */
  settle(): Promise<void> {
    return new Promise((resolve) => {
      this.#new.push(resolve);
      this.#wake();
    });
  }

  /** A phase of each tick, after links were worked through. Between two ticks all sockets are read. */
  work(): void {
    const settled = this.#old;
    this.#old = this.#new;
    this.#new = [];
    for (const resolve of settled) resolve();
    if (this.#old.length > 0) this.#wake();
  }
}
