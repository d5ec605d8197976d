import type { KnownServer, LinkStatus, Trace } from '../service/known-server.ts';

/** Up to which sequence number a server has the records of an origin, or newer ones of their clients. */
export interface OriginSequence {
  /** The origin's name. */
  readonly name: string;
  /** Which of its lives, in milliseconds since 1970. */
  readonly epoch: number;
  readonly sequence: number;
}

/** What there is to know of a server and its place in the herd. */
export interface HerdSource {
  readonly herd: string;
  readonly server: string;
  readonly version: string;
  /** What is known of every server of the herd; this one is the first. */
  readonly servers: () => readonly KnownServer[];
  /** What it has of every origin. */
  readonly vector: () => readonly OriginSequence[];
  /** Its links, and what was counted of them. */
  readonly links: () => readonly LinkStatus[];
  /** How records come to it over its links. */
  readonly trace: () => Trace;
  /** The change after which all stands that one with this vector may lack. @see Replicator.startOf */
  readonly startOf: (vector: readonly OriginSequence[]) => number;
  /** Whether it has yet to read its journal. */
  readonly isReplaying: () => boolean;
  /** Whether the herd's NATS cluster is connected; `undefined` if the herd uses none. */
  readonly isClusterConnected: () => boolean | undefined;
  /** Whether its configuration gives it nobody to learn from. */
  readonly isAlone: boolean;
  /** Whether a neighbour has sent it all that it lacked, since it started. */
  readonly hasCaughtUp: () => boolean;
}
