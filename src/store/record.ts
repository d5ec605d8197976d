import { decodeAttributes, MAX_ATTRIBUTES_BYTES } from '../protocol/attributes.ts';
import { AtLine } from '../protocol/at-line.ts';
import type { ByteWriter } from '../protocol/byte-writer.ts';
import { NO_END, NO_POSITION, type Report } from '../protocol/report.ts';
import { compareInstants, type Instant } from '../protocol/timestamp.ts';
import { isDocumentBody } from './document.ts';
import { isSignKey, SIGN_FORMAT } from './sign-of-life.ts';
import { PositionlessScanner, writePositionless } from './positionless-line.ts';

const SPACE = 0x20;
const [A, D, R] = [0x41, 0x44, 0x52];

/**
 * What the herd keeps of a client, where it stands among bytes: a report, as its `AT` line and perhaps its
 * attributes behind that, or a removal; or a document, which has a key in the place of the client's ID; and its
 * identity. The n-th record that an origin accepts in one of its epochs has the sequence number n.
 *
 *     AT Riley +0.263873386 kiwi +34.068930-118.445127 1621464827.959498503
 *     AT Riley +0.263873386 kiwi +34.068930-118.445127 1621464827.959498503 accuracyM=12.5;charging=true
 *     REMOVED Riley +0.000000000 kiwi 1621464829.000000000
 *     DOCUMENT Riley +0.000000000 geofence/home 1621464829.000000000 {"circle":[34.06893,-118.445127,50]}
 *     DOCUMENT Riley +0.000000000 geofence/home 1621464830.000000000
 */
export class RecordView extends AtLine {
  /** Which life of the origin's sequence: milliseconds since the POSIX epoch; an origin's epochs rise. */
  epoch = 0;
  /** From 1. */
  sequence = 1;
  /** Whether it is a tombstone: it has no position, and hides its client's, or its document's, older records. */
  isRemoval = false;
  /** Whether it is a document or the tombstone of one. */
  isDocument = false;
  /** How long the text of its attributes, or of the document, is, a space behind the rest, in bytes; 0: none. */
  attributesLength = 0;
  readonly #positionless = new PositionlessScanner();

  /** Whether it is forgotten at an age: documents are not, but for signs of life. */
  get growsOld(): boolean {
    return !this.isDocument || this.format === SIGN_FORMAT;
  }

  /** When its origin received it, or decided that it is removed. */
  get receipt(): Instant {
    return { seconds: this.receiptSeconds, nanoseconds: this.receiptNanoseconds };
  }

  /** Where the text of its attributes, or of the document, begins. */
  get attributesStart(): number {
    return this.end + 1;
  }

  /** Where all of it ends. */
  get recordEnd(): number {
    return this.attributesLength === 0 ? this.end : this.end + 1 + this.attributesLength;
  }

  /** Reads a record as links and the journal have it; false where it is none. */
  override scan(bytes: Buffer, start: number, end: number): boolean {
    if (bytes[start] === R || bytes[start] === D) return this.#scanPositionless(bytes, start, end);
    if (super.scan(bytes, start, end)) {
      this.#isBareReport();
      return true;
    }
    if (bytes[start] !== A) return false;
    const space = bytes.lastIndexOf(SPACE, end - 1);
    const length = end - space - 1;
    if (space <= start || length === 0 || length > MAX_ATTRIBUTES_BYTES) return false;
    if (decodeAttributes(bytes.toString('latin1', space + 1, end)) === undefined) return false;
    if (!super.scan(bytes, start, space)) return false;
    this.#isBareReport();
    this.attributesLength = length;
    return true;
  }

  override scanLine(bytes: Buffer, start: number, end: number): number {
    const lineEnd = super.scanLine(bytes, start, end);
    if (lineEnd !== NO_END) this.#isBareReport();
    return lineEnd;
  }

  override write(out: ByteWriter, prefix: Buffer, received: Instant, report: Report): void {
    super.write(out, prefix, received, report);
    this.#isBareReport();
  }

  /** Writes the text of attributes behind the `AT` line that was written to the same place just now. */
  writeAttributes(out: ByteWriter, attributes: string): void {
    if (attributes === '') return;
    out.byte(SPACE);
    out.text(attributes);
    this.bytes = out.bytes; // it may have grown
    this.attributesLength = attributes.length;
  }

  /**
   * Writes a tombstone, without a line end, and takes its place.
   *
   * @param server the name of its origin
   * @param received when it is decided
   * @param key the ID of the client, or the key of the document, that is removed
   * @param sent from when on it is removed
   */
  writeRemoval(
    out: ByteWriter,
    server: Buffer,
    received: Instant,
    key: Buffer,
    sent: Instant,
  ): void {
    const start = out.length;
    writePositionless(out, server, received, { bytes: key, start: 0, end: key.length }, sent);
    if (!this.scan(out.bytes, start, out.length)) throw new RangeError('no such tombstone can be');
  }

  /**
   * Writes a document, without a line end, and takes its place.
   *
   * @param received when it is decided, which is from when on it is true
   * @param key see `documentKey`
   * @param body its text
   * @throws {RangeError} where no document has such a text
   */
  writeDocument(
    out: ByteWriter,
    server: Buffer,
    received: Instant,
    key: Buffer,
    body: Buffer,
  ): void {
    if (!isDocumentBody(body, 0, body.length)) {
      throw new RangeError(`no document has such a text, of ${body.length} bytes`);
    }
    const start = out.length;
    writePositionless(out, server, received, { bytes: key, start: 0, end: key.length }, received);
    out.byte(SPACE);
    out.copy(body, 0, body.length);
    if (!this.scan(out.bytes, start, out.length)) throw new RangeError('no such document can be');
  }

  #isBareReport(): void {
    this.isRemoval = false;
    this.isDocument = false;
    this.attributesLength = 0;
  }

  #scanPositionless(bytes: Buffer, start: number, end: number): boolean {
    const line = this.#positionless;
    if (!line.scan(bytes, start, end)) return false;
    const { receipt, sent, isDocument, bodyLength } = line;
    this.bytes = bytes;
    this.start = start;
    [, this.end] = line.field(4);
    [this.serverStart, this.serverEnd] = line.field(1);
    [this.clientStart, this.clientEnd] = line.key;
    this.seconds = sent.seconds;
    this.nanoseconds = sent.nanoseconds;
    this.receiptSeconds = receipt.seconds;
    this.receiptNanoseconds = receipt.nanoseconds;
    const isSign = isDocument && isSignKey(bytes, this.clientStart, this.clientEnd);
    this.format = isSign ? SIGN_FORMAT : NO_POSITION;
    this.latitudeE7 = 0;
    this.longitudeE7 = 0;
    this.isDocument = isDocument;
    this.isRemoval = bodyLength === 0;
    this.attributesLength = bodyLength;
    return true;
  }
}

/**
 * Orders two records of one client: positive where `a` is the newer one. By the earlier of client time
 * and receipt, by receipt, by origin, by epoch and by sequence; so every server decides alike from the
 * records alone, in whatever order they came, and of two reports with one time the later one is newer. A
 * removal is ordered as a report is.
 */
export function compareRecords(a: RecordView, b: RecordView): number {
  return (
    compareInstants(a.time, b.time) ||
    a.receiptSeconds - b.receiptSeconds ||
    a.receiptNanoseconds - b.receiptNanoseconds ||
    a.bytes.compare(b.bytes, b.serverStart, b.serverEnd, a.serverStart, a.serverEnd) ||
    a.epoch - b.epoch ||
    a.sequence - b.sequence
  );
}
