import { isSameAt } from '../protocol/same-bytes.ts';
import { blockLength, keptLength } from './kept-length.ts';
import { DOCUMENT, HAS_ATTRIBUTES, REMOVAL, type LocationRows } from './location-rows.ts';
import type { RecordView } from './record.ts';
import { areOfOneSize, SlabAllocator } from './slab-allocator.ts';
import type { SlotKeys } from './slot-index.ts';

const SPACE = 0x20;

/** Where bytes are in a page of memory. */
export interface Place {
  readonly page: Buffer;
  readonly start: number;
  readonly end: number;
}

/**
 * What of each row is of no fixed size, in a block of memory: the client's ID, then the text of a report of which the row's
 * numbers do not say all, then, after a space, the text of its attributes. A document has its key in the place of the ID,
 * and its text in that of the attributes.
 */
export class RowBlocks implements SlotKeys {
  readonly #rows: LocationRows;
  readonly #slabs = new SlabAllocator();

  constructor(rows: LocationRows) {
    this.#rows = rows;
  }

  /** How much memory they take, in bytes. */
  get sizeBytes(): number {
    return this.#slabs.sizeBytes;
  }

  /** Whether there is room for a record's block. */
  hasRoom(record: RecordView): boolean {
    return this.#slabs.hasRoom(blockLength(record));
  }

  /** Whether a record's block is longer than the one of a slot. */
  isLonger(record: RecordView, slot: number): boolean {
    return blockLength(record) > this.#length(slot);
  }

  isKey(slot: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#rows.clientLength(slot) !== end - start) return false;
    const block = this.#rows.block(slot);
    return isSameAt(this.#slabs.page(block), this.#slabs.offset(block), bytes, start, end);
  }

  /** Where the ID of a slot's client is, or its document's key. */
  key(slot: number): Place {
    const block = this.#rows.block(slot);
    const start = this.#slabs.offset(block);
    return { page: this.#slabs.page(block), start, end: start + this.#rows.clientLength(slot) };
  }

  /** Where a report's text is that is kept, since its row's numbers do not say all of it; else of no length. */
  report(slot: number): Place {
    const { page, start, end } = this.#text(slot);
    return { page, start, end: this.#reportEnd(slot, page, start, end) };
  }

  /** Where the text of a slot's attributes is; of no length where there are none. */
  attributes(slot: number): Place {
    const { page, start, end } = this.#text(slot);
    if (!this.#rows.hasAttributes(slot)) return { page, start: end, end };
    const reportEnd = this.#reportEnd(slot, page, start, end);
    return { page, start: reportEnd === start ? start : reportEnd + 1, end };
  }

  /** Sees to it that a slot has a block with the record's key and, where there is some, its text. */
  write(slot: number, record: RecordView): void {
    const rows = this.#rows;
    const { bytes, clientStart, clientEnd } = record;
    const clientLength = clientEnd - clientStart;
    const textLength = keptLength(record);
    const before = this.#length(slot);
    const length = clientLength + textLength;
    if (before === 0 || !areOfOneSize(length, before)) {
      if (before > 0) this.#slabs.free(rows.block(slot), before);
      const block = this.#slabs.allocate(length);
      rows.setBlock(slot, block);
      bytes.copy(this.#slabs.page(block), this.#slabs.offset(block), clientStart, clientEnd);
    }
    const removal = record.isRemoval ? REMOVAL : 0;
    const attributes = record.attributesLength > 0 ? HAS_ATTRIBUTES : 0;
    const document = record.isDocument ? DOCUMENT : 0;
    rows.setClientLength(slot, clientLength, removal | attributes | document);
    rows.setTextLength(slot, textLength);
    if (textLength === 0) return;
    const { page, start } = this.#text(slot);
    // A report and its attributes have a space between them wherever they stand.
    const from = record.format === 0 ? record.positionStart : record.attributesStart;
    bytes.copy(page, start, from, from + textLength);
  }

  /** Frees the block of a slot, which is not in use then. */
  free(slot: number): void {
    this.#slabs.free(this.#rows.block(slot), this.#length(slot));
    this.#rows.setClientLength(slot, 0, 0);
    this.#rows.setTextLength(slot, 0);
  }

  #length(slot: number): number {
    return this.#rows.clientLength(slot) + this.#rows.textLength(slot);
  }

  #text(slot: number): Place {
    const block = this.#rows.block(slot);
    const start = this.#slabs.offset(block) + this.#rows.clientLength(slot);
    return { page: this.#slabs.page(block), start, end: start + this.#rows.textLength(slot) };
  }

  /** Where the text of a report ends that is kept. */
  #reportEnd(slot: number, page: Buffer, start: number, end: number): number {
    if (!this.#rows.hasAttributes(slot)) return end;
    if (this.#rows.format(slot) !== 0) return start;
    return page.lastIndexOf(SPACE, end - 1); // no text of attributes has a space in it
  }
}
