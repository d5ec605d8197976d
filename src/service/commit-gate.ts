/** What the promise of a reply depends on. */
export interface Progress {
  /** The promise holds for all changes up to this number. */
  readonly kept: number;
  /** Whether it cannot be kept at present. */
  readonly failing: boolean;
}

interface Waiting {
  readonly number: number;
  readonly settle: (kept: boolean) => void;
}

/**
 * Holds back replies until what they promise is true. Changes have rising numbers and promises are
 * kept in their order, so those that wait form a queue.
 */
export class CommitGate {
  readonly #progress: () => Progress;
  #waiting: Waiting[] = [];

  /** @param progress how far the promise is kept by now */
  constructor(progress: () => Progress) {
    this.#progress = progress;
  }

  /** Waits for the change `number`: true once its promise is kept, false where it cannot be. */
  wait(number: number): Promise<boolean> {
    return new Promise((settle) => this.#waiting.push({ number, settle }));
  }

  /** Releases what waits no longer. To be called when anything may have moved. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const { kept, failing } = this.#progress();
    const still = this.#waiting.findIndex(({ number }) => number > kept);
    const released = still === -1 ? this.#waiting.splice(0) : this.#waiting.splice(0, still);
    for (const { settle } of released) settle(true);
    if (!failing) return;
    for (const { settle } of this.#waiting.splice(0)) settle(false);
  }
}
