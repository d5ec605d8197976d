/** How a server stands with the NATS cluster. */
export interface ClusterCounts {
  readonly isConnected: boolean;
  /** How many records are on their way into the streams, or wait after a failure. */
  readonly storing: number;
  /** `undefined` where each server holds every client. */
  readonly share: ShareCounts | undefined;
}

/** What a server holds of the clients, where none holds all. */
export interface ShareCounts {
  /** How many partitions it holds. */
  readonly held: number;
  /** How many clients and signs of life of other partitions are here, and how many were dropped to make room. */
  readonly residents: number;
  readonly evicted: number;
  /** Lookups of a client that was in memory, and how often it was read from its stream. */
  readonly hits: number;
  readonly misses: number;
}
