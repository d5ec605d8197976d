import type { Applied, LocationStore } from '../../store/store.ts';
import type { RecordView } from '../../store/record.ts';
import { adopt, type Checkpoint } from './adoption.ts';
import { FeedMarks } from './feed-marks.ts';
import type { VectorEntry, VersionVector } from '../../store/version-vector.ts';
import { NO_ORIGIN, OriginNumbers, type Origin } from './origins.ts';
import { SequenceNumbers } from './sequence-numbers.ts';

/** What this server has of an origin. */
export interface HeldOrigin {
  readonly origin: Origin;
  /** Up to which sequence number it has the records, or newer ones of their clients. */
  readonly sequence: number;
  /** The greatest sequence number among the records that it has. */
  readonly highest: number;
}

/** What this server has of every origin. */
export class Vectors {
  readonly origins = new OriginNumbers();
  /** Up to which sequence number it has each origin's records, or newer ones of their clients. */
  vector = new SequenceNumbers();
  /** The greatest sequence number of each origin among the records that it has. As of the last `refresh`. */
  readonly highest = new SequenceNumbers();
  /** The greatest sequence number of each origin that came over links. */
  readonly received = new SequenceNumbers();
  /** What others said that they have and all can get. */
  readonly announced = new SequenceNumbers();
  readonly #store: LocationStore;
  readonly #self: string;
  readonly #ownEpoch: () => number;
  readonly #marks = new FeedMarks();
  /** Of each of the store's origins the number here, and the name by which it is seen that it is the same. */
  readonly #byStore: { readonly name: Buffer; readonly epoch: number; readonly number: number }[] =
    [];
  /** The version vector as it was listed last. */
  #listed: {
    readonly vector: SequenceNumbers;
    readonly raises: number;
    readonly entries: VersionVector;
  } = { vector: this.vector, raises: 0, entries: [] };
  /** Whether a record was refused for lack of memory: then nothing further can be claimed. */
  #isLossy = false;
  /** This server in its present epoch, as of the last `refresh`. */
  #own = NO_ORIGIN;
  /** Whether an origin has no number, so that marks do not know of its records. */
  #hasUnnumbered = false;

  /**
   * @param self this server's name
   * @param ownEpoch the epoch of the reports that this server accepts now
   */
  constructor(store: LocationStore, self: string, ownEpoch: () => number) {
    this.#store = store;
    this.#self = self;
    this.#ownEpoch = ownEpoch;
  }

  /** Notes a record that came over a link; the number of its origin. */
  take(record: RecordView, applied: Applied): number {
    const { bytes, serverStart, serverEnd, epoch, sequence } = record;
    const origin = this.origins.of(bytes, serverStart, serverEnd, epoch);
    this.received.raise(origin, sequence);
    if (applied === 'full') this.#isLossy = true;
    else if (sequence === this.vector.of(origin) + 1 && !this.#isLossy) {
      this.vector.raise(origin, sequence);
    }
    return origin;
  }

  /** Whether this server claims that it has, or had, a record or a newer one of the client. */
  covers({ bytes, serverStart, serverEnd, epoch, sequence }: RecordView): boolean {
    return sequence <= this.vector.of(this.origins.of(bytes, serverStart, serverEnd, epoch));
  }

  /** Claims what the neighbours' checkpoints allow. */
  adopt(neighbours: readonly (readonly Checkpoint[])[]): void {
    this.refresh();
    if (!this.#isLossy) this.vector = adopt(this.vector, neighbours);
  }

  /** The number of the origin of the record in a slot of the store. */
  originOf(slot: number): number {
    return this.#numberOf(this.#store.originOf(slot));
  }

  /** Whether an origin is this server itself, in any of its epochs. */
  isOwn(origin: number): boolean {
    return origin !== NO_ORIGIN && this.origins.at(origin).name === this.#self;
  }

  /** Whether an origin is this server in its current epoch: it has all its own records. */
  isOwnPresent(origin: number): boolean {
    return this.isOwn(origin) && this.origins.at(origin).epoch === this.#ownEpoch();
  }

  /** How many records of an origin there can be: of this server's present epoch it knows that. */
  mostOf(origin: number): number {
    if (!this.isOwnPresent(origin)) return Infinity;
    this.refresh();
    return this.highest.of(origin);
  }

  /** Brings what follows from the store's records up to date. */
  refresh(): void {
    const { origins } = this.#store;
    for (let inStore = 1; inStore <= origins.count; inStore++) {
      this.highest.raise(this.#numberOf(inStore), origins.highest(inStore));
    }
    const before = this.#own;
    this.#own = this.origins.named(this.#self, this.#ownEpoch());
    // An epoch that has ended meanwhile ended with records that no server was sent yet.
    for (const own of [before, this.#own]) this.vector.raise(own, this.highest.of(own));
  }

  /**
   * Claims what another server claimed, of which all records, or newer ones of their clients, are here as well: so does
   * what this server claimed in an earlier life.
   */
  claim(entries: VersionVector): void {
    if (!this.#isLossy) this.#raise(this.vector, entries);
  }

  /** Notes what all servers of the herd can get. */
  announce(entries: VersionVector): void {
    this.#raise(this.announced, entries);
  }

  #raise(numbers: SequenceNumbers, entries: VersionVector): void {
    for (const { name, epoch, sequence } of entries) {
      numbers.raise(this.origins.named(name, epoch), sequence);
    }
  }

  /** The version vector, without empty entries. */
  entries(): VersionVector {
    this.refresh();
    const { vector } = this;
    const isSame = this.#listed.vector === vector && this.#listed.raises === vector.raises;
    if (!isSame) this.#listed = { vector, raises: vector.raises, entries: this.#list() };
    return this.#listed.entries;
  }

  #list(): VectorEntry[] {
    const all = Array.from({ length: this.origins.count }, (_, origin) => ({
      ...this.origins.at(origin),
      sequence: this.vector.of(origin),
    }));
    return all.filter(({ sequence }) => sequence > 0);
  }

  /** What this server has of each origin, without empty entries, as of the last `refresh`. */
  held(): HeldOrigin[] {
    const all = Array.from({ length: this.origins.count }, (_, number) => ({
      origin: this.origins.at(number),
      sequence: this.vector.of(number),
      highest: this.highest.of(number),
    }));
    return all.filter(({ sequence, highest }) => sequence > 0 || highest > 0);
  }

  /** Marks the present place in the feed, for neighbours that come back later. */
  mark(): void {
    this.refresh();
    this.#marks.add(this.#store.head, this.highest);
  }

  /** After which change of this server's feed a neighbour has to be read on from. */
  startOf(vector: SequenceNumbers): number {
    return this.#hasUnnumbered ? 0 : this.#marks.startOf(vector);
  }

  /** The same for a subscriber's version vector, which may name origins that are not known here. */
  startOfEntries(entries: VersionVector): number {
    const numbers = new SequenceNumbers();
    for (const { name, epoch, sequence } of entries) {
      numbers.raise(this.origins.find(name, epoch), sequence);
    }
    return this.startOf(numbers);
  }

  #numberOf(inStore: number): number {
    const { origins } = this.#store;
    const name = origins.name(inStore);
    const epoch = origins.epoch(inStore);
    const known = this.#byStore[inStore];
    if (known !== undefined && known.name === name && known.epoch === epoch) return known.number;
    const number = this.origins.of(name, 0, name.length, epoch);
    this.#byStore[inStore] = { name, epoch, number };
    this.#hasUnnumbered ||= number === NO_ORIGIN;
    return number;
  }
}
