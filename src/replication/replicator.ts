import type { Contact } from '../store/contact.ts';
import type { VersionVector } from '../store/version-vector.ts';
import type { LinkStatus } from './link-counts.ts';

/** How far a server is behind. */
export interface LagEntry {
  /** The name of the origin that this server is behind, or of the neighbour that is behind this server. */
  readonly name: string;
  /**
   * How many reports are missing, at most: those among them that others of the same clients have superseded
   * are not sent any more. 0: nothing is missing.
   */
  readonly reports: number;
  /** For how long it is known that something is missing which still is, in seconds; looked at once a second. */
  readonly seconds: number;
}

/** How far servers are behind, as far as this one knows. What is on its way counts as missing. */
export interface Lag {
  /**
   * Of each server of which there are reports: what this server lacks of those that it was the first to accept,
   * and linked neighbours have. Without a link nothing is known to be missing.
   */
  readonly origins: readonly LagEntry[];
  /**
   * Of each neighbour that has been linked since this server started: what it lacks of all that this server
   * has. Where it is not linked now, what it said last counts.
   */
  readonly neighbours: readonly LagEntry[];
}

/** What brings a server's records to the other servers of its herd, and theirs to it. */
export interface Replicator {
  /** The names of the neighbours that are linked. */
  readonly up: string[];
  /** All neighbours, and what was counted of the links with each. */
  readonly links: readonly LinkStatus[];
  /**
   * For each change of the store's feed up to this seq all linked neighbours have its record, or a
   * newer one of the client; infinite where there is none.
   */
  readonly confirmed: number;
  /** What this server has of every origin. All of it stands in the store's feed up to its head. */
  readonly vector: VersionVector;
  /** How far this server is behind the others, and its neighbours behind it. */
  lag(): Lag;
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
  /** Sends what there is to be sent. A phase of each tick, before the replies go out. */
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
