import type { Contact } from '../../store/contact.ts';
import type { LocationStore } from '../../store/store.ts';
import type { VersionVector } from '../../store/version-vector.ts';
import { millisecondsOf } from '../../protocol/timestamp.ts';
import { parseStatusLine } from '../statuses/status-line.ts';
import type { Statuses } from '../statuses/statuses.ts';
import type { Vectors } from '../vectors/vectors.ts';
import type { StatusQueue } from '../statuses/status-queue.ts';
import type { World } from '../world.ts';
import type { ClusterCounts } from '../cluster-counts.ts';
import type { Lag } from '../lag.ts';
import type { LinkStatus } from '../link-counts.ts';
import type { Elsewhere } from '../elsewhere.ts';
import type { Replicator } from '../replicator.ts';
import type { KnownServer } from '../server-status.ts';
import type { Broker, BrokerEvents, Topic } from './broker.ts';
import type { Trace } from '../trace.ts';
import { Claims } from './claims.ts';
import { type ClusterEvents, ClusterHealth } from './cluster-health.ts';
import type { Interest } from './options.ts';
import { PartialInterest } from './partial-interest.ts';
import { StreamPositions } from './stream-positions.ts';
import { StreamReader } from './stream-reader.ts';
import { StreamWriter } from './stream-writer.ts';

/** How often servers tell each other what they have, in milliseconds. */
const SAMPLE_MS = 1000;
/** How often it is looked at whether a server that stops has stored everything, in milliseconds. */
const DRAIN_CHECK_MS = 10;
/** The cluster's name in the log and in lists of neighbours. */
const CLUSTER = 'nats';

const NONE: ReadonlySet<number> = new Set();

/** Links with neighbours: what they know of the herd is what comes over NATS as well. */
interface NeighbourLinks extends Replicator {
  readonly vectors: Vectors;
  readonly statuses: Statuses;
}

/** What a replicator over NATS is made of. */
interface NatsParts {
  readonly server: string;
  readonly store: LocationStore;
  readonly world: World;
  /** The links with neighbours, which go on beside it where there are any. */
  readonly links: NeighbourLinks;
  readonly interest: Interest;
  readonly connect: (events: BrokerEvents) => Broker;
  readonly events: ClusterEvents;
}

/**
 * Replication over NATS JetStream: each client's newest record is the last message of its subject, in one of several
 * streams. A server follows all streams, or with a partial interest some. Links with neighbours may go on beside it, so that a herd can move from one
 * to the other while it serves: what comes over one goes on over the other.
 */
export class NatsReplicator implements Replicator {
  readonly #parts: NatsParts;
  readonly #broker: Broker;
  readonly #positions = new StreamPositions();
  readonly #reader: StreamReader;
  readonly #writer: StreamWriter;
  readonly #claims: Claims;
  readonly #health: ClusterHealth;
  /** `undefined`: this server follows all. */
  readonly #partial: PartialInterest | undefined;
  #followed: ReadonlySet<number>;
  readonly #statuses: StatusQueue;
  /** The partitions that have been read up to their end at the beginning of the reading. */
  readonly #caughtUp = new Set<number>();
  /** The partition that was checked last: one a second, each in turn. */
  #checked = 0;
  #isStopped = false;

  constructor(parts: NatsParts) {
    this.#parts = parts;
    const { store, world, links, connect } = parts;
    this.#broker = connect(this.#brokerEvents());
    this.#reader = new StreamReader(this.#broker.partitions, {
      store,
      vectors: links.vectors,
      positions: this.#positions,
      onBehind: (slot, seq) => this.#writer.noteBehind(slot, seq),
      onInvalid: (partition, seq) => this.#noteInvalid(partition, seq),
    });
    const isOwn = (slot: number): boolean => links.vectors.isOwn(links.vectors.originOf(slot));
    this.#writer = new StreamWriter({
      store,
      streams: this.#broker,
      positions: this.#positions,
      clock: world.clock,
      nowMs: () => world.nowMs(),
      isOwn,
      // What this server only read is in its stream.
      mayLack: (slot) => this.#partial?.isShared(slot) !== false || isOwn(slot),
      onStored: (slot) => this.#partial?.noteStored(slot),
      receive: (partition, message) => this.#reader.receive(partition, message),
      wake: () => world.wake(),
    });
    this.#statuses = links.statuses.open();
    this.#followed = new Set(Array.from({ length: this.#broker.partitions }, (_, each) => each));
    this.#partial = parts.interest.kind === 'all' ? undefined : this.#createPartial(parts.interest);
    this.#claims = this.#createClaims();
    this.#health = new ClusterHealth({
      isConnected: () => this.#broker.isConnected,
      writer: this.#writer,
      events: parts.events,
      nowMs: () => world.nowMs(),
      after: (delayMs, action) => world.clock.after(delayMs, action),
      wake: () => world.wake(),
    });
  }

  #createClaims(): Claims {
    const { server, store, links } = this.#parts;
    return new Claims({
      server,
      broker: this.#broker,
      vectors: links.vectors,
      vector: () => links.vector,
      head: () => store.head,
      reader: this.#reader,
      writer: this.#writer,
      isFollowed: (partition) => this.#followed.has(partition),
      holdsAll: this.#partial === undefined,
    });
  }

  #createPartial({ mostResidents }: Interest & { readonly kind: 'used' }): PartialInterest {
    const { server, store, world, links } = this.#parts;
    return new PartialInterest({
      server,
      store,
      mostResidents,
      broker: this.#broker,
      positions: this.#positions,
      receive: (partition, message) => this.#reader.receive(partition, message),
      isStoring: (slot) => this.#writer.isStoring(slot),
      seenOf: (partition) => this.#reader.seen[partition] ?? 0,
      metOf: (partition) =>
        Math.max(this.#reader.met[partition] ?? 0, this.#writer.written[partition] ?? 0),
      storedUpTo: () => this.#writer.storedUpTo,
      after: (delayMs, action) => world.clock.after(delayMs, action),
      onChange: () => this.#follow(),
      nowMs: () => world.nowMs(),
      epochMs: () => millisecondsOf(world.now()),
      servers: () =>
        links.herd().flatMap(({ server: name, isReachable }) => (isReachable ? [name] : [])),
    });
  }

  get elsewhere(): Elsewhere | undefined {
    return this.#partial;
  }

  get up(): string[] {
    return this.#parts.links.up;
  }

  get links(): readonly LinkStatus[] {
    return this.#parts.links.links;
  }

  get hasCaughtUp(): boolean {
    return [...this.#followed].every((partition) => this.#caughtUp.has(partition));
  }

  get confirmed(): number {
    return this.#writer.confirmed;
  }

  get isCutOff(): boolean {
    return this.#health.isCutOff;
  }

  get cluster(): ClusterCounts {
    return {
      isConnected: this.#broker.isConnected,
      storing: this.#writer.storing,
      share: this.#partial?.counts,
    };
  }

  get vector(): VersionVector {
    return this.#parts.links.vector;
  }

  lag(): Lag {
    return this.#parts.links.lag();
  }

  herd(): readonly KnownServer[] {
    return this.#parts.links.herd();
  }

  trace(): Trace {
    return this.#parts.links.trace();
  }

  get contacts(): readonly Contact[] {
    return this.#parts.links.contacts;
  }

  startOf(vector: VersionVector): number {
    return this.#parts.links.startOf(vector);
  }

  start(vector: VersionVector, contacts: readonly Contact[]): void {
    this.#parts.links.start(vector, contacts);
    this.#writer.start();
    this.#follow();
    this.#broker.start();
    this.#sampleLater();
  }

  flush(): void {
    this.#parts.links.flush();
    this.#writer.write();
    const said = this.#parts.links.statuses.take(this.#statuses);
    if (said !== '') this.#broker.say('status', said);
  }

  async drain(withinMs: number): Promise<string[]> {
    const until = this.#parts.world.nowMs() + withinMs;
    const [lacking, isStored] = await Promise.all([
      this.#parts.links.drain(withinMs),
      this.#waitUntilStored(until),
    ]);
    return isStored ? lacking : [...lacking, CLUSTER];
  }

  stop(): void {
    this.#isStopped = true;
    this.#writer.stop();
    this.#parts.links.stop();
    void this.#broker.close();
  }

  /** Follows what is to be followed by now. */
  #follow(): void {
    const before = this.#followed;
    const hadCaughtUp = this.hasCaughtUp;
    for (const partition of this.#partial?.update() ?? []) {
      this.#reader.clear(partition);
      this.#caughtUp.delete(partition);
    }
    this.#followed = this.#partial?.followed ?? this.#followed;
    // What was only listened to is read from its beginning now.
    for (const partition of this.#followed)
      if (!before.has(partition)) this.#reader.clear(partition);
    // A partition that was not read to its end may be followed no longer.
    if (!hadCaughtUp && this.hasCaughtUp) this.#writer.startBacklog();
    this.#broker.follow(this.#followed, this.#partial?.listened ?? NONE);
  }

  #brokerEvents(): BrokerEvents {
    const { world } = this.#parts;
    return {
      onConnected: (server, version) => {
        this.#health.noteConnected(server, version);
        this.#broker.say('hello', '');
        this.#parts.links.statuses.offerAll(this.#statuses);
        this.#writer.retry();
        world.wake();
      },
      onDisconnected: (cause) => {
        this.#partial?.noteCutOff();
        this.#health.noteDisconnected(cause);
      },
      onFailed: (cause) => this.#health.noteFailed(cause),
      onMessage: (partition, message) => {
        const slot = this.#reader.take(partition, message);
        if (!this.#followed.has(partition)) this.#partial?.noteCame(slot);
        world.wake();
      },
      seenOf: (partition) => this.#reader.seen[partition] ?? 0,
      onCaughtUp: (partition, seq) => this.#noteCaughtUp(partition, seq),
      onListening: (partition, seq) => this.#partial?.noteListening(partition, seq),
      onStreamLost: (partition) => this.#noteStreamLost(partition),
      onSaid: (topic, server, text) => this.#hear(topic, server, text),
      onAsked: (question) =>
        this.#partial?.respond(question) ?? Promise.reject(new Error('this server holds all')),
    };
  }

  #noteInvalid(partition: number, seq: number): void {
    const detail = `message ${seq} of partition ${partition} is no record of this version`;
    this.#health.noteFailed({ code: 'stream', detail });
  }

  #noteCaughtUp(partition: number, seq: number): void {
    if (!this.#followed.has(partition)) return;
    this.#reader.noteEnd(partition, seq);
    this.#partial?.noteHeld(partition);
    if (this.#caughtUp.has(partition)) return;
    this.#caughtUp.add(partition);
    if (!this.hasCaughtUp) return;
    this.#writer.startBacklog();
    this.#parts.world.wake();
  }

  /** What was stored is gone: all that is here is stored again. */
  #noteStreamLost(partition: number): void {
    this.#caughtUp.delete(partition);
    this.#partial?.noteLost(partition);
    this.#positions.clear(); // those of other partitions are found anew
    this.#reader.lose(partition);
    this.#writer.clear(partition);
    this.#claims.noteLost();
  }

  #hear(topic: Topic, server: string, text: string): void {
    const { statuses } = this.#parts.links;
    if (topic === 'hello') statuses.offerAll(this.#statuses);
    if (topic === 'holding') this.#partial?.note(server, text);
    if (topic === 'mark') this.#claims.hear(text);
    if (topic === 'status') {
      for (const line of text.split('\n')) {
        const said = parseStatusLine(line);
        if (said !== undefined) statuses.receive(said, this.#statuses);
      }
      statuses.noteDirect(server);
    }
    this.#parts.world.wake();
  }

  #sampleLater(): void {
    this.#parts.world.clock.after(SAMPLE_MS, () => {
      if (this.#isStopped) return;
      this.#claims.work();
      this.#health.look();
      if (this.#partial !== undefined) {
        this.#follow();
        this.#broker.say('holding', this.#partial.describe());
      }
      this.#checked = (this.#checked + 1) % this.#broker.partitions;
      void this.#broker.check(this.#checked);
      this.#sampleLater();
    });
  }

  /** Whether the streams have all that this server has, at the latest when `untilMs` is reached. */
  #waitUntilStored(untilMs: number): Promise<boolean> {
    const { store, world } = this.#parts;
    return new Promise((resolve) => {
      const check = (): void => {
        const isStored = this.#writer.storedUpTo >= store.head;
        if (isStored || world.nowMs() >= untilMs) return resolve(isStored);
        world.wake();
        world.clock.after(DRAIN_CHECK_MS, check);
      };
      check();
    });
  }
}
