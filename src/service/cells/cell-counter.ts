import { CellCount, type Cell, type CellQuestion, type CountedStore } from './cell-count.ts';

/** So many slots are looked at in a tick, for all questions together: some two milliseconds of work. */
const SLOTS_A_TICK = 20_000;

/** Counts clients per cell of the map, wherever they are held. */
export interface ClientCounter {
  /**
   * The cells that have clients.
   *
   * @param signal aborted when nobody waits for the answer any more: it is what was counted until then
   */
  count(question: CellQuestion, signal: AbortSignal): Promise<readonly Cell[]>;
}

/** A question that is being answered, or waits for its turn. */
interface Asked {
  readonly question: CellQuestion;
  readonly signal: AbortSignal;
  readonly isAsked: ((client: Buffer) => boolean) | undefined;
  readonly settle: (cells: readonly Cell[]) => void;
}

/**
 * Counts clients per cell of the map. For each question it looks at all clients, some in each tick, one question after the
 * other: a million take some fifty ticks, between which the server goes on. A client that moves meanwhile counts once, where
 * it is when it is looked at.
 */
export class CellCounter implements ClientCounter {
  readonly #store: CountedStore;
  readonly #wake: () => void;
  readonly #asked: Asked[] = [];
  /** The count of the first question, once it has begun. */
  #count: CellCount | undefined;

  /** @param wake asks for a tick, soon */
  constructor(store: CountedStore, wake: () => void) {
    this.#store = store;
    this.#wake = wake;
  }

  /** @param isAsked whether it is asked about a client of this server's; about all if not given */
  count(
    question: CellQuestion,
    signal: AbortSignal,
    isAsked?: (client: Buffer) => boolean,
  ): Promise<readonly Cell[]> {
    return new Promise((settle) => {
      this.#asked.push({ question, signal, isAsked, settle });
      this.#wake();
    });
  }

  /** Goes on counting. To be called once a tick. */
  work(): void {
    let left = SLOTS_A_TICK;
    for (let first = this.#asked[0]; first !== undefined; first = this.#asked[0]) {
      if (left <= 0) return this.#wake();
      this.#count ??= new CellCount(this.#store, first.question, first.isAsked);
      if (!first.signal.aborted) left = this.#count.step(left);
      if (!first.signal.aborted && !this.#count.isDone) continue;
      first.settle(this.#count.cells());
      this.#count = undefined;
      this.#asked.shift();
    }
  }
}
