import type { Clock } from '../../transport/channel.ts';
import type { LocationStore } from '../../store/store.ts';

/** A neighbour with which a link is up, as far as a server that stops waits for it. */
export interface DrainingLink {
  readonly name: string;
  /** Up to which of this server's changes the neighbour has confirmed that it has them. */
  readonly confirmed: number;
  /** Whether the neighbour has been sent everything by now, and its socket has taken it. */
  readonly hasSentAll: boolean;
  /** Sends what was left out, since the neighbour had asked to prune it. */
  sendPruned(): void;
}

/** A drain that is under way. */
interface Draining {
  /** The change up to which neighbours are to confirm what they were sent. */
  head: number;
  readonly done: Promise<string[]>;
  finish(late: string[]): void;
}

/**
 * What a server owes its neighbours before it may stop: that each of them has confirmed all that this server
 * has. From the beginning of the drain on nothing is pruned, since this server may be the only one that has it, and
 * neighbours are asked to confirm; where clients are promised that their reports are confirmed, that is so all along.
 */
export class Drain {
  readonly #store: LocationStore;
  readonly #clock: Clock;
  readonly #alwaysConfirms: boolean;
  readonly #links: () => readonly DrainingLink[];
  #draining: Draining | undefined;

  /**
   * @param alwaysConfirms whether neighbours confirm what they are sent while this server runs, too
   * @param links the neighbours with which a link is up
   */
  constructor(
    store: LocationStore,
    clock: Clock,
    alwaysConfirms: boolean,
    links: () => readonly DrainingLink[],
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#alwaysConfirms = alwaysConfirms;
    this.#links = links;
  }

  /** Whether neighbours are asked to confirm what they are sent. Then they are sent everything. */
  get isConfirming(): boolean {
    return this.#alwaysConfirms || this.#draining !== undefined;
  }

  /**
   * Begins to wait until the neighbours have all that this server has now.
   *
   * @param withinMs how long to wait at most, in milliseconds
   * @returns the linked neighbours that did not confirm it in time
   */
  begin(withinMs: number): Promise<string[]> {
    if (this.#draining !== undefined) return this.#draining.done;
    let settle: (late: string[]) => void = () => {};
    const done = new Promise<string[]>((resolve) => (settle = resolve));
    const cancelTimer = this.#clock.after(withinMs, () => settle(this.#late()));
    const finish = (late: string[]): void => {
      cancelTimer();
      settle(late);
    };
    this.#draining = { head: this.#store.head, done, finish };
    for (const link of this.#links()) link.sendPruned();
    return done;
  }

  /**
   * Notes that this server has confirmed to a neighbour that it has its changes: they count as well, since
   * the neighbour may be about to stop itself.
   */
  noteConfirmed(): void {
    if (this.#draining !== undefined) this.#draining.head = this.#store.head;
  }

  /** Ends the waiting if nothing is owed any more. To be called when anything may have changed. */
  check(): void {
    if (this.#draining !== undefined && this.#late().length === 0) this.#draining.finish([]);
  }

  /**
   * The neighbours that are still to confirm. Of what came after the beginning it is enough that their sockets
   * have taken it: so a stop under load comes to its end.
   */
  #late(): string[] {
    const head = this.#draining?.head ?? 0;
    const late = this.#links().filter((link) => link.confirmed < head || !link.hasSentAll);
    return late.map(({ name }) => name);
  }
}
