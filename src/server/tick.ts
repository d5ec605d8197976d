/**
 * One turn of the server: what all sockets have brought has been taken in, then each phase runs in
 * order. Sockets are read in one phase of Node's event loop, `setImmediate` runs in the next one.
 */
export class Tick {
  readonly #phases: readonly (() => void)[];
  #requested = false;

  /** @param phases what to do in a turn, in order */
  constructor(phases: readonly (() => void)[]) {
    this.#phases = phases;
  }

  /** Asks for a turn, soon. */
  request(): void {
    if (this.#requested) return;
    this.#requested = true;
    setImmediate(() => {
      this.#requested = false;
      for (const phase of this.#phases) phase();
    });
  }
}
