import type { ByteWriter } from './byte-writer.ts';
import { MAX_COMMAND_BYTES, type CommandScanner } from './command.ts';
import { isPosition } from './position.ts';
import {
  addHugeSkew,
  addSkew,
  compareInstants,
  formatHugeSkew,
  isExact,
  scanSkew,
  scanTimestamp,
  writeSkew,
  type Instant,
  type MutableInstant,
  type ScannedSkew,
} from './timestamp.ts';
import { Fields } from './white-space.ts';

const SPACE = 0x20;
const NAME = 'AT ';
const [A, T] = [0x41, 0x54];
const NOTHING = Buffer.alloc(0);

/** The longest name of a server, in bytes; the configuration takes no longer one. */
const MAX_SERVER_BYTES = 64;
/** The most that a skew takes beyond the digits of the time that it came from: sign, point, decimals. */
const SKEW_BYTES = 12;
const MAX_SKEW_BYTES = MAX_COMMAND_BYTES + SKEW_BYTES;
const IAMAT_BYTES = 'IAMAT '.length;

/**
 * An `AT` line where it stands, among other bytes: `AT server skew client position time`, each field
 * after one space, the client's three as they were sent. It is a view: the bytes are those of
 * whoever scanned or wrote them, and one object serves for all lines of a link or port.
 */
export class AtLine {
  /** The bytes among which it stands, from `start` to `end`. */
  bytes: Buffer = NOTHING;
  start = 0;
  end = 0;
  /** The server that heard it from the client itself. */
  serverStart = 0;
  serverEnd = 0;
  /** That server's time of receipt minus the client's time. */
  skewStart = 0;
  skewEnd = 0;
  clientStart = 0;
  clientEnd = 0;
  positionStart = 0;
  positionEnd = 0;
  /** When it counts as of: the client's time, or the time of receipt where that is earlier. */
  time: Instant = { seconds: 0, nanoseconds: 0 };
  readonly #fields = new Fields(6);
  readonly #sent: MutableInstant = { seconds: 0, nanoseconds: 0 };
  readonly #skew: ScannedSkew = { negative: false, seconds: 0, nanoseconds: 0 };
  readonly #received: MutableInstant = { seconds: 0, nanoseconds: 0 };

  /**
   * Reads the line from `start` to `end`. False where it is not one to the byte that a server can
   * have said: as `write` writes it, about a report that fits in a command.
   */
  scan(bytes: Buffer, start: number, end: number): boolean {
    const fields = this.#fields;
    fields.scan(bytes, start, end);
    if (fields.count !== 6 || !fields.areTight(bytes, start, end)) return false;
    if (fields.end(0) - start !== 2 || bytes[start] !== A || bytes[start + 1] !== T) return false;
    this.#place(bytes, start, end);
    return this.#canBeSaid(end) && this.#isValid(end);
  }

  /**
   * Writes the line that a server says of a report, and takes its place.
   *
   * @param server the server's name, in bytes
   * @param received when the report was received
   * @param report the `IAMAT` that was scanned
   */
  write(out: ByteWriter, server: Buffer, received: Instant, report: CommandScanner): void {
    const { bytes, clientStart, clientEnd, positionStart, positionEnd } = report;
    const { timeStart, timeEnd, clientTime } = report;
    this.start = out.length;
    out.text(NAME);
    this.serverStart = out.length;
    out.copy(server, 0, server.length);
    this.serverEnd = out.length;
    out.byte(SPACE);
    this.skewStart = out.length;
    if (isExact(clientTime)) writeSkew(out, received, clientTime);
    else out.text(formatHugeSkew(received, bytes.toString('latin1', timeStart, timeEnd)));
    this.skewEnd = out.length;
    out.byte(SPACE);
    this.clientStart = out.length;
    out.copy(bytes, clientStart, clientEnd);
    this.clientEnd = out.length;
    out.byte(SPACE);
    this.positionStart = out.length;
    this.positionEnd = out.length + positionEnd - positionStart;
    if (timeStart === positionEnd + 1 && bytes[positionEnd] === SPACE) {
      out.copy(bytes, positionStart, timeEnd);
    } else {
      out.copy(bytes, positionStart, positionEnd);
      out.byte(SPACE);
      out.copy(bytes, timeStart, timeEnd);
    }
    this.end = out.length;
    this.bytes = out.bytes;
    this.time = compareInstants(clientTime, received) < 0 ? clientTime : received;
  }

  /** The line as text of one character a byte. */
  toString(): string {
    return this.bytes.toString('latin1', this.start, this.end);
  }

  #place(bytes: Buffer, start: number, end: number): void {
    const fields = this.#fields;
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.serverStart = fields.start(1);
    this.serverEnd = fields.end(1);
    this.skewStart = fields.start(2);
    this.skewEnd = fields.end(2);
    this.clientStart = fields.start(3);
    this.clientEnd = fields.end(3);
    this.positionStart = fields.start(4);
    this.positionEnd = fields.end(4);
  }

  /** A longer line would be passed on until, with more digits in front of it, no link takes it. */
  #canBeSaid(end: number): boolean {
    return (
      IAMAT_BYTES + end - this.clientStart <= MAX_COMMAND_BYTES &&
      this.serverEnd - this.serverStart <= MAX_SERVER_BYTES &&
      this.skewEnd - this.skewStart <= MAX_SKEW_BYTES
    );
  }

  #isValid(end: number): boolean {
    const { bytes, skewStart, skewEnd } = this;
    const timeStart = this.#fields.start(5);
    const isWellFormed =
      scanTimestamp(bytes, timeStart, end, this.#sent) &&
      scanSkew(bytes, skewStart, skewEnd, this.#skew) &&
      isPosition(bytes, this.positionStart, this.positionEnd);
    if (!isWellFormed) return false;
    const canBeTold =
      isExact(this.#sent) && isExact(this.#skew)
        ? addSkew(this.#sent, this.#skew, this.#received)
        : addHugeSkew(
            bytes.toString('latin1', timeStart, end),
            bytes.toString('latin1', skewStart, skewEnd),
            this.#received,
          );
    if (!canBeTold) return false;
    this.time = compareInstants(this.#sent, this.#received) < 0 ? this.#sent : this.#received;
    return true;
  }
}

/**
 * Orders two locations of one client by their lines: positive where `a` is newer than `b`, 0 where
 * they are the same. By time, then by origin, then by the text, so that every server decides alike
 * from the lines alone, in whatever order they came.
 */
export function compareAtLines(a: AtLine, b: AtLine): number {
  return (
    compareInstants(a.time, b.time) ||
    a.bytes.compare(b.bytes, b.serverStart, b.serverEnd, a.serverStart, a.serverEnd) ||
    a.bytes.compare(b.bytes, b.start, b.end, a.start, a.end)
  );
}
