import type { ByteWriter } from './byte-writer.ts';
import { MAX_COMMAND_BYTES } from './command.ts';
import { readPosition } from './position.ts';
import { NO_END, Report } from './report.ts';
import {
  addHugeSkew,
  addSkew,
  formatHugeSkew,
  isExact,
  LATEST_SECONDS,
  scanSkew,
  scanTimestamp,
  writeSkew,
  type Instant,
  type MutableInstant,
  type ScannedSkew,
} from './timestamp.ts';
import { Fields } from './white-space.ts';

const SPACE = 0x20;
const ZERO = 0x30;
const POINT = 0x2e;
const PLUS = 0x2b;
const MINUS = 0x2d;
const NAME = 'AT ';
const [A, T] = [0x41, 0x54];
const E7 = 10_000_000;
const NANOSECONDS_A_SECOND = 1_000_000_000;

/** The longest name of a server, in bytes; the configuration takes no longer one. */
const MAX_SERVER_BYTES = 64;
/** The most that a skew takes beyond the digits of the time that it came from: sign, point, decimals. */
const SKEW_BYTES = 12;
const MAX_SKEW_BYTES = MAX_COMMAND_BYTES + SKEW_BYTES;
const IAMAT_BYTES = 'IAMAT '.length;
/** A skew's decimals, and the most whole digits that are read in one pass: as many as a receipt has. */
const DECIMALS = 9;
const MAX_WHOLE_DIGITS = 11;

/**
 * An `AT` line where it stands, among other bytes: `AT server skew client position time`, each field
 * after one space, the client's three as they were sent. It is a view: the bytes are those of
 * whatever scanned or wrote them, and one object serves for all lines of a link or port.
 */
export class AtLine extends Report {
  /** Its place in `bytes`, without a line end. */
  start = 0;
  end = 0;
  /** The server that received it from the client itself: its origin. */
  serverStart = 0;
  serverEnd = 0;
  /** The origin's time of receipt: the client's time and the skew together. */
  receiptSeconds = 0;
  receiptNanoseconds = 0;
  readonly #fields = new Fields(6);
  readonly #sent: MutableInstant = { seconds: 0, nanoseconds: 0 };
  readonly #skew: ScannedSkew = { negative: false, seconds: 0, nanoseconds: 0 };
  readonly #receipt: MutableInstant = { seconds: 0, nanoseconds: 0 };

  /** When it counts as of: the client's time, or the time of receipt where that is earlier. */
  get time(): Instant {
    const { seconds, nanoseconds, receiptSeconds, receiptNanoseconds } = this;
    const isSlow =
      seconds < receiptSeconds || (seconds === receiptSeconds && nanoseconds < receiptNanoseconds);
    return isSlow
      ? { seconds, nanoseconds }
      : { seconds: receiptSeconds, nanoseconds: receiptNanoseconds };
  }

  /**
   * Reads the line from `start` to `end`. False where it is not one to the byte that a server can
   * have said: as `write` writes it, about a report that fits in a command.
   */
  scan(bytes: Buffer, start: number, end: number): boolean {
    if (this.scanLine(bytes, start, end) === end) return true;
    const fields = this.#fields;
    fields.scan(bytes, start, end);
    if (fields.count !== 6 || !fields.areTight(bytes, start, end)) return false;
    if (fields.end(0) - start !== 2 || bytes[start] !== A || bytes[start + 1] !== T) return false;
    this.#place(bytes, start, end);
    return this.#canBeSaid() && this.#readFields();
  }

  /**
   * Reads a line that begins at `start` and ends at an LF or at `end`, where its report is in the usual
   * form (see `Report`).
   *
   * @returns where it ends; `NO_END` where it is not in that form: then `scan` says what it is
   */
  scanLine(bytes: Buffer, start: number, end: number): number {
    if (bytes[start] !== A || bytes[start + 1] !== T || bytes[start + 2] !== SPACE) return NO_END;
    const serverStart = start + NAME.length;
    let at = serverStart;
    while (at < end && (bytes[at] ?? 0) > SPACE) at += 1;
    const serverEnd = at;
    if (serverEnd === serverStart || serverEnd - serverStart > MAX_SERVER_BYTES) return NO_END;
    if (bytes[at] !== SPACE) return NO_END;
    at = this.#scanSkew(bytes, at + 1, end);
    if (at === NO_END) return NO_END;
    const lineEnd = this.scanTail(bytes, at, end);
    if (lineEnd === NO_END || IAMAT_BYTES + lineEnd - at > MAX_COMMAND_BYTES) return NO_END;
    if (!this.#addSkew()) return NO_END;
    this.start = start;
    this.end = lineEnd;
    this.serverStart = serverStart;
    this.serverEnd = serverEnd;
    return lineEnd;
  }

  /**
   * Writes the line that a server says of a report, without a line end, and takes its place.
   *
   * @param prefix `AT `, the server's name and a space
   * @param received when the report was received
   */
  write(out: ByteWriter, prefix: Buffer, received: Instant, report: Report): void {
    const { timeStart, timeEnd, positionStart, positionEnd, clientStart, clientEnd } = report;
    this.start = out.length;
    this.serverStart = out.length + NAME.length;
    out.copy(prefix, 0, prefix.length);
    this.serverEnd = out.length - 1;
    writeSkewOf(out, received, report);
    out.byte(SPACE);
    const start = out.length;
    const { bytes } = report;
    if (report.format !== 0) {
      // In the usual form there is one space between fields.
      out.copy(bytes, clientStart, timeEnd);
      this.#takeFields(out.bytes, report, start - clientStart);
    } else {
      out.copy(bytes, clientStart, clientEnd);
      out.byte(SPACE);
      out.copy(bytes, positionStart, positionEnd);
      out.byte(SPACE);
      out.copy(bytes, timeStart, timeEnd);
      this.#takeFields(out.bytes, report, 0);
      if (this.scanTail(out.bytes, start, out.length) === NO_END) this.#placeTail(start, report);
    }
    this.end = out.length;
    this.receiptSeconds = received.seconds;
    this.receiptNanoseconds = received.nanoseconds;
  }

  /** The line as text of one character a byte. */
  override toString(): string {
    return this.bytes.toString('latin1', this.start, this.end);
  }

  /** Takes over what a report says, whose bytes now stand `offset` further on in others. */
  #takeFields(bytes: Buffer, report: Report, offset: number): void {
    this.bytes = bytes;
    this.clientStart = report.clientStart + offset;
    this.clientEnd = report.clientEnd + offset;
    this.positionStart = report.positionStart + offset;
    this.positionEnd = report.positionEnd + offset;
    this.timeStart = report.timeStart + offset;
    this.timeEnd = report.timeEnd + offset;
    this.latitudeE7 = report.latitudeE7;
    this.longitudeE7 = report.longitudeE7;
    this.seconds = report.seconds;
    this.nanoseconds = report.nanoseconds;
    this.format = report.format;
  }

  /** Notes where fields stand that were written from `start` on with a space between them. */
  #placeTail(start: number, report: Report): void {
    this.clientStart = start;
    this.clientEnd = start + report.clientEnd - report.clientStart;
    this.positionStart = this.clientEnd + 1;
    this.positionEnd = this.positionStart + report.positionEnd - report.positionStart;
    this.timeStart = this.positionEnd + 1;
    this.timeEnd = this.timeStart + report.timeEnd - report.timeStart;
  }

  #place(bytes: Buffer, start: number, end: number): void {
    const fields = this.#fields;
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.serverStart = fields.start(1);
    this.serverEnd = fields.end(1);
    this.clientStart = fields.start(3);
    this.clientEnd = fields.end(3);
    this.positionStart = fields.start(4);
    this.positionEnd = fields.end(4);
    this.timeStart = fields.start(5);
    this.timeEnd = end;
  }

  /** A longer line would be passed on until, with more digits in front of it, no link takes it. */
  #canBeSaid(): boolean {
    return (
      IAMAT_BYTES + this.end - this.clientStart <= MAX_COMMAND_BYTES &&
      this.serverEnd - this.serverStart <= MAX_SERVER_BYTES &&
      this.#fields.end(2) - this.#fields.start(2) <= MAX_SKEW_BYTES
    );
  }

  /** Reads a skew as `writeSkew` writes it, up to the space behind it; gives where the next field begins. */
  #scanSkew(bytes: Buffer, start: number, end: number): number {
    const sign = bytes[start];
    if (sign !== PLUS && sign !== MINUS) return NO_END;
    let at = start + 1;
    let seconds = 0;
    for (; at < end; at++) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      seconds = seconds * 10 + digit;
    }
    const digits = at - start - 1;
    if (digits === 0 || digits > MAX_WHOLE_DIGITS || at + DECIMALS + 1 >= end) return NO_END;
    if ((digits > 1 && bytes[start + 1] === ZERO) || bytes[at] !== POINT) return NO_END;
    const decimalsEnd = at + 1 + DECIMALS;
    let nanoseconds = 0;
    for (at += 1; at < decimalsEnd; at++) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) return NO_END;
      nanoseconds = nanoseconds * 10 + digit;
    }
    if (bytes[at] !== SPACE) return NO_END;
    const negative = sign === MINUS;
    if (negative && seconds === 0 && nanoseconds === 0) return NO_END;
    this.#skew.negative = negative;
    this.#skew.seconds = seconds;
    this.#skew.nanoseconds = nanoseconds;
    return at + 1;
  }

  /** Adds the skew that was read to the client's time. False where that time is out of a clock's range. */
  #addSkew(): boolean {
    const { negative, seconds, nanoseconds } = this.#skew;
    const sign = negative ? -1 : 1;
    let receiptSeconds = this.seconds + sign * seconds;
    let receiptNanoseconds = this.nanoseconds + sign * nanoseconds;
    if (receiptNanoseconds < 0) {
      receiptNanoseconds += NANOSECONDS_A_SECOND;
      receiptSeconds -= 1;
    } else if (receiptNanoseconds >= NANOSECONDS_A_SECOND) {
      receiptNanoseconds -= NANOSECONDS_A_SECOND;
      receiptSeconds += 1;
    }
    if (receiptSeconds < 0 || receiptSeconds >= LATEST_SECONDS) return false;
    this.receiptSeconds = receiptSeconds;
    this.receiptNanoseconds = receiptNanoseconds;
    return true;
  }

  /** The general form of what `scanLine` does. */
  #readFields(): boolean {
    const { bytes, timeStart, timeEnd, positionStart, positionEnd } = this;
    const [skewStart, skewEnd] = [this.#fields.start(2), this.#fields.end(2)];
    const isWellFormed =
      scanTimestamp(bytes, timeStart, timeEnd, this.#sent) &&
      scanSkew(bytes, skewStart, skewEnd, this.#skew);
    if (!isWellFormed) return false;
    const canBeTold =
      isExact(this.#sent) && isExact(this.#skew)
        ? addSkew(this.#sent, this.#skew, this.#receipt)
        : addHugeSkew(
            bytes.toString('latin1', timeStart, timeEnd),
            bytes.toString('latin1', skewStart, skewEnd),
            this.#receipt,
          );
    const position = readPosition(bytes, positionStart, positionEnd);
    if (!canBeTold || position === undefined) return false;
    this.latitudeE7 = Math.round(position.latitude * E7);
    this.longitudeE7 = Math.round(position.longitude * E7);
    this.seconds = this.#sent.seconds;
    this.nanoseconds = this.#sent.nanoseconds;
    this.receiptSeconds = this.#receipt.seconds;
    this.receiptNanoseconds = this.#receipt.nanoseconds;
    this.format = 0;
    return true;
  }
}

/**
 * Writes the skew of a report: its time of receipt less the client's time.
 *
 * @param report only its time is used
 */
export function writeSkewOf(
  out: ByteWriter,
  received: Instant,
  report: Pick<Report, 'bytes' | 'timeStart' | 'timeEnd' | 'seconds' | 'nanoseconds'>,
): void {
  if (isExact(report)) return writeSkew(out, received, report);
  const { bytes, timeStart, timeEnd } = report;
  out.text(formatHugeSkew(received, bytes.toString('latin1', timeStart, timeEnd)));
}
