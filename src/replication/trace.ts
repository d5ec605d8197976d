import type { Instant } from '../protocol/timestamp.ts';

/** That a record came over a link. */
export interface Arrival {
  readonly neighbour: string;
  /** When, by the clock of the server that it came to. */
  readonly at: Instant;
  /** Whether it was news there: else it, or a newer one of its client, had come before. */
  readonly isNews: boolean;
}

/** One life of a server's sequence of records. */
interface TracedOrigin {
  readonly name: string;
  readonly epoch: number;
}

/** A record, and how it came to this server. */
export interface TracedRecord {
  readonly origin: TracedOrigin;
  readonly sequence: number;
  /** When the origin received it, by its own clock. */
  readonly receipt: Instant;
  readonly arrivals: readonly Arrival[];
}

/** The origins that a linked neighbour was asked to prune. */
interface PrunedOrigins {
  readonly neighbour: string;
  readonly origins: readonly TracedOrigin[];
}

/** How records come to this server. */
export interface Trace {
  /** Some of the last records of each origin. */
  readonly records: readonly TracedRecord[];
  readonly pruned: readonly PrunedOrigins[];
}
