import type {
  ConsumerMessages,
  JetStreamClient,
  JetStreamManager,
  StreamState,
} from '@nats-io/jetstream';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import type { Broker, BrokerEvents, Topic } from './broker.ts';
import {
  ANSWER_WITHIN_MS,
  BrokerError,
  causeOf,
  connectionOptions,
  type Libraries,
  loadLibraries,
  requireVersion,
  RETRY_MS,
} from './jetstream-connection.ts';
import type { NatsOptions } from './options.ts';
import type { Stored, StoredMessage } from './stream.ts';
import { watchSilence } from './silence-watch.ts';
import {
  partitionsOf,
  streamFault,
  streamName,
  streamSettings,
  subjectPrefix,
} from './stream-settings.ts';

/** How many messages of a partition are on their way at most: half a second's at full rate. */
const MAX_FETCHED = 2000;
/**
 * For how long one request for messages counts, and how often the cluster says meanwhile that it goes on, in
 * milliseconds: when two such signs are missing it is asked whether there is the consumer still. See `watchSilence`.
 */
const FETCH = { expiresMs: 5000, heartbeatMs: 1000 };
/** How long another server's answer is waited for, in milliseconds. */
const ASK_WITHIN_MS = 3000;
/** JetStream's codes of a message whose subject has another last one than expected; servers from 2.11 on have two. */
const CONFLICTS: ReadonlySet<number> = new Set([10071, 10164]);
/** JetStream's code of a stream that there is not. */
const STREAM_NOT_FOUND = 10059;

/** The reading of a partition. */
interface Follower {
  readonly ending: AbortController;
  /** Whether it is read from its beginning. */
  readonly isWhole: boolean;
}

/** JetStream's streams. It owns the connection, and decides nothing about records. */
export class JetStreamBroker implements Broker {
  readonly #options: NatsOptions;
  readonly #server: string;
  readonly #events: BrokerEvents;
  readonly #closing = new AbortController();
  #libraries: Libraries | undefined;
  #connection: NatsConnection | undefined;
  #jetstream: JetStreamClient | undefined;
  #manager: JetStreamManager | undefined;
  #isConnected = false;
  /** When each partition's stream was made. */
  readonly #lives: string[] = [];
  #followed: ReadonlySet<number> = new Set();
  #listened: ReadonlySet<number> = new Set();
  /** The reading of each partition that is followed or listened to. */
  readonly #followers = new Map<number, Follower>();
  readonly #following = new Set<Promise<void>>();
  /** The last message that had come of a partition when it was behind its stream. */
  readonly #behindAt = new Map<number, number>();
  #running: Promise<void> = Promise.resolve();

  /** @param server the name of this server in the herd, which the cluster shows its operator */
  constructor(options: NatsOptions, server: string, events: BrokerEvents) {
    this.#options = options;
    this.#server = server;
    this.#events = events;
  }

  get partitions(): number {
    return partitionsOf(this.#options);
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  lifeOf(partition: number): string {
    return this.#lives[partition] ?? '';
  }

  start(): void {
    this.#running = this.#run();
  }

  async store(partition: number, token: string, bytes: Buffer, expected: number): Promise<Stored> {
    if (this.#jetstream === undefined) {
      return { kind: 'failed', cause: { code: 'closed', detail: 'there is no connection' } };
    }
    const subject = subjectPrefix(this.#options, partition) + token;
    try {
      const expect = { lastSubjectSequence: expected };
      const { seq } = await this.#jetstream.publish(subject, bytes, { expect });
      return { kind: 'stored', seq };
    } catch (error) {
      if (CONFLICTS.has(codeOf(error))) return { kind: 'conflict' };
      return { kind: 'failed', cause: causeOf(error, 'store') };
    }
  }

  async last(partition: number, token: string): Promise<StoredMessage | undefined> {
    if (this.#manager === undefined) throw new Error('there is no connection');
    const last_by_subj = subjectPrefix(this.#options, partition) + token;
    // The leader's word: a direct read may be of a server that lags.
    const name = streamName(this.#options, partition);
    const message = await this.#manager.streams.getMessage(name, { last_by_subj });
    return message === null ? undefined : { seq: message.seq, bytes: bytesOf(message.data) };
  }

  say(topic: Topic, text: string): void {
    if (!this.#isConnected) return;
    this.#connection?.publish(`${this.#options.prefix}.said.${topic}.${this.#server}`, text);
  }

  async ask(server: string, question: string): Promise<string> {
    if (this.#connection === undefined) throw new Error('there is no connection');
    const options = { timeout: ASK_WITHIN_MS };
    const answer = await this.#connection.request(this.#subjectOf(server), question, options);
    return answer.string();
  }

  follow(followed: ReadonlySet<number>, listened: ReadonlySet<number>): void {
    this.#followed = followed;
    this.#listened = listened;
    if (this.#isConnected && this.#connection !== undefined) this.#followOn(this.#connection);
  }

  async check(partition: number): Promise<void> {
    const connection = this.#connection;
    if (!this.#isConnected || connection === undefined) return;
    try {
      const state = await this.#makeStream(partition);
      if (this.#isStuck(partition, state)) this.#followAnew(connection, [partition]);
    } catch (error) {
      if (!this.#isClosing) this.#events.onFailed(causeOf(error, 'stream'));
    }
  }

  /** Whether what a stream has further on has not begun to come since it was looked at last. */
  #isStuck(partition: number, { last_seq }: StreamState): boolean {
    if (!this.#followers.has(partition)) return false;
    const seen = this.#events.seenOf(partition);
    const isBehind = seen < last_seq;
    const isStuck = isBehind && this.#behindAt.get(partition) === seen;
    if (isBehind && !isStuck) this.#behindAt.set(partition, seen);
    else this.#behindAt.delete(partition);
    return isStuck;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#isConnected = false;
    await this.#connection?.close();
    await Promise.all(this.#following);
    await this.#running;
  }

  get #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Connects, and waits for the connection's end, again and again. */
  async #run(): Promise<void> {
    while (!this.#isClosing) {
      try {
        await this.#connect();
        if (!this.#isClosing) await this.#watch();
      } catch (error) {
        if (!this.#isClosing) this.#events.onFailed(causeOf(error, 'unreachable'));
      }
      await this.#connection?.close();
      for (const { ending } of this.#followers.values()) ending.abort();
      this.#followers.clear(); // the next connection reads anew
      await this.#pause();
    }
  }

  async #connect(): Promise<void> {
    this.#libraries ??= await loadLibraries();
    const { connect, jetstream, jetstreamManager } = this.#libraries;
    const connection = await connect(
      connectionOptions(this.#options, this.#server, this.#libraries),
    );
    if (this.#isClosing) return connection.close();
    this.#connection = connection;
    requireVersion(connection.info?.version ?? '');
    const { domain } = this.#options;
    const options = { timeout: ANSWER_WITHIN_MS, ...(domain === undefined ? {} : { domain }) };
    this.#manager = await jetstreamManager(connection, options);
    this.#jetstream = jetstream(connection, options);
    for (let partition = 0; partition < this.partitions; partition++) {
      await this.#makeStream(partition);
    }
    this.#listen(connection);
    this.#noteConnected();
    this.#followOn(connection);
  }

  #noteConnected(): void {
    this.#isConnected = true;
    const info = this.#connection?.info;
    this.#events.onConnected(this.#connection?.getServer() ?? '', info?.version ?? '');
  }

  /** Notes when the connection is lost and found again; done when it is closed for good. */
  async #watch(): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined) return;
    // One that has ended has no statuses, not even an end of them.
    for await (const status of connection.isClosed() ? [] : connection.status()) {
      if (status.type === 'reconnect') {
        this.#noteConnected();
        this.#followAnew(connection, [...this.#followers.keys()]);
      }
      if (status.type !== 'disconnect' || !this.#isConnected) continue;
      this.#isConnected = false;
      this.#events.onDisconnected({ code: 'closed', detail: `lost ${status.server}` });
    }
    const error = await connection.closed();
    if (!this.#isConnected) return;
    this.#isConnected = false;
    const cause = causeOf(error ?? new Error('it was closed'), 'closed');
    if (!this.#isClosing) this.#events.onDisconnected(cause);
  }

  /** How the stream of a partition is. Makes it where there is none, and tells where it is another one than before. */
  async #makeStream(partition: number): Promise<StreamState> {
    const wanted = streamSettings(this.#options, partition);
    const { streams } = this.#manager ?? {};
    if (streams === undefined) throw new BrokerError('closed', 'there is no connection');
    try {
      const { config, created, state } = await streams.info(wanted.name);
      const fault = streamFault(wanted, config);
      if (fault !== undefined) throw new BrokerError('stream', fault);
      this.#noteLife(partition, created);
      return state;
    } catch (error) {
      if (codeOf(error) !== STREAM_NOT_FOUND) throw error;
    }
    const { created, state } = await streams.add(wanted);
    this.#noteLife(partition, created);
    return state;
  }

  /** Notes when a partition's stream was made. */
  #noteLife(partition: number, created: string): void {
    const before = this.#lives[partition];
    this.#lives[partition] = created;
    if (before !== undefined && before !== created) this.#events.onStreamLost(partition);
  }

  #listen(connection: NatsConnection): void {
    const prefix = `${this.#options.prefix}.said.`;
    connection.subscribe(`${prefix}*.>`, {
      callback: (error, message) => {
        if (error !== null) return;
        const [topic = '', ...name] = message.subject.slice(prefix.length).split('.');
        const server = name.join('.');
        if (server === this.#server || !isTopic(topic)) return;
        this.#events.onSaid(topic, server, message.string());
      },
    });
    connection.subscribe(this.#subjectOf(this.#server), {
      callback: (error, message) => {
        if (error === null) void this.#answer(message);
      },
    });
  }

  async #answer(message: Msg): Promise<void> {
    try {
      message.respond(await this.#events.onAsked(message.string()));
    } catch {
      // Who asked hears nothing, and asks elsewhere.
    }
  }

  /** The subject under which a server is asked. */
  #subjectOf(server: string): string {
    return `${this.#options.prefix}.ask.${server}`;
  }

  /** Begins to read what is followed and is not read, and ends what is not followed any more. */
  #followOn(connection: NatsConnection): void {
    const [followed, listened] = [this.#followed, this.#listened];
    for (const [partition, { ending, isWhole }] of this.#followers) {
      const goesOn = followed.has(partition) ? isWhole : listened.has(partition);
      if (goesOn) continue;
      ending.abort();
      this.#followers.delete(partition);
    }
    for (const partition of [...followed, ...listened]) {
      if (this.#followers.has(partition)) continue;
      const follower = { ending: new AbortController(), isWhole: followed.has(partition) };
      this.#followers.set(partition, follower);
      const following = this.#follow(connection, partition, follower).finally(() => {
        this.#following.delete(following);
        if (this.#followers.get(partition) === follower) this.#followers.delete(partition);
      });
      this.#following.add(following);
    }
  }

  /** Reads partitions anew: what was on its way may be lost. */
  #followAnew(connection: NatsConnection, partitions: readonly number[]): void {
    for (const partition of partitions) {
      this.#followers.get(partition)?.ending.abort();
      this.#followers.delete(partition);
    }
    this.#followOn(connection);
  }

  /** Has what a partition has told, as long as it is followed and there is this connection. */
  async #follow(connection: NatsConnection, partition: number, follower: Follower): Promise<void> {
    const { signal } = follower.ending;
    const isOver = (): boolean => this.#isClosing || connection.isClosed() || signal.aborted;
    while (!isOver()) {
      try {
        const state = await this.#makeStream(partition);
        if (!isOver()) await this.#read(partition, state, follower);
      } catch (error) {
        if (isOver()) return;
        this.#events.onFailed(causeOf(error, 'consumer'));
      }
      await this.#pause();
    }
  }

  /**
   * Reads a partition from its beginning, the last message of each subject, and then what comes. Never from further on: a cluster that
   * has lost its quorum may give numbers again. Of one that is listened to what comes from now on.
   *
   * @param state how the stream was before
   */
  async #read(partition: number, state: StreamState, follower: Follower): Promise<void> {
    const { ending, isWhole } = follower;
    const name = streamName(this.#options, partition);
    const consumer = await this.#jetstream?.consumers.get(
      name,
      isWhole
        ? { deliver_policy: 'last_per_subject' }
        : { deliver_policy: 'by_start_sequence', opt_start_seq: state.last_seq + 1 },
    );
    if (consumer === undefined || ending.signal.aborted) return;
    if (!isWhole) this.#events.onListening(partition, state.last_seq);
    else if (state.messages === 0) this.#events.onCaughtUp(partition, state.last_seq);
    const messages: ConsumerMessages = await consumer.consume({
      max_messages: MAX_FETCHED,
      expires: FETCH.expiresMs,
      idle_heartbeat: FETCH.heartbeatMs,
      abort_on_missing_resource: true,
    });
    ending.signal.addEventListener('abort', () => messages.stop(), { once: true });
    const isConnected = (): boolean => this.#isConnected;
    const watch = watchSilence(messages, isConnected, () => {
      messages.stop(new BrokerError('consumer', 'a stream has given no sign of life for too long'));
    });
    try {
      for await (const message of messages) {
        if (ending.signal.aborted) break;
        watch.noteSign();
        this.#events.onMessage(partition, { seq: message.seq, bytes: bytesOf(message.data) });
        // What was there when the reading began has come, though what followed on it may have gone.
        if (isWhole && message.info.pending === 0) {
          this.#events.onCaughtUp(partition, Math.max(message.seq, state.last_seq));
        }
      }
    } finally {
      watch.end();
    }
  }

  async #pause(): Promise<void> {
    const { signal } = this.#closing;
    await delay(RETRY_MS, undefined, { signal }).catch(() => undefined); // it is closed
  }
}

function codeOf(error: unknown): number {
  const isCoded = error instanceof Error && 'code' in error && typeof error.code === 'number';
  return isCoded ? Number(error.code) : 0;
}

const TOPICS: ReadonlySet<string> = new Set<Topic>(['mark', 'status', 'hello', 'holding']);

function isTopic(text: string): text is Topic {
  return TOPICS.has(text);
}

/** The same bytes as a buffer, without a copy. */
function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
