import { isBlank } from './white-space.ts';

const LF = 0x0a;

/** One decoded line, without its LF. */
export interface Line {
  /** The line's bytes, one character each; of a line that is too long the first `limit` of them. */
  readonly text: string;
  readonly tooLong: boolean;
}

/**
 * Cuts a stream of bytes into lines. It is fed pieces of any size, keeps at most one unfinished
 * line of `limit` bytes, and passes over blank lines.
 *
 * A longer line is given out, as `tooLong`, as soon as it is known to be longer and not blank; the
 * rest of it is thrown away.
 */
export class LineDecoder {
  readonly #limit: number;
  readonly #pieces: Buffer[] = [];
  /** Where in the first piece to read on. */
  #offset = 0;
  /** What is kept of the unfinished line. */
  #kept = '';
  /** What to do with the unfinished line's next bytes: keep them, or throw them away. */
  #state: 'keeping' | 'too long, blank so far' | 'too long, given out' = 'keeping';

  /** @param limit the most bytes of a line, its LF not counted */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds received bytes. They are read by `next`, and not copied: they must not change until then. */
  push(bytes: Buffer): void {
    if (bytes.length > 0) this.#pieces.push(bytes);
  }

  /** Whether a line that is not blank has begun and not ended. */
  get unfinished(): boolean {
    return this.#state === 'too long, given out' || !isBlank(this.#kept);
  }

  /** The next line that is not blank, or `undefined` until more bytes come. */
  next(): Line | undefined {
    for (let piece = this.#pieces[0]; piece !== undefined; piece = this.#pieces[0]) {
      const found = piece.indexOf(LF, this.#offset);
      const end = found === -1 ? piece.length : found;
      const line = this.#take(piece, this.#offset, end);
      if (line?.tooLong) {
        this.#advance(piece, end);
        return line;
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
    const text = this.#kept;
    const whole = this.#state === 'keeping';
    this.#kept = '';
    this.#state = 'keeping';
    return whole && !isBlank(text) ? { text, tooLong: false } : undefined;
  }

  #advance(piece: Buffer, offset: number): void {
    this.#offset = offset;
    if (offset < piece.length) return;
    this.#pieces.shift();
    this.#offset = 0;
  }

  /** Takes bytes of one line; gives the line out if they show that it is too long. */
  #take(piece: Buffer, start: number, end: number): Line | undefined {
    let rest = start;
    if (this.#state === 'keeping') {
      rest = Math.min(end, start + this.#limit - this.#kept.length);
      this.#kept += piece.toString('latin1', start, rest);
      if (rest === end) return undefined;
      this.#state = 'too long, blank so far';
    }
    if (this.#state === 'too long, given out') return undefined;
    if (isBlank(this.#kept) && isBlank(piece.toString('latin1', rest, end))) return undefined;
    const line = { text: this.#kept, tooLong: true };
    this.#kept = '';
    this.#state = 'too long, given out';
    return line;
  }
}
