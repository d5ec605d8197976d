import type { LagChange } from './lag-watch.ts';
import type { Instant } from '../../protocol/timestamp.ts';
import type { LinkCause } from './messages.ts';
import type { Channel, ChannelListener, Clock } from '../../transport/channel.ts';

/**
 * What the links need of the world around them. They own no socket, timer or random source, so
 * that a simulation can put a network of its own under them.
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
  /** Asks that `Links.flush` be called soon. */
  wake(): void;
}

/** What there is to know of a server's links while it runs. */
export interface LinkEvents {
  onLinkUp(neighbour: string, dialled: boolean): void;
  onLinkDown(neighbour: string, cause: LinkCause): void;
  /** A connection did not become a link; `neighbour` where it is known who it was. */
  onLinkFailed(neighbour: string | undefined, cause: LinkCause): void;
  /** This server lags behind an origin, or a neighbour behind it, for long; or that is over. */
  onLag(change: LagChange): void;
}
