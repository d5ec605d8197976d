import { crc32 } from 'node:zlib';

import { ByteWriter } from '../protocol/byte-writer.ts';
import { ChangeWriter } from '../store/change-stream.ts';
import type { LocationStore } from '../store/store.ts';

/*
 * A segment is what a journal writes and reads in one piece: changes in rising numbers, a line each as
 * on a link, behind a CRC-32 of them all. LevelDB has checksums of its own, but does not look at them
 * when it reads from its tables.
 */

const CRC_BYTES = 4;
/** A guess at the length of a line, in bytes: the buffer grows where it is too low. */
const LINE_BYTES = 120;

/** Which changes a segment on disk holds. Some of the clients may have changed again since. */
export interface SegmentSpan {
  readonly first: number;
  readonly last: number;
  readonly rows: number;
  /**
   * The numbers of the first changes, by which it is known. They are several only where LevelDB has
   * lost a write: then what was to be replaced stands beside what took its place.
   */
  readonly keys: readonly number[];
}

/** A segment to be written. */
export interface Segment {
  readonly span: SegmentSpan;
  readonly bytes: Buffer;
}

/**
 * Makes segments of a store's locations.
 *
 * @param slots the locations, in rising numbers
 * @param rowsASegment the most rows of a segment
 */
export function makeSegments(
  store: LocationStore,
  slots: readonly number[],
  rowsASegment: number,
): Segment[] {
  const segments: Segment[] = [];
  for (let start = 0; start < slots.length; start += rowsASegment) {
    segments.push(makeSegment(store, slots.slice(start, start + rowsASegment)));
  }
  return segments;
}

function makeSegment(store: LocationStore, slots: readonly number[]): Segment {
  const out = new ByteWriter(CRC_BYTES + slots.length * LINE_BYTES);
  out.length = CRC_BYTES;
  const writer = new ChangeWriter(out);
  let [first, last] = [0, 0];
  for (const slot of slots) {
    last = store.numberOf(slot);
    if (first === 0) first = last;
    store.writeChange(slot, writer);
  }
  const bytes = out.view();
  bytes.writeUInt32BE(crc32(bytes.subarray(CRC_BYTES)));
  return { span: { first, last, rows: slots.length, keys: [first] }, bytes };
}

/** The lines of a segment, where they begin; `undefined` where it is damaged. */
export function linesOf(segment: Buffer): Buffer | undefined {
  if (segment.length <= CRC_BYTES) return undefined;
  const lines = segment.subarray(CRC_BYTES);
  return segment.readUInt32BE() === crc32(lines) ? lines : undefined;
}
