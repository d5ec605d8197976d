import { ByteWriter } from './byte-writer.ts';
import { isBlank } from './white-space.ts';

const LF = 0x0a;
/** How much room is made at first for a line that comes in pieces, in bytes: most commands fit. */
const KEPT_BYTES = 128;

/** One decoded line, without its LF: a view, to be used before the next one is asked for. */
export interface Line {
  /** Where the line stands, from `start` to `end`; of one that is too long the first `limit` bytes. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly tooLong: boolean;
}

/** A line's bytes as text of one character each. */
export function lineText({ bytes, start, end }: Line): string {
  return bytes.toString('latin1', start, end);
}

/**
 * Cuts a stream of bytes into lines. It is fed pieces of any size, keeps at most one unfinished
 * line of `limit` bytes, and passes over blank lines. Lines that come whole are not copied.
 *
 * A longer line is given out, as `tooLong`, as soon as it is known to be longer and not blank; the
 * rest of it is thrown away.
 */
export class LineDecoder {
  readonly #limit: number;
  readonly #pieces: Buffer[] = [];
  /** Where in the first piece to read on, and how much there was before that piece, in bytes. */
  #offset = 0;
  #before = 0;
  /** What is kept of the unfinished line. */
  #kept: ByteWriter | undefined;
  /** What to do with the unfinished line's next bytes: keep them, or throw them away. */
  #state: 'keeping' | 'too long, blank so far' | 'too long, given out' = 'keeping';
  /** The line given out last: one object for all of them, since there are so many. */
  readonly #line: { -readonly [key in keyof Line]: Line[key] } = {
    bytes: Buffer.alloc(0),
    start: 0,
    end: 0,
    tooLong: false,
  };

  /** @param limit the most bytes of a line, its LF not counted */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds received bytes. They are read by `next`, and not copied: they must not change until then. */
  push(bytes: Buffer): void {
    if (bytes.length > 0) this.#pieces.push(bytes);
  }

  /** How much of all that was added has been read, in bytes: up to the end of the last line. */
  get position(): number {
    return this.#before + this.#offset;
  }

  /** The bytes that the next line begins in, at `offset`; `undefined` where it has begun in others. */
  get head(): Buffer | undefined {
    return this.#kept === undefined && this.#state === 'keeping' ? this.#pieces[0] : undefined;
  }

  /** Where the next line begins in `head`. */
  get offset(): number {
    return this.#offset;
  }

  /** Goes on behind lines that were read from `head`, at the beginning of another or at its end. */
  skipTo(offset: number): void {
    const [piece] = this.#pieces;
    if (piece !== undefined) this.#advance(piece, offset);
  }

  /** Whether a line that is not blank has begun and not ended. */
  get unfinished(): boolean {
    return this.#state === 'too long, given out' || !this.#isKeptBlank();
  }

  /** The next line that is not blank, or `undefined` until more bytes come. */
  next(): Line | undefined {
    for (let piece = this.#pieces[0]; piece !== undefined; piece = this.#pieces[0]) {
      const start = this.#offset;
      const found = piece.indexOf(LF, start);
      const end = found === -1 ? piece.length : found;
      const isWhole = found !== -1 && this.#kept === undefined && this.#state === 'keeping';
      if (isWhole && end - start <= this.#limit) {
        this.#advance(piece, end + 1);
        if (!isBlank(piece, start, end)) return this.#give(piece, start, end, false);
        continue;
      }
      if (this.#take(piece, start, end)) {
        this.#advance(piece, end);
        return this.#giveKept(true);
      }
      this.#advance(piece, end + 1);
      if (found === -1) continue;
      const finished = this.finish();
      if (finished !== undefined) return finished;
    }
    return undefined;
  }

  /**
   * Ends the unfinished line as an LF would. For the end of the stream, after `next` has given out
   * all lines before it.
   */
  finish(): Line | undefined {
    const isLine = this.#state === 'keeping' && !this.#isKeptBlank();
    this.#state = 'keeping';
    const line = isLine ? this.#giveKept(false) : undefined;
    this.#kept = undefined;
    return line;
  }

  #advance(piece: Buffer, offset: number): void {
    this.#offset = offset;
    if (offset < piece.length) return;
    this.#pieces.shift();
    this.#before += piece.length;
    this.#offset = 0;
  }

  /** Takes bytes of one line; true where they show that it is too long, and not blank. */
  #take(piece: Buffer, start: number, end: number): boolean {
    let rest = start;
    if (this.#state === 'keeping') {
      this.#kept ??= new ByteWriter(KEPT_BYTES);
      rest = Math.min(end, start + this.#limit - this.#kept.length);
      this.#kept.copy(piece, start, rest);
      if (rest === end) return false;
      this.#state = 'too long, blank so far';
    }
    if (this.#state === 'too long, given out') return false;
    if (this.#isKeptBlank() && isBlank(piece, rest, end)) return false;
    this.#state = 'too long, given out';
    return true;
  }

  #isKeptBlank(): boolean {
    return this.#kept === undefined || isBlank(this.#kept.bytes, 0, this.#kept.length);
  }

  #giveKept(tooLong: boolean): Line {
    const kept = this.#kept ?? new ByteWriter(0);
    this.#kept = undefined;
    return this.#give(kept.bytes, 0, kept.length, tooLong);
  }

  #give(bytes: Buffer, start: number, end: number, tooLong: boolean): Line {
    const line = this.#line;
    line.bytes = bytes;
    line.start = start;
    line.end = end;
    line.tooLong = tooLong;
    return line;
  }
}
