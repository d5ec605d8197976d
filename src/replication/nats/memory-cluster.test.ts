/** For the tests of replication over NATS: there is none in this file. */
import type { Broker, BrokerEvents, Topic } from './broker.ts';
import type { Stored, StoredMessage } from './stream.ts';

/** How often something goes wrong, from 0 to 1. */
export interface Faults {
  /** A record is not stored. */
  readonly refused: number;
  /** It is stored, and nobody says so. */
  readonly unanswered: number;
  /** The last message is not compared with the expected one, as between two leaders. */
  readonly unchecked: number;
  /** A partition's messages do not come to a server any more, until it checks. */
  readonly stuck: number;
}

interface Partition {
  life: number;
  seq: number;
  readonly messages: Map<string, StoredMessage>;
}

/** What the cluster needs of the world around it. */
interface ClusterWorld {
  random(): number;
  /** Resolves after a random time. */
  delay(): Promise<void>;
}

/** Streams in memory, with the faults that a real cluster has. */
export class MemoryCluster {
  faults: Faults = { refused: 0, unanswered: 0, unchecked: 0, stuck: 0 };
  readonly partitions: Partition[];
  readonly #world: ClusterWorld;
  readonly #brokers = new Set<MemoryBroker>();

  constructor(partitions: number, world: ClusterWorld) {
    this.#world = world;
    this.partitions = Array.from({ length: partitions }, () => ({
      life: 1,
      seq: 0,
      messages: new Map(),
    }));
  }

  connect(server: string, events: BrokerEvents): MemoryBroker {
    const broker = new MemoryBroker(this, this.#world, server, events);
    this.#brokers.add(broker);
    return broker;
  }

  disconnect(broker: MemoryBroker): void {
    this.#brokers.delete(broker);
  }

  say(topic: Topic, server: string, text: string): void {
    for (const broker of this.#brokers) broker.hear(topic, server, text);
  }

  ask(server: string, question: string): Promise<string> {
    for (const broker of this.#brokers) if (broker.server === server) return broker.asked(question);
    return Promise.reject(new Error(`${server} is not there`));
  }

  /** Loses all streams. */
  lose(): void {
    for (const partition of this.partitions) {
      partition.life += 1;
      partition.seq = 0;
      partition.messages.clear();
    }
    for (const broker of this.#brokers) broker.noteLost();
  }
}

const FAILED: Stored = { kind: 'failed', cause: { code: 'store', detail: 'by chance' } };

/** One server's connection with it. */
export class MemoryBroker implements Broker {
  isConnected = false;
  readonly #cluster: MemoryCluster;
  readonly #world: ClusterWorld;
  readonly server: string;
  readonly #events: BrokerEvents;
  #read: number[];
  #followed: ReadonlySet<number> = new Set();
  #listened: ReadonlySet<number> = new Set();
  readonly #stuck = new Set<number>();

  constructor(cluster: MemoryCluster, world: ClusterWorld, server: string, events: BrokerEvents) {
    this.#cluster = cluster;
    this.#world = world;
    this.server = server;
    this.#events = events;
    this.#read = cluster.partitions.map(() => 0);
  }

  get partitions(): number {
    return this.#cluster.partitions.length;
  }

  lifeOf(partition: number): string {
    return `${this.#partition(partition).life}`;
  }

  start(): void {
    this.setConnected(true);
  }

  setConnected(isConnected: boolean): void {
    if (isConnected === this.isConnected) return;
    this.isConnected = isConnected;
    if (isConnected) this.#events.onConnected('memory', '2.9.0');
    else this.#events.onDisconnected({ code: 'closed', detail: 'the test cut it off' });
  }

  async store(partition: number, token: string, bytes: Buffer, expected: number): Promise<Stored> {
    await this.#world.delay();
    const { refused, unanswered, unchecked } = this.#cluster.faults;
    if (!this.isConnected || this.#world.random() < refused) return FAILED;
    const stream = this.#partition(partition);
    const isChecked = this.#world.random() >= unchecked;
    const last = stream.messages.get(token)?.seq ?? 0;
    if (isChecked && last !== expected) return { kind: 'conflict' };
    stream.seq += 1;
    const { seq } = stream;
    stream.messages.set(token, { seq, bytes: Buffer.from(bytes) });
    await this.#world.delay();
    if (!this.isConnected || this.#world.random() < unanswered) return FAILED;
    return { kind: 'stored', seq };
  }

  async last(partition: number, token: string): Promise<StoredMessage | undefined> {
    await this.#world.delay();
    if (!this.isConnected) throw new Error('there is no connection');
    return this.#partition(partition).messages.get(token);
  }

  follow(followed: ReadonlySet<number>, listened: ReadonlySet<number>): void {
    for (const partition of followed) if (!this.#followed.has(partition)) this.#read[partition] = 0;
    for (const partition of listened)
      if (!this.#followed.has(partition) && !this.#listened.has(partition)) this.#listen(partition);
    this.#followed = followed;
    this.#listened = listened;
  }

  /** Goes on with what comes from now on. */
  #listen(partition: number): void {
    const { seq } = this.#partition(partition);
    this.#read[partition] = seq;
    this.#events.onListening(partition, seq);
  }

  async check(partition: number): Promise<void> {
    if (!this.#stuck.delete(partition)) return;
    if (this.#followed.has(partition)) this.#read[partition] = 0;
    else this.#listen(partition);
  }

  async ask(server: string, question: string): Promise<string> {
    await this.#world.delay();
    if (!this.isConnected) throw new Error('there is no connection');
    return this.#cluster.ask(server, question);
  }

  asked(question: string): Promise<string> {
    return this.isConnected ? this.#events.onAsked(question) : Promise.reject(new Error('cut off'));
  }

  say(topic: Topic, text: string): void {
    if (this.isConnected) this.#cluster.say(topic, this.server, text);
  }

  hear(topic: Topic, server: string, text: string): void {
    if (server !== this.server && this.isConnected) this.#events.onSaid(topic, server, text);
  }

  /** Has one message told, of any partition that has one; whether there was one. */
  deliver(): boolean {
    if (!this.isConnected) return false;
    for (const [partition, { seq, messages }] of this.#cluster.partitions.entries()) {
      if (!this.#followed.has(partition) && !this.#listened.has(partition)) continue;
      if (this.#world.random() < this.#cluster.faults.stuck) this.#stuck.add(partition);
      if (this.#stuck.has(partition)) continue;
      const read = this.#read[partition] ?? 0;
      const next = [...messages.values()].filter((message) => message.seq > read);
      const [first] = next.toSorted((a, b) => a.seq - b.seq);
      if (first === undefined) {
        this.#events.onCaughtUp(partition, seq);
        this.#read[partition] = seq;
        continue;
      }
      this.#read[partition] = first.seq;
      this.#events.onMessage(partition, first);
      return true;
    }
    return false;
  }

  noteLost(): void {
    this.#read = this.#cluster.partitions.map(() => 0);
    for (const partition of this.#read.keys()) this.#events.onStreamLost(partition);
  }

  async close(): Promise<void> {
    this.isConnected = false;
    this.#cluster.disconnect(this);
  }

  #partition(index: number): Partition {
    const partition = this.#cluster.partitions[index];
    if (partition === undefined) throw new RangeError(`There is no partition ${index}.`);
    return partition;
  }
}
