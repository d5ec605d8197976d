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
  /** Asks another server. @throws where it does not answer */
  ask(server: string, question: string): Promise<string>;
  /** Has other servers' questions answered; a question that rejects is asked elsewhere. */
  answer(respond: (question: string) => Promise<string>): void;
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
