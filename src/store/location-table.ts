import { randomBytes } from 'node:crypto';

import { ByteWriter } from '../protocol/byte-writer.ts';
import { readPosition, type Position } from '../protocol/position.ts';
import { compareInstants, LATEST_SECONDS, type Instant } from '../protocol/timestamp.ts';
import { halfSipHash } from './keyed-hash.ts';
import { LocationRows, ROW_BYTES } from './location-rows.ts';
import { locationOf, type Location } from './location.ts';
import { NO_ORIGIN, Origins } from './origins.ts';
import { compareEarlier } from './compare-earlier.ts';
import { RecordView } from './record.ts';
import { RowBlocks } from './row-blocks.ts';
import { RowCounts } from './row-counts.ts';
import { RowLines } from './row-lines.ts';
import { NO_SLOT, SlotIndex } from './slot-index.ts';

const SPACE = 0x20;
const E7 = 10_000_000;
/** Room for most lines; the writer grows for longer ones. */
const SCRATCH_BYTES = 256;

/**
 * One record of each client, in rows. A slot is a client's row until the client is forgotten.
 *
 * What was reported is kept as numbers, of which its text is made again. A client that was removed has a tombstone for
 * a record. What is of no fixed size is in the slot's block.
 */
export class LocationTable {
  readonly #hash = halfSipHash(randomBytes(4).readInt32LE(), randomBytes(4).readInt32LE());
  readonly rows: LocationRows;
  readonly origins = new Origins();
  readonly #blocks: RowBlocks;
  readonly #lines: RowLines;
  readonly #index: SlotIndex;
  /** Slots below `end` that are not in use. */
  readonly #freeSlots: number[] = [];
  #end = 0;
  readonly counts = new RowCounts();
  readonly #view = new RecordView();
  readonly #scratch = new ByteWriter(SCRATCH_BYTES);
  /** @param capacity how many rows there is room for before the table has to grow */
  constructor(capacity: number) {
    this.rows = new LocationRows(capacity);
    this.#blocks = new RowBlocks(this.rows);
    this.#lines = new RowLines(this.rows, this.#blocks, this.origins);
    this.#index = new SlotIndex(this.#blocks);
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
    return this.#index.sizeBytes + this.#blocks.sizeBytes + this.#end * ROW_BYTES;
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

  /** Whether there is room for a record, in a slot of its own or in the place of its client's one before. */
  hasRoomFor(record: RecordView): boolean {
    const { bytes, serverStart, serverEnd, epoch } = record;
    if (this.origins.numberOf(bytes, serverStart, serverEnd, epoch) === NO_ORIGIN) return false;
    return this.#blocks.hasRoom(record);
  }

  /** Whether a record needs more memory than its client has by now: a slot, or a larger block. */
  needsMore(record: RecordView): boolean {
    const slot = this.find(record.bytes, record.clientStart, record.clientEnd);
    return slot === NO_SLOT || this.#blocks.isLonger(record, slot);
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
    const { page, start, end } = this.#blocks.attributes(slot);
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
    const { page, start, end } = this.#blocks.key(slot);
    this.#index.remove(this.#hash(page, start, end), page, start, end);
    this.origins.release(this.rows.origin(slot));
    this.counts.count(this.rows, slot, -1);
    this.#blocks.free(slot);
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
    const { page, start, end } = this.#blocks.key(slot);
    return Buffer.from(page.subarray(start, end));
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
    const { page, start, end } = this.#blocks.report(slot);
    const position = readPosition(page, start, page.indexOf(SPACE, start));
    if (position === undefined || end === start) throw new Error('The table has no position.');
    return position;
  }

  /** Writes a slot's record as links and the journal have it, without a line end: see `RecordView`. */
  writeLine(slot: number, out: ByteWriter): void {
    this.#lines.write(slot, out);
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
    const { page, start, end } = this.#blocks.attributes(slot);
    if (attributesLength === 0 || start === end) return attributesLength - (end - start);
    const attributesEnd = attributesStart + attributesLength;
    return record.bytes.compare(page, start, end, attributesStart, attributesEnd);
  }

  /** Fills a slot, new or not, with the record of its client. */
  #write(slot: number, record: RecordView): void {
    const { rows } = this;
    const { bytes, serverStart, serverEnd, receiptSeconds, receiptNanoseconds, format } = record;
    const origin = this.origins.numberOf(bytes, serverStart, serverEnd, record.epoch);
    this.#blocks.write(slot, record);
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
}
