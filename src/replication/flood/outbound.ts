import type { FeedCursor } from '../../store/change-feed.ts';
import type { ChangeWriter } from '../../store/change-stream.ts';
import { setOf } from '../../store/neighbour-set.ts';
import type { ReadLimits } from '../../store/change-reader.ts';
import type { LocationStore } from '../../store/store.ts';
import { formatGrafted, formatHas } from './messages.ts';
import { NO_ORIGIN, type Origin } from '../vectors/origins.ts';
import type { SequenceNumbers } from '../vectors/sequence-numbers.ts';
import type { Vectors } from '../vectors/vectors.ts';

/** What this server has said of its vector to a neighbour; the owner may change it. */
export interface Said {
  readonly vector: SequenceNumbers;
  readonly highest: SequenceNumbers;
}

/** What was pruned is sent again: a second way through a part of the feed. */
interface Repair {
  readonly cursor: FeedCursor;
  /** By the number of each origin from where on it had been left out. */
  readonly origins: ReadonlyMap<number, number>;
  /** What changes after this is no longer left out. */
  readonly upTo: number;
}

/** What a link's neighbour is sent, and how far that has come; for the link's life. */
export class Outbound {
  readonly #store: LocationStore;
  readonly #vectors: Vectors;
  readonly #neighbour: number;
  /** What the neighbour has, by its own word. */
  readonly #theirs: SequenceNumbers;
  readonly #mayPrune: () => boolean;
  #cursor: FeedCursor;
  /** Whether the neighbour asked for all there is, and has not been sent it yet. */
  #isListing: boolean;
  /** Changes up to this one came before the link: of them it counts what the neighbour says. */
  readonly #head: number;
  /** The origins that are pruned, and from which change on. */
  readonly #pruned = new Map<number, number>();
  #repair: Repair | undefined;
  #answers = '';
  /** What this server has said of its vector. */
  readonly #saidVector: SequenceNumbers;
  readonly #saidHighest: SequenceNumbers;

  /**
   * @param neighbour its index among the server's neighbours
   * @param theirs the neighbour's version vector, which is raised by what it says
   * @param said what this server said of itself in the greeting
   * @param mayPrune whether the neighbour may ask to be spared anything now
   * @param listsAll whether the neighbour is sent all there is first, whatever it has
   */
  constructor(
    store: LocationStore,
    vectors: Vectors,
    neighbour: number,
    theirs: SequenceNumbers,
    said: Said,
    mayPrune: () => boolean,
    listsAll: boolean,
  ) {
    this.#store = store;
    this.#vectors = vectors;
    this.#neighbour = setOf(neighbour);
    this.#theirs = theirs;
    this.#saidVector = said.vector;
    this.#saidHighest = said.highest;
    this.#mayPrune = mayPrune;
    this.#head = store.head;
    this.#isListing = listsAll;
    this.#cursor = store.openAfter(listsAll ? 0 : vectors.startOf(theirs));
  }

  /** Up to which change the neighbour has been sent what it needs. */
  get seq(): number {
    return this.#cursor.seq;
  }

  /** Writes changes that the neighbour lacks; whether that was all. */
  write(writer: ChangeWriter, limits: ReadLimits): boolean {
    return this.#store.readChanges(this.#cursor, writer, limits, (slot, seq) => {
      return this.#isListing || (this.#lacks(slot, seq) && !this.#isPruned(slot));
    });
  }

  /**
   * Notes that the neighbour was sent all there is, and is told so now. Up to then it is sent also what came
   * from it meanwhile: it goes by what it is told of this server's vector, which covers that.
   */
  endListing(): void {
    this.#isListing = false;
  }

  /** Writes some of what had been pruned; whether there is more. */
  writeRepair(writer: ChangeWriter, limits: ReadLimits): boolean {
    const repair = this.#repair;
    if (repair === undefined) return false;
    const { cursor, origins, upTo } = repair;
    const isAtEnd = this.#store.readChanges(cursor, writer, limits, (slot, seq) => {
      const from = origins.get(this.#vectors.originOf(slot));
      return from !== undefined && seq > from && seq <= upTo && this.#lacks(slot, seq);
    });
    if (!isAtEnd && cursor.seq < upTo) return true;
    for (const origin of origins.keys()) {
      this.#answers += formatGrafted(this.#vectors.origins.at(origin));
    }
    this.#endRepair();
    return false;
  }

  /**
   * Leaves an origin out from now on. This server's own records are not left out, since its clients were
   * promised that they are sent to all neighbours: that is answered at once.
   */
  prune(origin: Origin): void {
    const number = this.#vectors.origins.named(origin.name, origin.epoch);
    const isSpared = this.#mayPrune() && number !== NO_ORIGIN && !this.#vectors.isOwn(number);
    if (isSpared) this.#pruned.set(number, this.#cursor.seq);
    else this.#answers += formatGrafted(origin);
  }

  /** Ends leaving an origin out, and goes back for what was left out of it. */
  graft({ name, epoch }: Origin): void {
    this.#graft(this.#vectors.origins.named(name, epoch));
  }

  /** Goes back for all that was left out. */
  graftAll(): void {
    for (const origin of this.#pruned.keys()) this.#graft(origin);
  }

  /** Whether some of what had been pruned is still to be sent. */
  get isRepairing(): boolean {
    return this.#repair !== undefined;
  }

  /** Takes what is to be said before the next change. */
  takeAnswers(): string {
    const answers = this.#answers;
    this.#answers = '';
    return answers;
  }

  /** What is to be said of this server's vector: what has changed in it since that was said last. */
  takeNews(): string {
    const { origins, vector, highest } = this.#vectors;
    let text = '';
    for (let origin = 0; origin < origins.count; origin++) {
      const [sequence, most] = [vector.of(origin), highest.of(origin)];
      const isRaised = this.#saidVector.raise(origin, sequence);
      if (this.#saidHighest.raise(origin, most) || isRaised) {
        text += formatHas(origins.at(origin), sequence, most);
      }
    }
    return text;
  }

  /** Ends reading the feed. */
  close(): void {
    this.#store.close(this.#cursor);
    this.#endRepair();
  }

  #graft(origin: number): void {
    const from = this.#pruned.get(origin);
    if (from === undefined) return;
    this.#pruned.delete(origin);
    const origins = new Map(this.#repair?.origins).set(origin, from);
    const start = Math.min(from, this.#repair?.cursor.seq ?? from);
    this.#endRepair();
    this.#repair = { cursor: this.#store.openAfter(start), origins, upTo: this.#store.head };
  }

  #lacks(slot: number, seq: number): boolean {
    const cameFromIt = seq > this.#head && (this.#store.heldBy(slot) & this.#neighbour) !== 0;
    if (cameFromIt) return false;
    return this.#store.sequenceOf(slot) > this.#theirs.of(this.#vectors.originOf(slot));
  }

  #isPruned(slot: number): boolean {
    return this.#pruned.size > 0 && this.#pruned.has(this.#vectors.originOf(slot));
  }

  #endRepair(): void {
    if (this.#repair !== undefined) this.#store.close(this.#repair.cursor);
    this.#repair = undefined;
  }
}
