import type { JetStreamClient, JetStreamManager, StreamState } from '@nats-io/jetstream';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { Broker, BrokerEvents, Topic } from './broker.ts';
import {
  ANSWER_WITHIN_MS,
  BrokerError,
  bytesOf,
  causeOf,
  connectionOptions,
  type Libraries,
  loadLibraries,
  pause,
  requireVersion,
} from './jetstream-connection.ts';
import type { NatsOptions } from './options.ts';
import type { Stored, StoredMessage } from './stream.ts';
import { StreamFollowers } from './stream-followers.ts';
import {
  partitionsOf,
  streamFault,
  streamName,
  streamSettings,
  subjectPrefix,
} from './stream-settings.ts';

/** How long another server's answer is waited for, in milliseconds. */
const ASK_WITHIN_MS = 3000;
/** JetStream's codes of a message whose subject has another last one than expected; servers from 2.11 on have two. */
const CONFLICTS: ReadonlySet<number> = new Set([10071, 10164]);
/** JetStream's code for a missing stream. */
const STREAM_NOT_FOUND = 10059;

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
  readonly #followers: StreamFollowers;
  #running: Promise<void> = Promise.resolve();

  /** @param server the name of this server in the herd, which the cluster shows its operator */
  constructor(options: NatsOptions, server: string, events: BrokerEvents) {
    this.#options = options;
    this.#server = server;
    this.#events = events;
    this.#followers = new StreamFollowers({
      options,
      events,
      isConnected: () => this.#isConnected,
      makeStream: (partition) => this.#makeStream(partition),
      closing: this.#closing.signal,
    });
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
    this.#followers.follow(followed, listened);
  }

  async check(partition: number): Promise<void> {
    if (!this.#isConnected) return;
    try {
      this.#followers.check(partition, await this.#makeStream(partition));
    } catch (error) {
      if (!this.#isClosing) this.#events.onFailed(causeOf(error, 'stream'));
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#isConnected = false;
    await this.#connection?.close();
    await this.#followers.close();
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
      this.#followers.end(); // the next connection reads anew
      await pause(this.#closing.signal);
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
    this.#followers.begin(connection, this.#jetstream);
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
        this.#followers.renew();
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
}

function codeOf(error: unknown): number {
  const isCoded = error instanceof Error && 'code' in error && typeof error.code === 'number';
  return isCoded ? Number(error.code) : 0;
}

const TOPICS: ReadonlySet<string> = new Set<Topic>(['mark', 'status', 'hello', 'holding']);

function isTopic(text: string): text is Topic {
  return TOPICS.has(text);
}
