import type { ByteWriter } from '../protocol/byte-writer.ts';
import type { Line } from '../protocol/line-decoder.ts';
import { NO_END } from '../protocol/report.ts';
import { isSameAt } from '../protocol/same-bytes.ts';
import { digitsEnd, digitsValue, isDigit } from '../protocol/timestamp.ts';
import { RecordView } from './record.ts';

/*
 * Changes as links and the journal have them: `AT` lines, byte for byte as their origins wrote them, behind
 * a header for what the lines do not say:
 *
 *     CHANGES <seq> <epoch> <sequence>
 *
 * The lines that follow are the changes seq, seq + 1, … of this feed, and the records sequence,
 * sequence + 1, … of that epoch of their origin. There is another header wherever a line does not follow
 * on. So a run of an origin's reports is one header and their lines as they were sent to the clients.
 */

const SPACE = 0x20;
const LF = 0x0a;
const HEADER = Buffer.from('CHANGES ');
/** The most digits of a number: all such numbers are exact. */
const MAX_DIGITS = 15;
const NOTHING = Buffer.alloc(0);

/** Writes changes one after the other, with the headers that they need. */
export class ChangeWriter {
  readonly #out: ByteWriter;
  /** What the next change is where it needs no header; 0 and 0: it needs one. */
  #seq = 0;
  #sequence = 0;
  #origin = 0;

  constructor(out: ByteWriter) {
    this.#out = out;
  }

  /** How many bytes there are, of changes and whatever else was written to the same place. */
  get length(): number {
    return this.#out.length;
  }

  get out(): ByteWriter {
    return this.#out;
  }

  /** Has the next change begin with a header. */
  restart(): void {
    this.#seq = 0;
  }

  /** Whether a change's line may follow at once. */
  followsOn(seq: number, origin: number, sequence: number): boolean {
    return seq === this.#seq && origin === this.#origin && sequence === this.#sequence;
  }

  /** Writes a header for a change, whose line is to be written next. */
  writeHeader(seq: number, origin: number, epoch: number, sequence: number): void {
    const out = this.#out;
    out.copy(HEADER, 0, HEADER.length);
    out.integer(seq);
    out.byte(SPACE);
    out.integer(epoch);
    out.byte(SPACE);
    out.integer(sequence);
    out.byte(LF);
    this.#seq = seq;
    this.#origin = origin;
    this.#sequence = sequence;
  }

  /** Notes that a change's line has been written, or will be before anything else. */
  advance(): void {
    this.#seq += 1;
    this.#sequence += 1;
  }
}

/** Reads what a `ChangeWriter` has written, line by line. */
export class ChangeReader {
  readonly record = new RecordView();
  /** The seq of the change that was read last. */
  seq = 0;
  #next = 0;
  #epoch = 0;
  #sequence = 0;
  /** The origin of the lines since the header: they are all of one. */
  #origin: Buffer = NOTHING;
  #isOriginKnown = false;
  readonly #values = [0, 0, 0];

  /** Forgets the last header: the next line has to be one. */
  restart(): void {
    this.#next = 0;
  }

  /** Reads a line, without its line end. */
  take({ bytes, start, end }: Line): 'header' | 'change' | 'invalid' {
    if (this.#next > 0 && this.record.scan(bytes, start, end)) {
      return this.#takeRecord() ? 'change' : 'invalid';
    }
    return this.#takeHeader(bytes, start, end) ? 'header' : 'invalid';
  }

  /**
   * Reads the change that begins at `start` and ends at an LF or at `end`, where its line is in the usual
   * form.
   *
   * @returns where it ends; `NO_END` where `take` has to find out what it is
   */
  scanChange(bytes: Buffer, start: number, end: number): number {
    if (this.#next === 0) return NO_END;
    const lineEnd = this.record.scanLine(bytes, start, end);
    if (lineEnd === NO_END || !this.#takeRecord()) return NO_END;
    return lineEnd;
  }

  #takeRecord(): boolean {
    const { record } = this;
    const { bytes, serverStart, serverEnd } = record;
    if (!this.#isOriginKnown) {
      this.#origin = Buffer.from(bytes.subarray(serverStart, serverEnd));
      this.#isOriginKnown = true;
    } else if (
      this.#origin.length !== serverEnd - serverStart ||
      !isSameAt(this.#origin, 0, bytes, serverStart, serverEnd)
    ) {
      return false;
    }
    this.seq = this.#next;
    record.epoch = this.#epoch;
    record.sequence = this.#sequence;
    this.#next += 1;
    this.#sequence += 1;
    return true;
  }

  #takeHeader(bytes: Buffer, start: number, end: number): boolean {
    if (end - start <= HEADER.length || !isSameAt(HEADER, 0, bytes, start, start + HEADER.length)) {
      return false;
    }
    let at = start + HEADER.length;
    for (let index = 0; index < 3; index++) {
      const digits = digitsEnd(bytes, at, end);
      if (digits === at || digits - at > MAX_DIGITS || !isDigit(bytes[at] ?? 0)) return false;
      this.#values[index] = digitsValue(bytes, at, digits);
      const isLast = index === 2;
      if (isLast ? digits !== end : digits === end || bytes[digits] !== SPACE) return false;
      at = digits + 1;
    }
    const [seq = 0, epoch = 0, sequence = 0] = this.#values;
    if (seq === 0 || sequence === 0) return false;
    this.#next = seq;
    this.#epoch = epoch;
    this.#sequence = sequence;
    this.#isOriginKnown = false;
    return true;
  }
}
