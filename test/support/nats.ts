import type { Address } from '#src/transport/address.js';
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { eventuallyTrue } from './eventually.ts';
import { TestFolder } from './folder.ts';
import { takePorts } from './ports.ts';
import { TestProcess } from './process.ts';

const PROGRAM = 'nats-server';

/** How NATS servers of a test are, where they are not as usual. */
interface NatsSettings {
  /** The domain of their JetStream; none where it is left out. */
  readonly domain?: string;
  /** More of their configuration, by their number. */
  readonly configuration?: (index: number) => string;
  /** Whether they have JetStream; they do where it is left out. */
  readonly hasStreams?: boolean;
  /** The name of the cluster, `test` where it is left out. */
  readonly cluster?: string;
  /** What the test itself shows when it connects. */
  readonly connection?: ConnectionOptions;
  /** The name of this machine in their URLs, 127.0.0.1 where it is left out. */
  readonly host?: string;
  /** Where their data is; a temporary folder where it is left out. */
  readonly dataFolder?: string;
}

/**
 * A NATS server with JetStream, or a cluster of several, of the Debian package nats-server, on free ports of the
 * loopback interface, with its data in a folder of its own. Disposing it ends it and removes the folder.
 */
export class NatsCluster implements AsyncDisposable {
  readonly #folder: TestFolder;
  readonly #ports: readonly number[];
  readonly #settings: NatsSettings;
  readonly #processes = new Map<number, TestProcess>();

  private constructor(folder: TestFolder, ports: readonly number[], settings: NatsSettings) {
    this.#folder = folder;
    this.#ports = ports;
    this.#settings = settings;
  }

  /**
   * Starts one and waits until it can make streams.
   *
   * @throws where there is no program `nats-server`
   */
  static async start(servers = 1, settings: NatsSettings = {}): Promise<NatsCluster> {
    if (spawnSync(PROGRAM, ['--version']).status !== 0) {
      throw new Error(`this test needs the program ${PROGRAM} (in Debian: nats-server)`);
    }
    const ports = await takePorts(2 * servers);
    const cluster = new NatsCluster(await TestFolder.make(), ports, settings);
    for (let index = 0; index < servers; index++) await cluster.startServer(index);
    if (settings.hasStreams !== false) await cluster.waitUntilReady();
    return cluster;
  }

  /** How many servers it has, running or not. */
  get size(): number {
    return this.#ports.length / 2;
  }

  /** Where its first server listens. */
  get address(): Address {
    return { host: '127.0.0.1', port: this.#ports[0] ?? 0 };
  }

  /** The URLs of its servers, the first one's first. */
  get urls(): string[] {
    return Array.from({ length: this.size }, (_, index) => this.#url(index));
  }

  /** Starts one of its servers, for the first time or again. */
  async startServer(index: number): Promise<void> {
    const file = join(this.#folder.path, `${index}.conf`);
    await mkdir(join(this.#folder.path, `${index}`), { recursive: true });
    await writeFile(file, this.#configuration(index));
    this.#processes.set(index, new TestProcess(PROGRAM, ['--config', file]));
  }

  /** Ends one of its servers at once. */
  async kill(index: number): Promise<void> {
    this.signal(index, 'SIGKILL');
    await this.#processes.get(index)?.exited;
  }

  signal(index: number, signal: NodeJS.Signals): void {
    this.#processes.get(index)?.signal(signal);
  }

  /** Waits until streams can be made: a cluster of several has to elect a leader first. */
  async waitUntilReady(): Promise<void> {
    await eventuallyTrue('the NATS cluster is ready', async () => {
      const connection = await this.#connect().catch(() => {});
      if (connection === undefined) return false;
      try {
        const manager = await jetstreamManager(connection);
        await manager.streams.add({ name: 'ready', subjects: ['ready'], num_replicas: this.size });
        return await manager.streams.delete('ready');
      } catch {
        return false;
      } finally {
        await connection.close();
      }
    });
  }

  /** Which of its servers leads a stream, by its number. */
  async leaderOf(stream: string): Promise<number> {
    let leader: string | undefined;
    await this.#manage(async (manager) => {
      leader = (await manager.streams.info(stream)).cluster?.leader;
    });
    const index = Array.from({ length: this.size }, (_, of) => nameOf(of)).indexOf(leader ?? '');
    if (index < 0) throw new Error(`the stream ${stream} is led by ${leader ?? 'nobody'}`);
    return index;
  }

  /** Deletes all streams, as an operator could by mistake. */
  async deleteStreams(): Promise<void> {
    await this.#manage(async (manager) => {
      for await (const { config } of manager.streams.list()) {
        await manager.streams.delete(config.name);
      }
    });
  }

  /** How many messages all streams have. */
  async messages(): Promise<number> {
    let messages = 0;
    await this.#manage(async (manager) => {
      for await (const { state } of manager.streams.list()) messages += state.messages;
    });
    return messages;
  }

  async #manage(act: (manager: JetStreamManager) => Promise<void>): Promise<void> {
    const connection = await this.#connect();
    try {
      await act(await jetstreamManager(connection));
    } finally {
      await connection.close();
    }
  }

  #connect(): Promise<NatsConnection> {
    return connect({ servers: this.urls, reconnect: false, ...this.#settings.connection });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of this.#processes.values()) process.signal('SIGCONT');
    await Promise.all([...this.#processes.values()].map((each) => each[Symbol.asyncDispose]()));
    await this.#folder[Symbol.asyncDispose]();
  }

  #url(index: number): string {
    return `nats://${this.#settings.host ?? '127.0.0.1'}:${this.#ports[index]}`;
  }

  #configuration(index: number): string {
    const route = (of: number): string => `nats://127.0.0.1:${this.#ports[this.size + of]}`;
    const others = Array.from({ length: this.size }, (_, of) => of).filter((of) => of !== index);
    const cluster =
      others.length === 0
        ? ''
        : `cluster {
             name: ${this.#settings.cluster ?? 'test'}
             listen: ${route(index).replace('nats://', '')}
             routes: [${others.map(route).join(', ')}]
           }`;
    const { domain, dataFolder, hasStreams = true } = this.#settings;
    const inDomain = domain === undefined ? '' : `, domain: ${domain}`;
    const folder = join(dataFolder ?? this.#folder.path, `${index}`);
    return `
      server_name: ${hasStreams ? nameOf(index) : `region-${index}`}
      listen: 127.0.0.1:${this.#ports[index]}
      ${hasStreams ? `jetstream { store_dir: "${folder}"${inDomain} }` : ''}
      ${this.#settings.configuration?.(index) ?? ''}
      ${cluster}
    `;
  }
}

/** What a server calls itself. */
function nameOf(index: number): string {
  return `test-${index}`;
}
