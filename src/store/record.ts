import { AtLine } from '../protocol/at-line.ts';
import { compareInstants } from '../protocol/timestamp.ts';

/**
 * What the herd keeps of a report, where it stands among bytes: its `AT` line, and its identity. The n-th
 * report that an origin accepts in one of its epochs has the sequence number n.
 */
export class RecordView extends AtLine {
  /** Which life of the origin's sequence: milliseconds since the POSIX epoch; an origin's epochs rise. */
  epoch = 0;
  /** From 1. */
  sequence = 1;
}

/**
 * Orders two records of one client: positive where `a` is the newer one. By the earlier of client time
 * and receipt, by receipt, by origin, by epoch and by sequence; so every server decides alike from the
 * records alone, in whatever order they came, and of two reports with one time the later one is newer.
 */
export function compareRecords(a: RecordView, b: RecordView): number {
  return (
    compareInstants(a.time, b.time) ||
    a.receiptSeconds - b.receiptSeconds ||
    a.receiptNanoseconds - b.receiptNanoseconds ||
    a.bytes.compare(b.bytes, b.serverStart, b.serverEnd, a.serverStart, a.serverEnd) ||
    a.epoch - b.epoch ||
    a.sequence - b.sequence
  );
}
