import type { Instant } from '../protocol/timestamp.ts';
import type { Channel, ChannelListener, Clock } from '../transport/channel.ts';

/**
 * What replication needs of the world around it. It owns no socket, timer or random source, so
 * that a simulation can put a network of its own under it.
 */
export interface World {
  readonly clock: Clock;
  /** Milliseconds since any fixed time. */
  nowMs(): number;
  /** The time of day by the server's clock. */
  now(): Instant;
  /** A random number of at least 0 and less than 1. */
  random(): number;
  /** Starts to connect to a neighbour's peer port. */
  dial(neighbour: string, listener: ChannelListener): Channel;
  /** Asks that `Replicator.flush` be called soon. */
  wake(): void;
}
