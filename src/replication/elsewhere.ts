/**
 * What other servers of the herd have, where none has all: each holds some partitions of the clients, and answers for
 * them. What this server does not hold it reads when it is asked for.
 */
export interface Elsewhere {
  /**
   * Brings a client's newest record into the store; `undefined` where the store has it, or had it a moment ago.
   * Rejects where it cannot be known.
   *
   * @param isFresh whether what was read a moment ago is not enough
   */
  fetch(client: Buffer, isFresh: boolean): Promise<void> | undefined;
  /** Keeps clients' newest records in the store, a moment old at most, until the returned function is called. */
  watch(clients: readonly Buffer[]): () => void;
  /** Whether all that a client reports comes into the store: this server holds it, or watches it. */
  follows(client: Buffer): boolean;
  /** In which partition a client is, from 0 on. */
  partitionOf(client: Buffer): number;
  /**
   * Whom to ask for each partition, by the servers' names; this server too.
   *
   * @throws {NoHolderError} where there is a partition that nobody holds at present
   */
  holders(): ReadonlyMap<string, ReadonlySet<number>>;
  /**
   * Whether this server is the first of those that hold a client, and has been since a time, in milliseconds since the POSIX epoch:
   * of all servers that is one, but while that changes.
   */
  isFirst(client: Buffer, sinceMs: number): boolean;
  /**
   * Has what any client reports come into the store, also where others hold the client, until the listener ends. It stays there
   * for a while only: see `evictedUpTo`.
   *
   * @param onBroken called where something may not have come: what is elsewhere has to be asked for again
   */
  listen(onBroken: () => void): Listener;
  /** Has slots stay in the store while anybody listens, however much is to make room. */
  keepWhileListening(isKept: (slot: number) => boolean): void;
  /** The position up to which records may be known here: a server that is asked for missing records has to have read as far. */
  readonly places: Places;
  /** Waits until this server has read as far as another one that asks. @throws where that takes too long */
  reach(places: Places): Promise<void>;
  /** The change of the store's feed up to which everything is stored: a server that has read up to `places` has those records, or newer ones. */
  readonly storedUpTo: number;
  /** The greatest seq in the store's feed of a change whose record has made room for others. */
  readonly evictedUpTo: number;
  /** Asks another server. @throws where it does not answer */
  ask(server: string, question: string): Promise<string>;
  /** Has other servers' questions answered; a question that rejects is asked elsewhere. */
  answer(respond: (question: string) => Promise<string>): void;
}

/** Up to where partitions were read, by their numbers, as far as the engine counts. */
export type Places = ReadonlyMap<number, number>;

/** Who wants to know what all clients report. */
export interface Listener {
  /** Settled while everything comes. */
  begun(): Promise<void>;
  end(): void;
}

/** A partition of the clients that no server holds at present: servers have gone, and others are still reading it. */
export class NoHolderError extends Error {
  readonly code = 'NO_HOLDER';

  constructor(partitions: readonly number[]) {
    const which = partitions.length === 1 ? 'partition' : 'partitions';
    super(`no server holds ${which} ${partitions.join(', ')} of the clients at the moment`);
    this.name = 'NoHolderError';
  }
}
