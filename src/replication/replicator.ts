import type { VersionVector } from '../store/version-vector.ts';

/** What brings a server's records to the other servers of its herd, and theirs to it. */
export interface Replicator {
  /** The names of the neighbours that are linked. */
  readonly up: string[];
  /**
   * For each change of the store's feed up to this number all linked neighbours hold its record, or a
   * newer one of the client; infinite where there is none.
   */
  readonly confirmed: number;
  /** What this server has of every origin. All of it stands in the store's feed up to its head. */
  readonly vector: VersionVector;
  /**
   * Becomes one of the herd. All that a journal kept is in the store by now.
   *
   * @param vector what this server had of every origin when that was written; empty without a journal
   */
  start(vector: VersionVector): void;
  /** Sends what there is to be sent. A phase of each tick, before the replies go out. */
  flush(): void;
  /**
   * Has its neighbours hold all that this server holds now, for one that is about to stop.
   *
   * @param withinMs how long to wait, in milliseconds
   * @returns the linked neighbours that did not confirm it in time
   */
  drain(withinMs: number): Promise<string[]>;
  /** Leaves the herd, for good. */
  stop(): void;
}
