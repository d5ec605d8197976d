import type { ByteWriter } from '../protocol/byte-writer.ts';

const LF = 0x0a;
/** From this many bytes on a native copy is faster than a loop, which costs no call. */
const NATIVE_COPY_BYTES = 128;

/**
 * The lines of the most recent changes, each as it was encoded once, when it was accepted: links and the
 * journal that keep up read slices of it, and the table's rows are left alone. Bytes and changes are bounded;
 * a reader that has fallen out of it reads the table. (Redis's replication backlog is the same idea.)
 *
 * A place in it is an offset in all that was ever written; where the bytes are follows from it.
 */
export class ChangeWindow {
  readonly #bytes: Buffer;
  readonly #starts: Float64Array;
  readonly #lengths: Uint16Array;
  /** The seqs of the first change that was put in, and of the last. */
  #first: number;
  #last: number;
  /** How much was written, in bytes, with what was passed over at the ring's end. */
  #written = 0;

  /**
   * @param head the seq that the first change's follows
   * @param sizeBytes the most bytes of lines in it
   * @param changes the most changes in it
   */
  constructor(head: number, sizeBytes: number, changes: number) {
    this.#bytes = Buffer.alloc(sizeBytes);
    this.#starts = new Float64Array(changes);
    this.#lengths = new Uint16Array(changes);
    this.#first = head + 1;
    this.#last = head;
  }

  /** Puts in the line of the next change, to which a line end is added; it is shorter than the window. */
  append(bytes: Uint8Array, start: number, end: number): void {
    const ring = this.#bytes;
    const size = ring.length;
    const length = end - start + 1;
    let at = this.#written % size;
    // A line that ended with the ring would stand side by side with the one at its beginning.
    if (at + length >= size) {
      this.#written += size - at;
      at = 0;
    }
    if (length > NATIVE_COPY_BYTES) ring.set(bytes.subarray(start, end), at);
    else for (let from = start; from < end; from++) ring[at + from - start] = bytes[from] ?? 0;
    ring[at + length - 1] = LF;
    this.#last += 1;
    const entry = this.#last % this.#starts.length;
    this.#starts[entry] = this.#written;
    this.#lengths[entry] = length;
    this.#written += length;
  }

  /** Whether the line of a change is still in it. */
  has(seq: number): boolean {
    if (seq < this.#first || seq > this.#last) return false;
    if (seq <= this.#last - this.#starts.length) return false;
    return this.start(seq) >= this.#written - this.#bytes.length;
  }

  /** Where the line of a change begins that is in it, and where it ends, its line end included. */
  start(seq: number): number {
    return this.#starts[seq % this.#starts.length] ?? 0;
  }

  end(seq: number): number {
    return this.start(seq) + (this.#lengths[seq % this.#lengths.length] ?? 0);
  }

  /** Writes what stands between two places: lines that stand side by side, so that none is at the ring's end. */
  write(start: number, end: number, out: ByteWriter): void {
    const at = start % this.#bytes.length;
    out.copy(this.#bytes, at, at + end - start);
  }
}
