import type { FeedEntry } from '../locations/change-feed.ts';
import { setOf, type NeighbourSet } from '../locations/neighbour-set.ts';
import type { FeedPosition } from '../locations/store.ts';

/** What a server remembers of one of its neighbours from link to link. */
export class Neighbour {
  readonly name: string;
  /** The set of this neighbour alone. */
  readonly heldBy: NeighbourSet;
  #epoch: string | undefined;
  #read = 0;
  #doubtUpTo = 0;

  /** @param index which of the server's neighbours it is, from 0 */
  constructor(name: string, index: number) {
    this.name = name;
    this.heldBy = setOf(index);
  }

  /** How far its change feed has been read. */
  get read(): FeedPosition | undefined {
    return this.#epoch === undefined ? undefined : { epoch: this.#epoch, number: this.#read };
  }

  /** Notes that its change feed has been read up to a number. */
  readTo(number: number): void {
    this.#read = number;
  }

  /**
   * Notes the epoch that it greets with. A new one means that it started again: it need not hold
   * any longer what it sent before, which is all among this server's changes up to `head`.
   */
  greeted(epoch: string, head: number): void {
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    this.#read = 0;
    this.#doubtUpTo = head;
  }

  /** Whether it is known to hold what a change says, so that it need not be told. */
  holds(change: FeedEntry): boolean {
    return change.number > this.#doubtUpTo && (change.heldBy & this.heldBy) !== 0;
  }
}
