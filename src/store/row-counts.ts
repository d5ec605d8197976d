import type { LocationRows } from './location-rows.ts';

/** How many rows of each kind a table has. */
export class RowCounts {
  /** Clients that were not removed, and those that were. */
  clients = 0;
  tombstones = 0;
  /** Documents that were not removed: signs of life, and others. */
  signs = 0;
  documents = 0;
  /** Documents of either kind that were. */
  removedDocuments = 0;

  /**
   * Counts a row that is there from now on, or is there no more.
   *
   * @param change 1 or -1
   */
  count(rows: LocationRows, slot: number, change: number): void {
    const isRemoval = rows.isRemoval(slot);
    if (rows.isDocument(slot)) {
      if (isRemoval) this.removedDocuments += change;
      else if (rows.isSign(slot)) this.signs += change;
      else this.documents += change;
    } else if (isRemoval) this.tombstones += change;
    else this.clients += change;
  }
}
