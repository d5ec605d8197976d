import { ByteWriter } from '../protocol/byte-writer.ts';
import type { FeedCursor } from '../store/change-feed.ts';
import { ChangeWriter } from '../store/change-stream.ts';
import type { LocationStore } from '../store/store.ts';
import { FRAME_HEADER_BYTES, sealFrame } from './frame.ts';

/** Memory for one frame, which is filled again and again. */
export class FrameBuffer {
  readonly #fullBytes: number;
  readonly #out: ByteWriter;
  readonly #changes: ChangeWriter;
  /**
   * For each change up to this seq the frame, or one before it, has the record, or the client has
   * changed again later; 0 where it says nothing new of that.
   */
  covers = 0;
  /** The seq up to which changes were read when it was filled last. */
  last = 0;
  /** When the first change came into it, in milliseconds since any fixed time; `undefined` where none has. */
  sinceMs: number | undefined;

  /** @param fullBytes with so many bytes in it no change is added any more */
  constructor(fullBytes: number) {
    this.#fullBytes = fullBytes;
    this.#out = new ByteWriter(fullBytes);
    this.#changes = new ChangeWriter(this.#out);
    this.clear();
  }

  get isEmpty(): boolean {
    return this.#out.length === FRAME_HEADER_BYTES;
  }

  get isFull(): boolean {
    return this.#out.length >= this.#fullBytes;
  }

  clear(): void {
    this.#out.length = FRAME_HEADER_BYTES;
    this.#changes.restart();
    this.covers = 0;
    this.last = 0;
    this.sinceMs = undefined;
  }

  /**
   * Adds changes that come after the cursor, as many as there is room for.
   *
   * @param maxChanges how many are looked at, at most
   * @returns whether the cursor has come to the feed's end
   */
  fill(
    store: LocationStore,
    cursor: FeedCursor,
    maxChanges: number,
    isWanted?: (slot: number, seq: number) => boolean,
  ): boolean {
    const maxBytes = this.#fullBytes - this.#out.length;
    if (maxBytes <= 0) return false;
    const isAtHead = store.readChanges(cursor, this.#changes, { maxBytes, maxChanges }, isWanted);
    this.last = cursor.seq;
    if (isAtHead) this.covers = store.head;
    return isAtHead;
  }

  /** Adds a line of text. Its end is not part of it. */
  line(text: string): void {
    this.#out.copy(Buffer.from(text), 0, Buffer.byteLength(text));
    this.#out.byte(0x0a);
  }

  /** The whole frame, as it is to be written. A view: nothing may be added until it was. */
  seal(): Buffer {
    sealFrame(this.#out.bytes, 0, this.#out.length);
    return this.#out.view();
  }
}
