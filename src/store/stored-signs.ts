import { compareInstants, type Instant } from '../protocol/timestamp.ts';
import type { LocationTable } from './location-table.ts';
import { clientOfSign, decodeSign, signKey, type SignOfLife } from './sign-of-life.ts';
import { NO_SLOT } from './slot-index.ts';

/** The signs of life in a table. Those that are removed or forgotten are not there. */
export class StoredSigns {
  readonly #table: LocationTable;
  readonly #isShown: (slot: number) => boolean;

  /** @param isShown whether a slot's record is neither removed nor forgotten */
  constructor(table: LocationTable, isShown: (slot: number) => boolean) {
    this.#table = table;
    this.#isShown = isShown;
  }

  /** How many there are; those whose memory is not free yet count. */
  get count(): number {
    return this.#table.counts.signs;
  }

  /** Whether a slot's record is a sign of life, or the tombstone of one. */
  isSign(slot: number): boolean {
    return this.#table.rows.isSign(slot);
  }

  /** The slot of a client's sign of life, or `NO_SLOT`. */
  slotOf(client: Buffer): number {
    if (this.count === 0) return NO_SLOT;
    const key = signKey(client);
    return key === undefined ? NO_SLOT : this.find(key);
  }

  /** The slot of the sign of life, or the client, whose key or ID the bytes are; `NO_SLOT` where it is not shown. */
  find(key: Buffer): number {
    const slot = this.#table.find(key, 0, key.length);
    return slot !== NO_SLOT && this.#isShown(slot) ? slot : NO_SLOT;
  }

  /** The ID of the client whose sign of life is at a slot. */
  clientOf(slot: number): Buffer {
    return clientOfSign(this.#table.client(slot));
  }

  /** A client's sign of life; `undefined` where there is none. */
  of(client: Buffer): SignOfLife | undefined {
    const slot = this.slotOf(client);
    return slot === NO_SLOT ? undefined : this.at(slot);
  }

  /** The sign of life at a slot. */
  at(slot: number): SignOfLife {
    const { rows, origins } = this.#table;
    return {
      received: this.#receiptOf(slot),
      origin: origins.name(rows.origin(slot)).toString('latin1'),
      ...decodeSign(this.#table.documentText(slot)),
    };
  }

  /**
   * When a server last received anything of a client: its newest location, or its sign of life where that is later;
   * `undefined` where there is neither.
   *
   * @param slot that of its sign of life
   */
  lastSeen(client: Buffer, slot: number): Instant | undefined {
    const located = this.find(client);
    const received = located === NO_SLOT ? undefined : this.#receiptOf(located);
    if (slot === NO_SLOT) return received;
    const seen = this.#receiptOf(slot);
    return received === undefined || compareInstants(seen, received) > 0 ? seen : received;
  }

  #receiptOf(slot: number): Instant {
    const { rows } = this.#table;
    return { seconds: rows.receiptSeconds(slot), nanoseconds: rows.receiptNanoseconds(slot) };
  }
}
