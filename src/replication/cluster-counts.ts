/** How a server stands with the NATS cluster. */
export interface ClusterCounts {
  readonly isConnected: boolean;
  /** How many records are on their way into the streams, or wait after a failure. */
  readonly storing: number;
}
