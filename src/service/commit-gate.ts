/** What the promise of a reply depends on. */
export interface CommitState {
  /** The promise is true of all changes up to this seq. */
  readonly committed: number;
  /** Whether it cannot be kept at present. */
  readonly failing: boolean;
}

interface Waiting {
  readonly seq: number;
  readonly settle: (isCommitted: boolean) => void;
}

/**
 * Delays replies until what they promise is true. Changes have rising seqs and promises are
 * kept in their order, so those that wait form a queue.
 */
export class CommitGate {
  readonly #state: () => CommitState;
  #waiting: Waiting[] = [];

  /** @param state how far the promise is kept by now */
  constructor(state: () => CommitState) {
    this.#state = state;
  }

  /**
   * Waits for the change `seq`, which is not lower than at any call before.
   *
   * @param settle called once, from `flush`: whether the promise is kept, or cannot be
   */
  wait(seq: number, settle: (isCommitted: boolean) => void): void {
    this.#waiting.push({ seq, settle });
  }

  /** Settles what waits no longer. To be called when anything may have moved. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const { committed, failing } = this.#state();
    const still = this.#waiting.findIndex(({ seq }) => seq > committed);
    const released = still === -1 ? this.#waiting.splice(0) : this.#waiting.splice(0, still);
    for (const { settle } of released) settle(true);
    if (!failing) return;
    for (const { settle } of this.#waiting.splice(0)) settle(false);
  }
}
