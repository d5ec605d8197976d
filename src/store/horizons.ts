import { compareInstants, type Instant } from '../protocol/timestamp.ts';
import type { LocationTable } from './location-table.ts';
import type { RecordView } from './record.ts';

const START_OF_TIME: Instant = { seconds: 0, nanoseconds: 0 };

/**
 * What of a table is forgotten: clients' records and signs of life of before one instant, and tombstones that were made
 * before another. Other documents do not grow old.
 */
export class Horizons {
  readonly #table: LocationTable;
  #records: Instant = START_OF_TIME;
  #tombstones: Instant = START_OF_TIME;

  constructor(table: LocationTable) {
    this.#table = table;
  }

  /** Forgets records of before `horizon`, which does not go back. */
  forgetBefore(horizon: Instant): void {
    if (compareInstants(horizon, this.#records) > 0) this.#records = horizon;
  }

  /** Forgets tombstones that were made before `horizon`, which does not go back. */
  forgetRemovalsBefore(horizon: Instant): void {
    if (compareInstants(horizon, this.#tombstones) > 0) this.#tombstones = horizon;
  }

  /** Whether there can be something that is forgotten. */
  get mayForget(): boolean {
    const { tombstones, removedDocuments } = this.#table.counts;
    return this.#forgetsRecords || tombstones + removedDocuments > 0;
  }

  /** Whether the record of a slot is forgotten. */
  isForgotten(slot: number): boolean {
    const mayExpire = this.#forgetsRecords && this.#table.rows.growsOld(slot);
    if (mayExpire && this.#table.isBefore(slot, this.#records)) return true;
    return this.isRemovalForgotten(slot);
  }

  /** Whether a slot is a tombstone that is forgotten as such. */
  isRemovalForgotten(slot: number): boolean {
    return this.#table.isRemovedBefore(slot, this.#tombstones);
  }

  /** Whether clients' records of a time are forgotten. */
  isPast(time: Instant): boolean {
    return this.#forgetsRecords && compareInstants(time, this.#records) < 0;
  }

  /** Whether a record is not to be taken in any more. */
  isToForget(record: RecordView): boolean {
    if (record.growsOld && this.isPast(record.time)) return true;
    return record.isRemoval && compareInstants(record.receipt, this.#tombstones) < 0;
  }

  get #forgetsRecords(): boolean {
    return this.#records.seconds > 0 || this.#records.nanoseconds > 0;
  }
}
