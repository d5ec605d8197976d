/** From this many bytes on a native copy is faster than a loop, which costs no call. */
const NATIVE_COPY_BYTES = 128;
/** Numbers below this can be taken apart with integer arithmetic. */
const SMALL = 1_000_000_000;
const ZERO = 0x30;

/** A buffer that grows as it is written to. Text goes in as one byte a character (latin1). */
export class ByteWriter {
  /** What has been written, up to `length`. Another buffer takes its place when it grows. */
  bytes: Buffer;
  /** How many bytes have been written; may be set back. */
  length = 0;

  /** @param capacity how many bytes there is room for before it has to grow */
  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
  }

  /** Makes room for more bytes. */
  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  /** Forgets what was written, and the memory that it took beyond `capacity` bytes. */
  shrink(capacity: number): void {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
    this.length = 0;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** Writes a text of one character a byte. */
  text(text: string): void {
    this.reserve(text.length);
    if (text.length >= NATIVE_COPY_BYTES) {
      this.length += this.bytes.write(text, this.length, 'latin1');
      return;
    }
    for (let at = 0; at < text.length; at++) this.bytes[this.length++] = text.charCodeAt(at);
  }

  /**
   * Writes some of another buffer's bytes.
   *
   * @throws {RangeError} if that buffer has no such bytes: memory outside it must not be read
   */
  copy(from: Uint8Array, start: number, end: number): void {
    if (start < 0 || end > from.length) throw new RangeError(`no bytes ${start} to ${end}`);
    this.reserve(end - start);
    if (end - start >= NATIVE_COPY_BYTES) {
      this.bytes.set(from.subarray(start, end), this.length);
      this.length += end - start;
      return;
    }
    const { bytes } = this;
    let { length } = this;
    for (let at = start; at < end; at++) bytes[length++] = from[at] ?? 0;
    this.length = length;
  }

  /** Writes a whole number of at least 0 in decimal digits, with zeros before it to `digits` of them. */
  integer(value: number, digits = 1): void {
    if (value >= SMALL) {
      const high = Math.floor(value / SMALL);
      this.integer(high, digits - 9);
      this.integer(value - high * SMALL, 9);
      return;
    }
    let count = 1;
    for (let power = 10; power <= value; power *= 10) count += 1;
    count = Math.max(count, digits);
    this.reserve(count);
    let rest = value;
    for (let at = this.length + count - 1; at >= this.length; at--) {
      const tenth = (rest / 10) | 0;
      this.bytes[at] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    this.length += count;
  }

  /** What was written from `start` on: a view, to be used before anything else is written. */
  view(start = 0): Buffer {
    return this.bytes.subarray(start, this.length);
  }
}
