import type { Clock } from '../../transport/channel.ts';
import type { LinkKeeper } from './link-keeper.ts';

/** Waits for the neighbours of a server that is about to stop: until they hold what it holds. */
export class Drain {
  /** The linked neighbours that did not confirm it in time. */
  readonly done: Promise<string[]>;
  #head: number;
  readonly #keepers: readonly LinkKeeper[];
  readonly #cancelTimer: () => void;
  readonly #finish: (late: string[]) => void;

  /**
   * @param head the change up to which neighbours are to confirm what they were sent
   * @param withinMs how long to wait at most, in milliseconds
   */
  constructor(head: number, keepers: readonly LinkKeeper[], clock: Clock, withinMs: number) {
    this.#head = head;
    this.#keepers = keepers;
    const { promise, resolve } = deferred();
    this.done = promise;
    this.#finish = resolve;
    this.#cancelTimer = clock.after(withinMs, () => this.#finish(this.#late()));
  }

  /**
   * Waits for the changes up to `head` as well: a neighbour was told that they are here, and may be about to
   * stop itself.
   */
  extend(head: number): void {
    this.#head = head;
  }

  /** Ends the waiting if it is over. To be called when anything may have moved. */
  check(): void {
    if (this.#late().length > 0) return;
    this.#cancelTimer();
    this.#finish([]);
  }

  /**
   * Besides what is confirmed, all that came since has to be with the socket: so a stop under load comes to
   * its end.
   */
  #late(): string[] {
    return this.#keepers.flatMap(({ up, neighbour }) => {
      const isDone = up === undefined || (up.confirmed >= this.#head && up.hasSentAll);
      return isDone ? [] : [neighbour.name];
    });
  }
}

function deferred(): { promise: Promise<string[]>; resolve: (late: string[]) => void } {
  let resolve: (late: string[]) => void = () => {};
  const promise = new Promise<string[]>((settle) => (resolve = settle));
  return { promise, resolve };
}
