import { randomBytes } from 'node:crypto';

import { writeSkewOf } from '../protocol/at-line.ts';
import { ByteWriter } from '../protocol/byte-writer.ts';
import { readPosition, type Position } from '../protocol/position.ts';
import { writeReport, type Report } from '../protocol/report.ts';
import { isSameAt } from '../protocol/same-bytes.ts';
import {
  compareInstants,
  LATEST_SECONDS,
  scanTimestamp,
  writeSkew,
  type Instant,
} from '../protocol/timestamp.ts';
import { halfSipHash } from './keyed-hash.ts';
import { DOCUMENT, HAS_ATTRIBUTES, LocationRows, REMOVAL, ROW_BYTES } from './location-rows.ts';
import { locationOf, type Location } from './location.ts';
import { blockLength, keptLength } from './kept-length.ts';
import { NO_ORIGIN, Origins } from './origins.ts';
import { compareEarlier } from './compare-earlier.ts';
import { RecordView } from './record.ts';
import { writePositionless } from './positionless-line.ts';
import { RowCounts } from './row-counts.ts';
import { areOfOneSize, SlabAllocator } from './slab-allocator.ts';
import { NO_SLOT, SlotIndex, type SlotKeys } from './slot-index.ts';

const SPACE = 0x20;
const E7 = 10_000_000;
/** Room for most lines; the writer grows for longer ones. */
const SCRATCH_BYTES = 256;

/** A client's time, and where its text stands. */
type SentTime = Pick<Report, 'bytes' | 'timeStart' | 'timeEnd' | 'seconds' | 'nanoseconds'>;

/**
 * One record of each client, in rows. A slot is a client's row until the client is forgotten.
 *
 * What was reported is kept as numbers, of which its text is made again. Where it was not written in the
 * usual form, its text is kept too, behind the client's ID in the slot's block; and behind that, after a space,
 * the text of its attributes. A client that was removed has a tombstone for a record. A document's row has its key
 * in the place of the ID, and its text where a report has attributes.
 */
export class LocationTable implements SlotKeys {
  readonly #hash = halfSipHash(randomBytes(4).readInt32LE(), randomBytes(4).readInt32LE());
  readonly #index = new SlotIndex(this);
  readonly #slabs = new SlabAllocator();
  readonly rows: LocationRows;
  readonly origins = new Origins();
  /** Slots below `end` that are not in use. */
  readonly #freeSlots: number[] = [];
  #end = 0;
  readonly counts = new RowCounts();
  readonly #view = new RecordView();
  readonly #scratch = new ByteWriter(SCRATCH_BYTES);
  /** What a line is made of, again and again. */
  readonly #received = { seconds: 0, nanoseconds: 0 };
  readonly #sent: SentTime = {
    bytes: Buffer.alloc(0),
    timeStart: 0,
    timeEnd: 0,
    seconds: 0,
    nanoseconds: 0,
  };

  /** @param capacity how many rows there is room for before the table has to grow */
  constructor(capacity: number) {
    this.rows = new LocationRows(capacity);
  }

  /** How many clients there are, but for those that were removed. */
  get size(): number {
    return this.counts.clients;
  }

  /** How many clients were removed. */
  get tombstones(): number {
    return this.counts.tombstones;
  }

  /** All slots in use are below this. */
  get end(): number {
    return this.#end;
  }

  /** How much memory it takes, in bytes: index, rows in use and blocks. */
  get sizeBytes(): number {
    return this.#index.sizeBytes + this.#slabs.sizeBytes + this.#end * ROW_BYTES;
  }

  isUsed(slot: number): boolean {
    return this.rows.clientLength(slot) !== 0;
  }

  /** Whether a slot is in use, and what it has was not removed. */
  isPresent(slot: number): boolean {
    return this.isUsed(slot) && !this.rows.isRemoval(slot);
  }

  /** Whether a slot is in use, by a client that was not removed. */
  hasPosition(slot: number): boolean {
    return this.isPresent(slot) && !this.rows.isDocument(slot);
  }

  /** The slot of the client whose ID the bytes are, or `NO_SLOT`. */
  find(bytes: Uint8Array, start: number, end: number): number {
    return this.#index.find(this.#hash(bytes, start, end), bytes, start, end);
  }

  isKey(slot: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.rows.clientLength(slot) !== end - start) return false;
    const block = this.rows.block(slot);
    return isSameAt(this.#slabs.page(block), this.#slabs.offset(block), bytes, start, end);
  }

  /** Whether there is room for a record, in a slot of its own or in the place of its client's one before. */
  hasRoomFor(record: RecordView): boolean {
    const { bytes, serverStart, serverEnd, epoch } = record;
    if (this.origins.numberOf(bytes, serverStart, serverEnd, epoch) === NO_ORIGIN) return false;
    return this.#slabs.hasRoom(blockLength(record));
  }

  /** Whether a record needs more memory than its client has by now: a slot, or a larger block. */
  needsMore(record: RecordView): boolean {
    const slot = this.find(record.bytes, record.clientStart, record.clientEnd);
    return slot === NO_SLOT || blockLength(record) > this.#blockLength(slot);
  }

  /** The location of a slot that has a position, as plain data. */
  location(slot: number): Location {
    const scratch = this.#scratch;
    scratch.length = 0;
    this.writeLine(slot, scratch);
    if (!this.hasPosition(slot) || !this.#view.scan(scratch.bytes, 0, scratch.length)) {
      throw new Error('The table has no such location.');
    }
    return locationOf(this.#view, this.position(slot));
  }

  /** The text of a document's slot. */
  documentText(slot: number): string {
    const { page, start, end } = this.#attributes(slot);
    return page.toString('latin1', start, end);
  }

  /** Puts in the record of a client that has none. To be called where there is room for it. */
  add(record: RecordView): number {
    const { bytes, clientStart, clientEnd } = record;
    const slot = this.#freeSlots.pop() ?? this.#end++;
    if (slot === this.rows.capacity) this.rows.grow();
    this.#write(slot, record);
    this.#index.add(this.#hash(bytes, clientStart, clientEnd), slot);
    return slot;
  }

  /** Puts another record of the slot's client in its place. To be called where there is room for it. */
  replace(slot: number, record: RecordView): void {
    const before = this.rows.origin(slot);
    this.counts.count(this.rows, slot, -1);
    this.#write(slot, record);
    this.origins.release(before);
  }

  remove(slot: number): void {
    const { rows, origins } = this;
    const block = rows.block(slot);
    const page = this.#slabs.page(block);
    const start = this.#slabs.offset(block);
    const end = start + rows.clientLength(slot);
    this.#index.remove(this.#hash(page, start, end), page, start, end);
    const origin = rows.origin(slot);
    origins.release(origin);
    this.#slabs.free(block, this.#blockLength(slot));
    this.counts.count(rows, slot, -1);
    rows.setClientLength(slot, 0, 0);
    rows.setTextLength(slot, 0);
    this.#freeSlots.push(slot);
  }

  /** Positive where a record is newer than the one in its client's slot, 0 where it is the same. */
  compare(record: RecordView, slot: number): number {
    const { rows } = this;
    const receiptSeconds = rows.receiptSeconds(slot);
    const receiptNanoseconds = rows.receiptNanoseconds(slot);
    const clientSeconds = rows.clientSeconds(slot);
    const clientNanoseconds = rows.clientNanoseconds(slot);
    const later = record.receiptSeconds - receiptSeconds;
    const laterNanoseconds = record.receiptNanoseconds - receiptNanoseconds;
    return (
      compareEarlier(
        record,
        clientSeconds,
        clientNanoseconds,
        receiptSeconds,
        receiptNanoseconds,
      ) ||
      later ||
      laterNanoseconds ||
      this.#compareIdentity(record, slot) ||
      this.#compareAttributes(record, slot)
    );
  }

  /** Where the client of a slot is, in 1e-7 degree. */
  latitudeE7(slot: number): number {
    return this.rows.latitudeE7(slot);
  }

  longitudeE7(slot: number): number {
    return this.rows.longitudeE7(slot);
  }

  /** Whether a slot's record counts as of before an instant. */
  isBefore(slot: number, { seconds, nanoseconds }: Instant): boolean {
    const { rows } = this;
    const [client, receipt] = [rows.clientSeconds(slot), rows.receiptSeconds(slot)];
    if (client < seconds || receipt < seconds) return true;
    return (
      (client === seconds && rows.clientNanoseconds(slot) < nanoseconds) ||
      (receipt === seconds && rows.receiptNanoseconds(slot) < nanoseconds)
    );
  }

  /** The ID of a slot's client. */
  client(slot: number): Buffer {
    const block = this.rows.block(slot);
    const start = this.#slabs.offset(block);
    return Buffer.from(
      this.#slabs.page(block).subarray(start, start + this.rows.clientLength(slot)),
    );
  }

  /** When a slot's record counts as of: the client's time, or the receipt's where that is earlier. */
  timeOf(slot: number): Instant {
    const { rows } = this;
    const sent = { seconds: rows.clientSeconds(slot), nanoseconds: rows.clientNanoseconds(slot) };
    const received = {
      seconds: rows.receiptSeconds(slot),
      nanoseconds: rows.receiptNanoseconds(slot),
    };
    return compareInstants(sent, received) < 0 ? sent : received;
  }

  /** Whether a slot is a tombstone that was made before an instant. */
  isRemovedBefore(slot: number, { seconds, nanoseconds }: Instant): boolean {
    const { rows } = this;
    if (!rows.isRemoval(slot)) return false;
    const later = rows.receiptSeconds(slot) - seconds;
    return later < 0 || (later === 0 && rows.receiptNanoseconds(slot) < nanoseconds);
  }

  /** Where the client of a slot is. */
  position(slot: number): Position {
    const { rows } = this;
    if (rows.format(slot) !== 0) {
      return { latitude: rows.latitudeE7(slot) / E7, longitude: rows.longitudeE7(slot) / E7 };
    }
    const { page, start, end } = this.#text(slot);
    const position = readPosition(page, start, page.indexOf(SPACE, start));
    if (position === undefined || end === start) throw new Error('The table has no position.');
    return position;
  }

  /** Writes a slot's record as links and the journal have it, without a line end: see `RecordView`. */
  writeLine(slot: number, out: ByteWriter): void {
    const { rows } = this;
    this.#received.seconds = rows.receiptSeconds(slot);
    this.#received.nanoseconds = rows.receiptNanoseconds(slot);
    this.#sent.seconds = rows.clientSeconds(slot);
    this.#sent.nanoseconds = rows.clientNanoseconds(slot);
    if (rows.isRemoval(slot) || rows.isDocument(slot)) this.#writePositionless(slot, out);
    else this.#writeAt(slot, out);
    const { page, start, end } = this.#attributes(slot);
    if (start === end) return;
    out.byte(SPACE);
    out.copy(page, start, end);
  }

  #writePositionless(slot: number, out: ByteWriter): void {
    const { rows } = this;
    const block = rows.block(slot);
    const start = this.#slabs.offset(block);
    const key = { bytes: this.#slabs.page(block), start, end: start + rows.clientLength(slot) };
    const server = this.origins.name(rows.origin(slot));
    writePositionless(out, server, this.#received, key, this.#sent);
  }

  #writeAt(slot: number, out: ByteWriter): void {
    const { rows } = this;
    const prefix = this.origins.prefix(rows.origin(slot));
    const block = rows.block(slot);
    const page = this.#slabs.page(block);
    const start = this.#slabs.offset(block);
    const clientEnd = start + rows.clientLength(slot);
    const textEnd = this.#reportEnd(slot, page, clientEnd);
    const format = rows.format(slot);
    out.copy(prefix, 0, prefix.length);
    if (format === 0) this.#writeKeptSkew(page, clientEnd, textEnd, out);
    else writeSkew(out, this.#received, this.#sent);
    out.byte(SPACE);
    out.copy(page, start, clientEnd);
    out.byte(SPACE);
    if (format === 0) return out.copy(page, clientEnd, textEnd);
    const [latitudeE7, longitudeE7] = [rows.latitudeE7(slot), rows.longitudeE7(slot)];
    writeReport(out, format, latitudeE7, longitudeE7, this.#sent.seconds, this.#sent.nanoseconds);
  }

  /** The skew of a report whose text is kept: the client's time may be too large for the row. */
  #writeKeptSkew(page: Buffer, start: number, end: number, out: ByteWriter): void {
    const sent = this.#sent;
    sent.bytes = page;
    // No field has a space in it.
    sent.timeStart = page.indexOf(SPACE, start) + 1;
    sent.timeEnd = end;
    scanTimestamp(page, sent.timeStart, end, sent);
    writeSkewOf(out, this.#received, sent);
  }

  /** Where the text of a report ends that is kept, in the page where its slot's text begins. */
  #reportEnd(slot: number, page: Buffer, textStart: number): number {
    const end = textStart + this.rows.textLength(slot);
    if (!this.rows.hasAttributes(slot)) return end;
    if (this.rows.format(slot) !== 0) return textStart;
    return page.lastIndexOf(SPACE, end - 1); // no text of attributes has a space in it
  }

  /** Where the text of a slot's attributes is; of no length where there are none. */
  #attributes(slot: number): { page: Buffer; start: number; end: number } {
    const { page, start, end } = this.#text(slot);
    if (!this.rows.hasAttributes(slot)) return { page, start: end, end };
    const reportEnd = this.#reportEnd(slot, page, start);
    return { page, start: reportEnd === start ? start : reportEnd + 1, end };
  }

  #text(slot: number): { page: Buffer; start: number; end: number } {
    const block = this.rows.block(slot);
    const start = this.#slabs.offset(block) + this.rows.clientLength(slot);
    return { page: this.#slabs.page(block), start, end: start + this.rows.textLength(slot) };
  }

  #blockLength(slot: number): number {
    return this.rows.clientLength(slot) + this.rows.textLength(slot);
  }

  /** Of one receipt: by the origin's name, then by epoch, then by sequence. */
  #compareIdentity(record: RecordView, slot: number): number {
    const { bytes, serverStart, serverEnd, epoch, sequence } = record;
    const origin = this.rows.origin(slot);
    const name = this.origins.name(origin);
    return (
      bytes.compare(name, 0, name.length, serverStart, serverEnd) ||
      epoch - this.origins.epoch(origin) ||
      sequence - this.rows.sequence(slot)
    );
  }

  /** Of one identity, where a server has broken the rules: so that all others keep the same. */
  #compareAttributes(record: RecordView, slot: number): number {
    const { attributesStart, attributesLength } = record;
    const { page, start, end } = this.#attributes(slot);
    if (attributesLength === 0 || start === end) return attributesLength - (end - start);
    const attributesEnd = attributesStart + attributesLength;
    return record.bytes.compare(page, start, end, attributesStart, attributesEnd);
  }

  /** Fills a slot, new or not, with the record of its client. */
  #write(slot: number, record: RecordView): void {
    const { rows } = this;
    const { bytes, serverStart, serverEnd, receiptSeconds, receiptNanoseconds, format } = record;
    const origin = this.origins.numberOf(bytes, serverStart, serverEnd, record.epoch);
    this.#writeBlock(slot, record);
    if (record.seconds > LATEST_SECONDS) {
      rows.setClientTime(slot, receiptSeconds, receiptNanoseconds); // the earlier of the two counts
    } else rows.setClientTime(slot, record.seconds, record.nanoseconds);
    rows.setReceipt(slot, receiptSeconds, receiptNanoseconds);
    rows.setPosition(slot, record.latitudeE7, record.longitudeE7);
    rows.setFormat(slot, format);
    rows.setSequence(slot, record.sequence);
    rows.setOrigin(slot, origin);
    this.origins.retain(origin, record.sequence);
    this.counts.count(rows, slot, 1);
  }

  /** Sees to it that a slot has a block with the client's ID and, where there is some, the text. */
  #writeBlock(slot: number, record: RecordView): void {
    const { rows } = this;
    const { bytes, clientStart, clientEnd } = record;
    const clientLength = clientEnd - clientStart;
    const textLength = keptLength(record);
    const before = this.#blockLength(slot);
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
}
