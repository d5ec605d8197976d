import { writeSkewOf } from '../protocol/at-line.ts';
import type { ByteWriter } from '../protocol/byte-writer.ts';
import { writeReport, type Report } from '../protocol/report.ts';
import { scanTimestamp, writeSkew } from '../protocol/timestamp.ts';
import type { LocationRows } from './location-rows.ts';
import type { Origins } from './origins.ts';
import { writePositionless } from './positionless-line.ts';
import type { RowBlocks } from './row-blocks.ts';

const SPACE = 0x20;

/** A client's time, and where its text stands. */
type SentTime = Pick<Report, 'bytes' | 'timeStart' | 'timeEnd' | 'seconds' | 'nanoseconds'>;

/** Writes rows as lines: the text of a report is made again of its numbers, unless it is kept. */
export class RowLines {
  readonly #rows: LocationRows;
  readonly #blocks: RowBlocks;
  readonly #origins: Origins;
  /** What a line is made of, again and again. */
  readonly #received = { seconds: 0, nanoseconds: 0 };
  readonly #sent: SentTime = {
    bytes: Buffer.alloc(0),
    timeStart: 0,
    timeEnd: 0,
    seconds: 0,
    nanoseconds: 0,
  };

  constructor(rows: LocationRows, blocks: RowBlocks, origins: Origins) {
    this.#rows = rows;
    this.#blocks = blocks;
    this.#origins = origins;
  }

  /** Writes a slot's record as links and the journal have it, without a line end: see `RecordView`. */
  write(slot: number, out: ByteWriter): void {
    const rows = this.#rows;
    this.#received.seconds = rows.receiptSeconds(slot);
    this.#received.nanoseconds = rows.receiptNanoseconds(slot);
    this.#sent.seconds = rows.clientSeconds(slot);
    this.#sent.nanoseconds = rows.clientNanoseconds(slot);
    if (rows.isRemoval(slot) || rows.isDocument(slot)) this.#writePositionless(slot, out);
    else this.#writeAt(slot, out);
    if (!rows.hasAttributes(slot)) return;
    const { page, start, end } = this.#blocks.attributes(slot);
    out.byte(SPACE);
    out.copy(page, start, end);
  }

  #writePositionless(slot: number, out: ByteWriter): void {
    const { page: bytes, start, end } = this.#blocks.key(slot);
    const server = this.#origins.name(this.#rows.origin(slot));
    writePositionless(out, server, this.#received, { bytes, start, end }, this.#sent);
  }

  #writeAt(slot: number, out: ByteWriter): void {
    const rows = this.#rows;
    const prefix = this.#origins.prefix(rows.origin(slot));
    const client = this.#blocks.key(slot);
    const format = rows.format(slot);
    out.copy(prefix, 0, prefix.length);
    if (format === 0) this.#writeKeptSkew(slot, out);
    else writeSkew(out, this.#received, this.#sent);
    out.byte(SPACE);
    out.copy(client.page, client.start, client.end);
    out.byte(SPACE);
    if (format === 0) return this.#writeKept(slot, out);
    const [latitudeE7, longitudeE7] = [rows.latitudeE7(slot), rows.longitudeE7(slot)];
    writeReport(out, format, latitudeE7, longitudeE7, this.#sent.seconds, this.#sent.nanoseconds);
  }

  /** The skew of a report whose text is kept: the client's time may be too large for the row. */
  #writeKeptSkew(slot: number, out: ByteWriter): void {
    const { page, start, end } = this.#blocks.report(slot);
    const sent = this.#sent;
    sent.bytes = page;
    // No field has a space in it.
    sent.timeStart = page.indexOf(SPACE, start) + 1;
    sent.timeEnd = end;
    scanTimestamp(page, sent.timeStart, end, sent);
    writeSkewOf(out, this.#received, sent);
  }

  #writeKept(slot: number, out: ByteWriter): void {
    const { page, start, end } = this.#blocks.report(slot);
    out.copy(page, start, end);
  }
}
