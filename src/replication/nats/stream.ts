import type { BrokerCause } from './cause.ts';

/** What came of an attempt to store a record. */
export type Stored =
  | { readonly kind: 'stored'; readonly seq: number }
  /** Another record of the client has come between. */
  | { readonly kind: 'conflict' }
  /** It was not stored, or it is not known whether it was. */
  | { readonly kind: 'failed'; readonly cause: BrokerCause };

/** A message of a stream: the last one of its subject when it was read. */
export interface StoredMessage {
  readonly seq: number;
  readonly bytes: Buffer;
}

/**
 * The streams that keep the newest record of each client, one for each partition, as far as the engine's decisions
 * need them. A subject has one message, its last one.
 */
export interface Streams {
  /** How many there are, with that of the documents, which is the last one. */
  readonly partitions: number;
  /** Whether there is a connection now. */
  readonly isConnected: boolean;
  /** Which life of a partition's stream there is: one that was made again has another one, and counts from 1 again. No spaces. */
  lifeOf(partition: number): string;
  /**
   * Stores a client's record if the last one of its subject is `expected` still.
   *
   * @param token of the client: see `tokenOf`
   * @param expected the seq of the message that it replaces; 0: there is none
   */
  store(partition: number, token: string, bytes: Buffer, expected: number): Promise<Stored>;
  /** The last message of a client, by the leader's word; `undefined` where there is none. @throws where it cannot be read */
  last(partition: number, token: string): Promise<StoredMessage | undefined>;
}
