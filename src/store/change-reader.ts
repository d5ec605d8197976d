import type { FeedCursor, ChangeFeed } from './change-feed.ts';
import type { ChangeWriter } from './change-stream.ts';
import type { ChangeWindow } from './change-window.ts';
import type { Horizons } from './horizons.ts';
import type { LocationTable } from './location-table.ts';
import { NO_SLOT } from './slot-index.ts';

const LF = 0x0a;

/** The most that one call of `ChangeReader.read` does. */
export interface ReadLimits {
  /** So many bytes are written at most, and one change's beyond. */
  readonly maxBytes: number;
  /** So many changes are looked at at most. */
  readonly maxChanges: number;
}

/** Writes what changed, from the window where it still has it, else from the table. */
export class ChangeReader {
  readonly #feed: ChangeFeed;
  readonly #window: ChangeWindow;
  readonly #table: LocationTable;
  readonly #horizons: Horizons;

  constructor(feed: ChangeFeed, window: ChangeWindow, table: LocationTable, horizons: Horizons) {
    this.#feed = feed;
    this.#window = window;
    this.#table = table;
    this.#horizons = horizons;
  }

  /** See `LocationStore.readChanges`. */
  read(
    cursor: FeedCursor,
    writer: ChangeWriter,
    limits: ReadLimits,
    isWanted?: (slot: number, seq: number) => boolean,
  ): boolean {
    const feed = this.#feed;
    if (!feed.seek(cursor, limits.maxChanges)) return false;
    const end = writer.length + limits.maxBytes;
    // What stands side by side in the window is written together.
    let sliceStart = 0;
    let sliceEnd = 0;
    const window = this.#window;
    const { out } = writer;
    let isAtEnd = false;
    for (let looked = 0; looked < limits.maxChanges; looked++) {
      if (writer.length + sliceEnd - sliceStart >= end) break;
      const slot = feed.next(cursor);
      if (slot === NO_SLOT) {
        isAtEnd = true;
        break;
      }
      const { seq } = cursor;
      if (this.#horizons.isForgotten(slot) || isWanted?.(slot, seq) === false) continue;
      const isRecent = window.has(seq);
      const followsOn = this.#followsOn(slot, seq, writer);
      if (!followsOn || !isRecent || window.start(seq) !== sliceEnd) {
        if (sliceEnd > sliceStart) window.write(sliceStart, sliceEnd, out);
        sliceStart = sliceEnd = isRecent ? window.start(seq) : 0;
      }
      if (!followsOn) this.#writeHeader(slot, seq, writer);
      if (isRecent) sliceEnd = window.end(seq);
      else {
        this.#table.writeLine(slot, out);
        out.byte(LF);
      }
      writer.advance();
    }
    if (sliceEnd > sliceStart) window.write(sliceStart, sliceEnd, out);
    if (isAtEnd || feed.peek(cursor) !== NO_SLOT) return isAtEnd;
    feed.next(cursor); // what was removed from the end counts as read
    return true;
  }

  #followsOn(slot: number, seq: number, writer: ChangeWriter): boolean {
    const { rows } = this.#table;
    return writer.followsOn(seq, rows.origin(slot), rows.sequence(slot));
  }

  #writeHeader(slot: number, seq: number, writer: ChangeWriter): void {
    const { rows, origins } = this.#table;
    const origin = rows.origin(slot);
    writer.writeHeader(seq, origin, origins.epoch(origin), rows.sequence(slot));
  }
}
