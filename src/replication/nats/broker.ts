import type { BrokerCause } from './cause.ts';
import type { StoredMessage, Streams } from './stream.ts';

/** What is said to all servers of the herd at once, and kept nowhere: see `Mark`, `ServerStatus`, `Share`. */
export type Topic = 'mark' | 'status' | 'hello' | 'holding';

/** What a broker tells. */
export interface BrokerEvents {
  /** There is a connection, and the streams are as they have to be. */
  onConnected(server: string, version: string): void;
  onDisconnected(cause: BrokerCause): void;
  /** An operation failed and is retried. */
  onFailed(cause: BrokerCause): void;
  /** The message that follows on the last one of its partition. */
  onMessage(partition: number, message: StoredMessage): void;
  /** The last message of a partition that has come. */
  seenOf(partition: number): number;
  /** All that is in a partition's stream has come; it ends with this seq. Also each time that this is so again. */
  onCaughtUp(partition: number, seq: number): void;
  /** All that follows on the message of this seq comes from now on, of a partition that is listened to. */
  onListening(partition: number, seq: number): void;
  /** A partition's stream was lost, and made again without anything in it. */
  onStreamLost(partition: number): void;
  /** What another server has said. */
  onSaid(topic: Topic, server: string, text: string): void;
  /** Another server asks this one; what rejects is not answered. */
  onAsked(question: string): Promise<string>;
}

/** A connection to the cluster, and the streams there. */
export interface Broker extends Streams {
  /** Connects, now and whenever that is lost, and has what the streams that are followed have told. */
  start(): void;
  /**
   * Reads the streams of these partitions from now on, and no others.
   *
   * @param followed the partitions that are read from their beginning
   * @param listened the partitions from which only new messages are read
   */
  follow(followed: ReadonlySet<number>, listened: ReadonlySet<number>): void;
  /**
   * Looks whether a stream was lost, and whether it has messages that do not come though it is followed, which are then asked for
   * again: messages in flight when a connection within the cluster was cut are not repeated by themselves.
   */
  check(partition: number): Promise<void>;
  /** Says something to all servers that are connected now; where there is no connection, to nobody. */
  say(topic: Topic, text: string): void;
  /** Asks another server something. @throws where it is not there, or does not answer in time */
  ask(server: string, question: string): Promise<string>;
  close(): Promise<void>;
}
