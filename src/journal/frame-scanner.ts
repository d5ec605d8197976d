import {
  findFrame,
  FRAME_HEADER_BYTES,
  INCOMPLETE,
  MAX_FRAME_BYTES,
  NO_FRAME,
  scanFrame,
} from './frame.ts';

/** How much is read from a file at a time. */
const CHUNK_BYTES = 1_048_576;

/**
 * Finds the frames in a file's bytes, which it is given piece by piece. Where there is none it goes
 * on at the next one.
 */
export class FrameScanner {
  /** Among these the payload of the last frame stands, until bytes are added. */
  readonly bytes = Buffer.allocUnsafeSlow(MAX_FRAME_BYTES + CHUNK_BYTES);
  payloadStart = 0;
  payloadEnd = 0;
  #start = 0;
  #end = 0;
  /** Where in the file `bytes` begins. */
  #offset = 0;
  #isWhole = false;
  /** How many bytes that are in no frame were passed over since the last frame. */
  #passed = 0;
  #frames = 0;
  #damagedBytes = 0;
  #goodEnd = 0;

  /** How many frames were found in this file. */
  get frames(): number {
    return this.#frames;
  }

  /** How many bytes are damaged: those that a frame comes after. */
  get damagedBytes(): number {
    return this.#damagedBytes;
  }

  /** Where in the file the last frame ends. */
  get goodEnd(): number {
    return this.#goodEnd;
  }

  /** How many bytes there are after the last frame, once all was looked at. */
  get tailBytes(): number {
    return this.#passed;
  }

  /** Begins with another file. */
  restart(): void {
    [this.#start, this.#end, this.#offset, this.#passed] = [0, 0, 0, 0];
    [this.#frames, this.#damagedBytes, this.#goodEnd] = [0, 0, 0];
    this.#isWhole = false;
  }

  /** Where the file's next bytes are to be put. They count once `add` is called. */
  room(): Buffer {
    this.bytes.copyWithin(0, this.#start, this.#end);
    this.#offset += this.#start;
    this.#end -= this.#start;
    this.#start = 0;
    return this.bytes.subarray(this.#end);
  }

  /** Takes in so many bytes that were put in the room; 0 at the file's end. */
  add(count: number): void {
    this.#end += count;
    if (count === 0) this.#isWhole = true;
  }

  /**
   * Goes on to the next frame, whose payload stands from `payloadStart` to `payloadEnd`.
   *
   * @returns `more` where it takes more bytes, `end` where there is no frame any more
   */
  next(): 'frame' | 'more' | 'end' {
    for (;;) {
      const end = scanFrame(this.bytes, this.#start, this.#end);
      if (end !== NO_FRAME && end !== INCOMPLETE) {
        this.#found(end);
        return 'frame';
      }
      const isUndecided = end === INCOMPLETE || this.#start === this.#end;
      if (isUndecided && !this.#isWhole) return 'more';
      if (this.#start === this.#end) return 'end';
      const next = findFrame(this.bytes, this.#start + 1, this.#end);
      this.#passed += next - this.#start;
      this.#start = next;
    }
  }

  #found(end: number): void {
    this.payloadStart = this.#start + FRAME_HEADER_BYTES;
    this.payloadEnd = end;
    this.#start = end;
    this.#frames += 1;
    this.#goodEnd = this.#offset + end;
    this.#damagedBytes += this.#passed;
    this.#passed = 0;
  }
}
