import { setOf, type NeighbourSet } from '../../store/neighbour-set.ts';
import type { FeedPosition } from '../../store/feed-history.ts';
import { Holds } from './holds.ts';

/** What a server remembers of one of its neighbours from link to link. */
export class Neighbour {
  readonly name: string;
  /** The set of this neighbour alone. */
  readonly heldBy: NeighbourSet;
  /** Which of the server's neighbours it is, from 0. */
  readonly index: number;
  /** What it is asked to hold back on the link that is up. */
  readonly holds = new Holds();
  #epoch: string | undefined;
  /** How far it has been read, and of which epoch; `undefined`: not at all. */
  #readEpoch: string | undefined;
  #readNumber = 0;
  #doubtUpTo = 0;

  /** @param index which of the server's neighbours it is, from 0 */
  constructor(name: string, index: number) {
    this.name = name;
    this.index = index;
    this.heldBy = setOf(index);
  }

  /** Notes how far its change feed was read before this server started. */
  resume(read: FeedPosition | undefined): void {
    this.#readEpoch = read?.epoch;
    this.#readNumber = read?.number ?? 0;
  }

  /**
   * How far its change feed has been read, and nothing is missing of what it held back; `undefined`:
   * not at all.
   */
  get read(): FeedPosition | undefined {
    if (this.#readEpoch === undefined) return undefined;
    return { epoch: this.#readEpoch, number: Math.min(this.#readNumber, this.holds.safe) };
  }

  /** How far its change feed has been read, but for what it holds back. */
  get readNumber(): number {
    return this.#readNumber;
  }

  /** Notes that its change feed has been read up to a number, of the epoch that it greeted with. */
  readTo(number: number): void {
    if (this.#epoch === undefined) return;
    this.#readEpoch = this.#epoch;
    this.#readNumber = number;
  }

  /**
   * Notes the epoch that it greets with. A new one means that it started again: it need not hold
   * any longer what it sent before, which is all among this server's changes up to `head`. What it
   * goes on from is its own affair: the position that was reached in the old one stays until
   * something is read of the new one.
   */
  greeted(epoch: string, head: number): void {
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    this.#doubtUpTo = head;
  }

  /** Notes that the link has ended: the next one goes on from where nothing is missing. */
  linkEnded(): void {
    this.#readNumber = Math.min(this.#readNumber, this.holds.safe);
    this.holds.clear();
  }

  /** Whether it is known to hold what the change `number` says, so that it need not be told. */
  hasAlready(number: number, heldBy: NeighbourSet): boolean {
    return number > this.#doubtUpTo && (heldBy & this.heldBy) !== 0;
  }
}
