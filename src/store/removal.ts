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

/*
 * A tombstone's line, `REMOVED server skew client time`: as an `AT` line without a position. The time is that
 * from which on the client is removed, and the skew makes of it the time at which that was decided.
 */

const NAME = Buffer.from('REMOVED ');
const NAME_FIELD_BYTES = NAME.length - 1;
const [SPACE, POINT, ZERO] = [0x20, 0x2e, 0x30];
const DECIMALS = 9;
/** The longest name of a server, in bytes, as in an `AT` line. */
const MAX_SERVER_BYTES = 64;

/** Reads the lines of tombstones where they stand: one object for all of them. */
export class RemovalScanner {
  /** From when on the client is removed. */
  readonly sent: MutableInstant = { seconds: 0, nanoseconds: 0 };
  /** When that was decided. */
  readonly receipt: MutableInstant = { seconds: 0, nanoseconds: 0 };
  readonly #fields = new Fields(5);
  readonly #skew: ScannedSkew = { negative: false, seconds: 0, nanoseconds: 0 };

  /** Reads the line from `start` to `end`; false where `writeRemoval` writes none like it. */
  scan(bytes: Buffer, start: number, end: number): boolean {
    const fields = this.#fields;
    fields.scan(bytes, start, end);
    if (fields.count !== 5 || !fields.areTight(bytes, start, end)) return false;
    if (bytes.compare(NAME, 0, NAME_FIELD_BYTES, start, fields.end(0)) !== 0) return false;
    if (fields.end(1) - fields.start(1) > MAX_SERVER_BYTES) return false;
    if (fields.end(3) - fields.start(3) > MAX_COMMAND_BYTES) return false;
    return this.#scanTimes(bytes, end);
  }

  /** Where a field of the last line begins and ends; the first is its name. */
  field(index: number): [start: number, end: number] {
    return [this.#fields.start(index), this.#fields.end(index)];
  }

  #scanTimes(bytes: Buffer, end: number): boolean {
    const [skewStart, skewEnd] = this.field(2);
    const [timeStart] = this.field(4);
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
 * Writes a tombstone's line, without a line end.
 *
 * @param server the name of its origin
 * @param client where the client's ID stands
 * @param sent from when on the client is removed, exact
 */
export function writeRemoval(
  out: ByteWriter,
  server: Uint8Array,
  received: Instant,
  client: { readonly bytes: Uint8Array; readonly start: number; readonly end: number },
  sent: Instant,
): void {
  out.copy(NAME, 0, NAME.length);
  out.copy(server, 0, server.length);
  out.byte(SPACE);
  writeSkew(out, received, sent);
  out.byte(SPACE);
  out.copy(client.bytes, client.start, client.end);
  out.byte(SPACE);
  out.integer(sent.seconds);
  out.byte(POINT);
  out.integer(sent.nanoseconds, DECIMALS);
}
