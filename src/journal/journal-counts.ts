import { DurationHistogram, type DurationCounts } from '../counts/duration-histogram.ts';

/** From a disk with a cache of its own to one that fails, in seconds. */
const WRITE_BOUNDS_SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
];
/** The same, behind up to a tenth of a second in which changes are gathered. */
const DELAY_BOUNDS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** What a journal has counted since it was opened. */
export class JournalCounts {
  /** Duration of writes, including fsync. */
  readonly writes = new DurationHistogram(WRITE_BOUNDS_SECONDS);
  /** Age of the oldest change of each write when it reached the disk. */
  readonly delays = new DurationHistogram(DELAY_BOUNDS_SECONDS);
  /** Writes that failed. */
  failures = 0;

  /** Counts a write that is on disk. */
  noteWritten(durationMs: number, delayMs: number): void {
    this.writes.observe(durationMs / 1000);
    this.delays.observe(delayMs / 1000);
  }
}

/** How a journal is, and what it has counted since it was opened. */
export interface JournalStatus {
  /** Whether the journal is still being replayed. */
  readonly isReplaying: boolean;
  /** Whether the last write failed. */
  readonly isFailing: boolean;
  /** How many changes are not on disk yet. */
  readonly pendingChanges: number;
  readonly writes: DurationCounts;
  readonly delays: DurationCounts;
  readonly failures: number;
  readonly writtenBytes: number;
  /** What the files take: the last snapshot, and the logs since. */
  readonly sizeBytes: number;
  readonly snapshots: number;
}
