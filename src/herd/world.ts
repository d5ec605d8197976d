import type { LinkCause } from './messages.ts';

/** Time, as the links need it. */
export interface Clock {
  /** Runs `action` once after `delayMs`; the returned function calls it off. */
  after(delayMs: number, action: () => void): () => void;
}

/** One end of an ordered stream of bytes to another server. */
export interface Channel {
  /**
   * Writes bytes. False: they wait to be written, are not to change until then, and no more should
   * be written; it is told when it is drained.
   */
  write(bytes: Buffer): boolean;
  /** Ends the stream after what was written. Nothing comes from it any more. */
  close(): void;
}

/** What a channel tells the link that uses it. */
export interface ChannelListener {
  /** A dialled channel has reached the other server. */
  opened(): void;
  /** An accepted channel comes from this server, which has proven itself. Before anything else. */
  proven(server: string): void;
  received(bytes: Buffer): void;
  /** What was waiting has been written. */
  drained(): void;
  /** The channel has ended, by no doing of the link's. */
  closed(cause: LinkCause): void;
}

/**
 * What the links need of the world around them. They own no socket, timer or random source, so
 * that a simulation can put a network of its own under them.
 */
export interface World {
  readonly clock: Clock;
  /** A random number of at least 0 and less than 1. */
  random(): number;
  /** Starts to connect to a neighbour's peer port. */
  dial(neighbour: string, listener: ChannelListener): Channel;
  /** Asks that `Links.flush` be called soon. */
  wake(): void;
}

/** What there is to know of a server's links while it runs. */
export interface LinkEvents {
  linkUp(neighbour: string, dialled: boolean): void;
  linkDown(neighbour: string, cause: LinkCause): void;
  /** A connection did not become a link; `neighbour` where it is known who it was. */
  linkFailed(neighbour: string | undefined, cause: LinkCause): void;
}
