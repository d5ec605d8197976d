import type { ConsumerMessages, JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { ConnectionOptions, NatsConnection } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import type { Broker, BrokerEvents, Topic } from './broker.ts';
import type { BrokerCause } from './cause.ts';
import type { NatsOptions } from './options.ts';
import type { Stored, StoredMessage } from './stream.ts';
import { watchSilence } from './silence-watch.ts';
import { recordPrefix, streamFault, streamName, streamSettings } from './stream-settings.ts';

/** How long an answer of the cluster is waited for, in milliseconds: an election takes a second or two. */
const ANSWER_WITHIN_MS = 5000;
/** How long after a failure something is tried again, in milliseconds. */
const RETRY_MS = 1000;
/** How many messages of a partition are on their way at most: half a second's at full rate. */
const MAX_FETCHED = 2000;
/**
 * For how long one request for messages counts, and how often the cluster says meanwhile that it goes on, in
 * milliseconds: when two such signs are missing it is asked whether there is the consumer still. See `watchSilence`.
 */
const FETCH = { expiresMs: 5000, heartbeatMs: 1000 };
/** How often a connection that says nothing is tried, in milliseconds, and how often in vain before it is given up. */
const PING = { everyMs: 2000, most: 2 };
/** The oldest version that has all that is used here. */
const LEAST_VERSION = [2, 9, 0] as const;

/** JetStream's codes of a message whose subject has another last one than expected; servers from 2.11 on have two. */
const CONFLICTS: ReadonlySet<number> = new Set([10071, 10164]);
/** JetStream's code of a stream that there is not. */
const STREAM_NOT_FOUND = 10059;

type Libraries = Awaited<ReturnType<typeof loadLibraries>>;

/** The client library is loaded where it is configured alone: it is an optional dependency. */
async function loadLibraries() {
  const [transport, jetstream] = await Promise.all([
    import('@nats-io/transport-node'),
    import('@nats-io/jetstream'),
  ]);
  return { ...transport, ...jetstream };
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
  #following: Promise<unknown> = Promise.resolve();
  #running: Promise<void> = Promise.resolve();

  /** @param server the name of this server in the herd, which the cluster shows its operator */
  constructor(options: NatsOptions, server: string, events: BrokerEvents) {
    this.#options = options;
    this.#server = server;
    this.#events = events;
  }

  get partitions(): number {
    return this.#options.partitions;
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
    const subject = recordPrefix(this.#options, partition) + token;
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
    const last_by_subj = recordPrefix(this.#options, partition) + token;
    // The leader's word: a direct read may be of a server that lags.
    const name = streamName(this.#options, partition);
    const message = await this.#manager.streams.getMessage(name, { last_by_subj });
    return message === null ? undefined : { seq: message.seq, bytes: bytesOf(message.data) };
  }

  say(topic: Topic, text: string): void {
    if (!this.#isConnected) return;
    this.#connection?.publish(`${this.#options.prefix}.said.${topic}.${this.#server}`, text);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#isConnected = false;
    await this.#connection?.close();
    await this.#following;
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
    this.#manager = await jetstreamManager(connection, { timeout: ANSWER_WITHIN_MS });
    this.#jetstream = jetstream(connection, { timeout: ANSWER_WITHIN_MS });
    for (let partition = 0; partition < this.partitions; partition++) {
      await this.#makeStream(partition);
    }
    this.#listen(connection);
    this.#noteConnected();
    const partitions = Array.from({ length: this.partitions }, (_, partition) => partition);
    this.#following = Promise.all(partitions.map((each) => this.#follow(connection, each)));
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
      if (status.type === 'reconnect') this.#noteConnected();
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

  /** Makes the stream of a partition where there is none; whether it is another one than before. */
  async #makeStream(partition: number): Promise<boolean> {
    const wanted = streamSettings(this.#options, partition);
    const { streams } = this.#manager ?? {};
    if (streams === undefined) return false;
    try {
      const { config, created } = await streams.info(wanted.name);
      const fault = streamFault(wanted, config);
      if (fault !== undefined) throw new BrokerError('stream', fault);
      return this.#noteLife(partition, created);
    } catch (error) {
      if (codeOf(error) !== STREAM_NOT_FOUND) throw error;
    }
    const { created } = await streams.add(wanted);
    return this.#noteLife(partition, created);
  }

  /** Notes when a partition's stream was made; whether it is another one than before. */
  #noteLife(partition: number, created: string): boolean {
    const before = this.#lives[partition];
    this.#lives[partition] = created;
    return before !== undefined && before !== created;
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
  }

  /** Has what a partition has told, as long as there is this connection. */
  async #follow(connection: NatsConnection, partition: number): Promise<void> {
    while (!this.#isClosing && !connection.isClosed()) {
      try {
        if (await this.#makeStream(partition)) this.#events.onStreamLost(partition);
        await this.#read(partition);
      } catch (error) {
        if (this.#isClosing || connection.isClosed()) return;
        this.#events.onFailed(causeOf(error, 'consumer'));
      }
      await this.#pause();
    }
  }

  /** Reads a partition from its beginning, the last message of each subject, and then what comes. */
  async #read(partition: number): Promise<void> {
    const name = streamName(this.#options, partition);
    const { state } = (await this.#manager?.streams.info(name)) ?? {};
    const consumer = await this.#jetstream?.consumers.get(name, {
      deliver_policy: 'last_per_subject',
    });
    if (consumer === undefined || state === undefined) return;
    if (state.messages === 0) this.#events.onCaughtUp(partition, state.last_seq);
    const messages: ConsumerMessages = await consumer.consume({
      max_messages: MAX_FETCHED,
      expires: FETCH.expiresMs,
      idle_heartbeat: FETCH.heartbeatMs,
      abort_on_missing_resource: true,
    });
    const watch = watchSilence(messages, () => {
      const detail = `nothing has come of partition ${partition} for too long`;
      messages.stop(new BrokerError('consumer', detail));
    });
    try {
      for await (const message of messages) {
        watch.noteSign();
        this.#events.onMessage(partition, { seq: message.seq, bytes: bytesOf(message.data) });
        // What was there when the reading began has come, though what followed on it may have gone.
        if (message.info.pending === 0) {
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

/** An error with the code that it is told under. */
class BrokerError extends Error {
  readonly code: BrokerCause['code'];

  constructor(code: BrokerCause['code'], message: string) {
    super(message);
    this.name = 'BrokerError';
    this.code = code;
  }
}

function connectionOptions(
  options: NatsOptions,
  name: string,
  libraries: Libraries,
): ConnectionOptions {
  const { servers, authority } = options;
  // Where none is asked for, the library goes on without TLS if the server, or who stands in between, offers none.
  const isSecure = authority !== undefined || servers.some((url) => /^tls:/i.test(url.trim()));
  return {
    servers: [...servers],
    name,
    authenticator: authenticatorOf(options, libraries),
    ...(isSecure ? { tls: authority === undefined ? {} : { ca: authority } } : {}),
    maxReconnectAttempts: -1,
    reconnectTimeWait: RETRY_MS,
    timeout: ANSWER_WITHIN_MS,
    pingInterval: PING.everyMs,
    maxPingOut: PING.most,
  };
}

function authenticatorOf({ credentials }: NatsOptions, libraries: Libraries) {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  switch (credentials?.kind) {
    case 'credentials':
      return libraries.credsAuthenticator(bytes(credentials.text));
    case 'seed':
      return libraries.nkeyAuthenticator(bytes(credentials.text.trim()));
    case 'password':
      return libraries.usernamePasswordAuthenticator(credentials.user, credentials.password);
    case undefined:
      return [];
  }
}

/** @throws {BrokerError} where the cluster's server is too old */
function requireVersion(version: string): void {
  const found = version.split('.').map((part) => Number.parseInt(part, 10));
  const first = LEAST_VERSION.findIndex((part, index) => part !== found[index]);
  const isOlder = first >= 0 && (found[first] ?? 0) < (LEAST_VERSION[first] ?? 0);
  if (!isOlder) return;
  const least = LEAST_VERSION.join('.');
  throw new BrokerError(
    'no-jetstream',
    `the NATS server is of version ${version}, expected ${least} or later`,
  );
}

function causeOf(error: unknown, code: BrokerCause['code']): BrokerCause {
  if (error instanceof BrokerError) return { code: error.code, detail: error.message };
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (name === 'AuthorizationError' || name === 'UserAuthenticationExpiredError') {
    return { code: 'unauthorized', detail: message };
  }
  if (name === 'JetStreamNotEnabled') {
    return { code: 'no-jetstream', detail: 'the NATS server has no JetStream for this account' };
  }
  return { code, detail: message };
}

function codeOf(error: unknown): number {
  const isCoded = error instanceof Error && 'code' in error && typeof error.code === 'number';
  return isCoded ? Number(error.code) : 0;
}

function isTopic(text: string): text is Topic {
  return text === 'mark' || text === 'status' || text === 'hello';
}

/** The same bytes as a buffer, without a copy. */
function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
