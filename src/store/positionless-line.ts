import { MAX_COMMAND_BYTES } from '../protocol/command.ts';
import type { ByteWriter } from '../protocol/byte-writer.ts';
import {
  addSkew,
  isExact,
  LATEST_SECONDS,
  scanSkew,
  scanTimestamp,
  writeSkew,
  type Instant,
  type MutableInstant,
  type ScannedSkew,
} from '../protocol/timestamp.ts';
import { Fields } from '../protocol/white-space.ts';
import { isDocumentBody, isDocumentKey, isDocumentName } from './document.ts';

/*
 * The lines of records that have no position, as an `AT` line without one:
 *
 *     REMOVED server skew client time
 *     DOCUMENT server skew name time text
 *     DOCUMENT server skew name time
 *
 * A client's tombstone, a document, and a document's tombstone. The time is that from which on it is true, and the
 * skew makes of it the time at which that was decided. A document's key is its name with the space in front.
 */

const REMOVED = Buffer.from('REMOVED ');
const DOCUMENT = Buffer.from('DOCUMENT ');
const [SPACE, POINT, ZERO] = [0x20, 0x2e, 0x30];
const DECIMALS = 9;
/** The longest name of a server, in bytes, as in an `AT` line. */
const MAX_SERVER_BYTES = 64;

/** Reads such lines where they stand: one object for all of them. */
export class PositionlessScanner {
  /** From when on it is true. */
  readonly sent: MutableInstant = { seconds: 0, nanoseconds: 0 };
  /** When that was decided. */
  readonly receipt: MutableInstant = { seconds: 0, nanoseconds: 0 };
  isDocument = false;
  readonly #fields = new Fields(6);
  readonly #skew: ScannedSkew = { negative: false, seconds: 0, nanoseconds: 0 };

  /** Reads the line from `start` to `end`; false where `writePositionless` and a text make none like it. */
  scan(bytes: Buffer, start: number, end: number): boolean {
    const fields = this.#fields;
    fields.scan(bytes, start, end);
    if (fields.count < 5 || !fields.areTight(bytes, start, end)) return false;
    if (fields.end(1) - fields.start(1) > MAX_SERVER_BYTES) return false;
    this.isDocument = isWord(DOCUMENT, bytes, start, fields.end(0));
    const isKnown = this.isDocument ? this.#isDocument(bytes, end) : this.#isRemoval(bytes, start);
    return isKnown && this.#scanTimes(bytes);
  }

  /** Where a field of the last line begins and ends; the first is its word. */
  field(index: number): [start: number, end: number] {
    return [this.#fields.start(index), this.#fields.end(index)];
  }

  /** Where the key stands: a client's ID, or a document's name with the space in front. */
  get key(): [start: number, end: number] {
    const [start, end] = this.field(3);
    return [this.isDocument ? start - 1 : start, end];
  }

  /** How long a document's text is, in bytes; 0: there is none. */
  get bodyLength(): number {
    const [start, end] = this.field(5);
    return this.#fields.count === 6 ? end - start : 0;
  }

  #isRemoval(bytes: Buffer, start: number): boolean {
    const [clientStart, clientEnd] = this.field(3);
    return (
      this.#fields.count === 5 &&
      isWord(REMOVED, bytes, start, this.#fields.end(0)) &&
      clientEnd - clientStart <= MAX_COMMAND_BYTES
    );
  }

  #isDocument(bytes: Buffer, end: number): boolean {
    const [nameStart, nameEnd] = this.field(3);
    if (this.#fields.count > 6 || !isDocumentName(bytes, nameStart, nameEnd)) return false;
    return this.#fields.count === 5 || isDocumentBody(bytes, this.#fields.start(5), end);
  }

  #scanTimes(bytes: Buffer): boolean {
    const [skewStart, skewEnd] = this.field(2);
    const [timeStart, end] = this.field(4);
    const wholeDigits = end - timeStart - DECIMALS - 1;
    const hasDecimals = wholeDigits > 0 && bytes[end - DECIMALS - 1] === POINT;
    const isShortest = wholeDigits === 1 || bytes[timeStart] !== ZERO;
    return (
      hasDecimals &&
      isShortest &&
      scanTimestamp(bytes, timeStart, end, this.sent) &&
      scanSkew(bytes, skewStart, skewEnd, this.#skew) &&
      this.sent.seconds <= LATEST_SECONDS &&
      isExact(this.#skew) &&
      addSkew(this.sent, this.#skew, this.receipt)
    );
  }
}

/**
 * Writes the line of a tombstone, or of a document up to its text, without a line end.
 *
 * @param server the name of its origin
 * @param key where the client's ID or the document's key stands
 * @param sent from when on it is true, exact
 */
export function writePositionless(
  out: ByteWriter,
  server: Uint8Array,
  received: Instant,
  key: { readonly bytes: Uint8Array; readonly start: number; readonly end: number },
  sent: Instant,
): void {
  const isDocument = isDocumentKey(key.bytes, key.start);
  const word = isDocument ? DOCUMENT : REMOVED;
  out.copy(word, 0, word.length);
  out.copy(server, 0, server.length);
  out.byte(SPACE);
  writeSkew(out, received, sent);
  if (!isDocument) out.byte(SPACE); // a document's key begins with it
  out.copy(key.bytes, key.start, key.end);
  out.byte(SPACE);
  out.integer(sent.seconds);
  out.byte(POINT);
  out.integer(sent.nanoseconds, DECIMALS);
}

/** Whether a field is a word, which is given with the space behind it. */
function isWord(word: Buffer, bytes: Buffer, start: number, end: number): boolean {
  return bytes.compare(word, 0, word.length - 1, start, end) === 0;
}
