import type { Lag } from './lag.ts';
import type { Contact } from '../store/contact.ts';
import type { VersionVector } from '../store/version-vector.ts';
import type { ClusterCounts } from './cluster-counts.ts';
import type { Elsewhere } from './elsewhere.ts';
import type { LinkStatus } from './link-counts.ts';
import type { KnownServer } from './server-status.ts';
import type { Trace } from './trace.ts';

/** What brings a server's records to the other servers of its herd, and theirs to it. */
export interface Replicator {
  /** The names of the neighbours that are linked. */
  readonly up: string[];
  /** All neighbours, and what was counted of the links with each. */
  readonly links: readonly LinkStatus[];
  /** Whether a neighbour has sent all that this server lacked of what it has, since this server started. */
  readonly hasCaughtUp: boolean;
  /**
   * For each change of the store's feed up to this seq all linked neighbours, or the cluster, have its record, or a
   * newer one of the client; infinite where there is none.
   */
  readonly confirmed: number;
  /** Whether nothing can be confirmed at present, and that may last. */
  readonly isCutOff: boolean;
  /** The state of the NATS cluster; `undefined` if the herd uses none. */
  readonly cluster: ClusterCounts | undefined;
  /** What other servers hold, where none holds all; `undefined`: this server holds every client. */
  readonly elsewhere: Elsewhere | undefined;
  /** What this server has of every origin, all of it in the store's feed up to its head. */
  readonly vector: VersionVector;
  /** How far this server is behind the others, and its neighbours behind it. */
  lag(): Lag;
  /** What every server of the herd said last of itself; this server is the first one. */
  herd(): readonly KnownServer[];
  /** How the last records came here over links, and which origins neighbours leave out. */
  trace(): Trace;
  /** When this server last had all that each neighbour had. */
  readonly contacts: readonly Contact[];
  /**
   * The change of the store's feed after which all stands that one with this version vector may lack; 0 where that
   * is all there is.
   */
  startOf(vector: VersionVector): number;
  /**
   * Becomes one of the herd. All that a journal kept is in the store by now.
   *
   * @param vector what this server had of every origin when that was written; empty without a journal
   * @param contacts when it last had all of each neighbour by then; empty without a journal
   */
  start(vector: VersionVector, contacts: readonly Contact[]): void;
  /** Sends pending changes. A phase of each tick, before the replies go out. */
  flush(): void;
  /**
   * Sees to it that the neighbours have all that this server has now, before it stops.
   *
   * @param withinMs how long to wait, in milliseconds
   * @returns the linked neighbours that did not confirm it in time
   */
  drain(withinMs: number): Promise<string[]>;
  /** Leaves the herd, for good. */
  stop(): void;
}
