import type { JetStreamClient, StreamState } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { BrokerEvents } from './broker.ts';
import { BrokerError, bytesOf, causeOf, pause } from './jetstream-connection.ts';
import type { NatsOptions } from './options.ts';
import { watchSilence } from './silence-watch.ts';
import { streamName } from './stream-settings.ts';

/** How many messages of a partition are on their way at most: half a second's at full rate. */
const MAX_FETCHED = 2000;
/**
 * For how long one request for messages counts, and how often the cluster says meanwhile that it goes on, in
 * milliseconds: when two such signs are missing it is asked whether there is the consumer still. See `watchSilence`.
 */
const FETCH = { expiresMs: 5000, heartbeatMs: 1000 };

/** What the reading of streams needs. */
interface FollowersParts {
  readonly options: NatsOptions;
  readonly events: BrokerEvents;
  readonly isConnected: () => boolean;
  /** How the stream of a partition is; where there is none, it is made. */
  readonly makeStream: (partition: number) => Promise<StreamState>;
  /** Aborted when nothing is read any more. */
  readonly closing: AbortSignal;
}

/** The connection that streams are read over. */
interface Reading {
  readonly connection: NatsConnection;
  readonly jetstream: JetStreamClient;
}

/** The reading of a partition. */
interface Follower extends Reading {
  readonly ending: AbortController;
  /** Whether it is read from its beginning. */
  readonly isWhole: boolean;
}

/** Reads the streams of the partitions that are followed or listened to, each through a consumer of its own. */
export class StreamFollowers {
  readonly #parts: FollowersParts;
  #reading: Reading | undefined;
  #followed: ReadonlySet<number> = new Set();
  #listened: ReadonlySet<number> = new Set();
  readonly #followers = new Map<number, Follower>();
  /** What is settled when nothing is read any more. */
  readonly #ends = new Set<Promise<void>>();
  /** The last message that had come of a partition when it was behind its stream. */
  readonly #behindAt = new Map<number, number>();

  constructor(parts: FollowersParts) {
    this.#parts = parts;
  }

  /** Reads the streams of these partitions from now on, and no others: see `Broker`. */
  follow(followed: ReadonlySet<number>, listened: ReadonlySet<number>): void {
    this.#followed = followed;
    this.#listened = listened;
    if (this.#parts.isConnected()) this.#update();
  }

  /** Begins to read over a connection. */
  begin(connection: NatsConnection, jetstream: JetStreamClient): void {
    this.#reading = { connection, jetstream };
    this.#update();
  }

  /** Reads everything again over the same connection: messages in flight may be lost. */
  renew(): void {
    for (const partition of this.#followers.keys()) this.#end(partition);
    this.#update();
  }

  /** Ends the reading, until it begins over another connection. */
  end(): void {
    this.#reading = undefined;
    for (const partition of this.#followers.keys()) this.#end(partition);
  }

  /** Reads a partition again if the rest of its stream has not begun to arrive since the last check. */
  check(partition: number, { last_seq }: StreamState): void {
    if (!this.#followers.has(partition)) return;
    const seen = this.#parts.events.seenOf(partition);
    const isBehind = seen < last_seq;
    const isStuck = isBehind && this.#behindAt.get(partition) === seen;
    if (isBehind && !isStuck) this.#behindAt.set(partition, seen);
    else this.#behindAt.delete(partition);
    if (!isStuck) return;
    this.#end(partition);
    this.#update();
  }

  /** Settled when nothing is read any more, since that was to be ended. */
  async close(): Promise<void> {
    await Promise.all(this.#ends);
  }

  #end(partition: number): void {
    this.#followers.get(partition)?.ending.abort();
    this.#followers.delete(partition);
  }

  /** Begins to read what is followed and is not read, and ends what is not followed any more. */
  #update(): void {
    const [followed, listened, reading] = [this.#followed, this.#listened, this.#reading];
    if (reading === undefined) return;
    for (const [partition, { isWhole }] of this.#followers) {
      const goesOn = followed.has(partition) ? isWhole : listened.has(partition);
      if (!goesOn) this.#end(partition);
    }
    for (const partition of [...followed, ...listened]) {
      if (this.#followers.has(partition)) continue;
      const isWhole = followed.has(partition);
      const follower = { ...reading, ending: new AbortController(), isWhole };
      this.#followers.set(partition, follower);
      const end = this.#follow(partition, follower).finally(() => {
        this.#ends.delete(end);
        if (this.#followers.get(partition) === follower) this.#followers.delete(partition);
      });
      this.#ends.add(end);
    }
  }

  /** Has what a partition has told, as long as it is followed and there is this connection. */
  async #follow(partition: number, follower: Follower): Promise<void> {
    const { events, makeStream, closing } = this.#parts;
    const { signal } = follower.ending;
    const isOver = (): boolean =>
      closing.aborted || follower.connection.isClosed() || signal.aborted;
    while (!isOver()) {
      try {
        const state = await makeStream(partition);
        if (!isOver()) await this.#read(partition, state, follower);
      } catch (error) {
        if (isOver()) return;
        events.onFailed(causeOf(error, 'consumer'));
      }
      await pause(closing);
    }
  }

  /**
   * Reads a partition from its beginning, the last message of each subject, and then what comes. Never from further on: a cluster that
   * has lost its quorum may give numbers again. Of one that is listened to what comes from now on.
   *
   * @param state how the stream was before
   */
  async #read(
    partition: number,
    state: StreamState,
    { jetstream, ending: { signal }, isWhole }: Follower,
  ): Promise<void> {
    const { options, events, isConnected } = this.#parts;
    const consumer = await jetstream.consumers.get(
      streamName(options, partition),
      isWhole
        ? { deliver_policy: 'last_per_subject' }
        : { deliver_policy: 'by_start_sequence', opt_start_seq: state.last_seq + 1 },
    );
    if (signal.aborted) return;
    if (!isWhole) events.onListening(partition, state.last_seq);
    else if (state.messages === 0) events.onCaughtUp(partition, state.last_seq);
    const messages = await consumer.consume({
      max_messages: MAX_FETCHED,
      expires: FETCH.expiresMs,
      idle_heartbeat: FETCH.heartbeatMs,
      abort_on_missing_resource: true,
    });
    signal.addEventListener('abort', () => messages.stop(), { once: true });
    const watch = watchSilence(messages, isConnected, () => {
      messages.stop(new BrokerError('consumer', 'a stream has given no sign of life for too long'));
    });
    try {
      for await (const message of messages) {
        if (signal.aborted) break;
        watch.noteSign();
        events.onMessage(partition, { seq: message.seq, bytes: bytesOf(message.data) });
        // What was there when the reading began has come, though what followed on it may have gone.
        if (isWhole && message.info.pending === 0) {
          events.onCaughtUp(partition, Math.max(message.seq, state.last_seq));
        }
      }
    } finally {
      watch.end();
    }
  }
}
