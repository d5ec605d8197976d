import type { CommitGate } from './commit-gate.ts';
import type { StoredOutcome } from './report-outcome.ts';

/** What acknowledgements need of their server. */
export interface AcknowledgementParts {
  /** Waits for what is promised; `undefined` where nothing is promised but the receipt. */
  readonly gate: CommitGate | undefined;
  /** The seq of the last change. */
  readonly head: () => number;
  /** Asks for a tick, soon. */
  readonly wake: () => void;
}

/**
 * Acknowledges changes once what `acknowledge` promises of them is true. Where that is their receipt alone they still wait for
 * the end of the tick: by then they have been written to the neighbours.
 */
export class Acknowledgements {
  readonly #parts: AcknowledgementParts;
  /** Those who wait until this tick's changes were written to the neighbours. */
  #waiting: (() => void)[] = [];

  constructor(parts: AcknowledgementParts) {
    this.#parts = parts;
  }

  /** Waits until what is promised of the last change is true, or cannot be. */
  ofLastChange(): Promise<StoredOutcome> {
    const { gate, head, wake } = this.#parts;
    wake();
    return new Promise((resolve) => {
      if (gate === undefined) this.#waiting.push(() => resolve('accepted'));
      else {
        gate.wait(head(), (isCommitted) => {
          resolve(isCommitted ? 'accepted' : 'not acknowledged');
        });
      }
    });
  }

  /** Settles what waits no longer. To be called when the changes of a tick have been written to the neighbours. */
  flush(): void {
    this.#parts.gate?.flush();
    if (this.#waiting.length === 0) return;
    for (const settle of this.#waiting.splice(0)) settle();
  }
}
