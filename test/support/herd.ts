import type { Address } from '#src/transport/address.js';
import type { Framing } from '#src/text/options.js';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { LinkPair } from '#src/replication/topology.js';
import type { Acknowledge } from '#src/server/options.js';
import { TestFolder } from './folder.ts';
import { NatsCluster } from './nats.ts';
import { takePorts } from './ports.ts';
import { startCli, type TestProcess } from './process.ts';
import { IS_ON_NATS } from './replication.ts';

/** What a test wants of its herd; ports are found for it. */
export interface HerdSpec {
  readonly servers: readonly string[];
  /** Where `IS_ON_NATS`, the herd stands on a NATS server of its own instead. */
  readonly links?: readonly LinkPair[];
  /** Whether its servers have gateways; none where it is left out. */
  readonly hasGateways?: boolean;
  readonly framing?: Framing;
  /** As it would be written in the file. */
  readonly access?: Readonly<Record<string, unknown>>;
  readonly gatewayOrigins?: readonly string[];
  /** As they would be written in the file. */
  readonly hooks?: Readonly<Record<string, unknown>>;
  /** The `places` of the configuration, as they would be written in the file. */
  readonly places?: Readonly<Record<string, unknown>>;
  readonly acknowledge?: Acknowledge;
  /** The `replication` of the configuration, as it would be written in the file. */
  readonly replication?: Readonly<Record<string, unknown>>;
  /** The age at which locations are forgotten, as it would be written in the file. */
  readonly forget?: string;
  readonly maxClients?: number;
  /** `./data` where it is left out. */
  readonly data?: string;
  /** `./logs` where it is left out. */
  readonly logs?: string;
}

/** The five servers of the diagram and their seven links. */
export const DIAGRAM: HerdSpec = {
  servers: ['Riley', 'Jaquez', 'Juzang', 'Campbell', 'Bernard'],
  links: [
    ['Riley', 'Jaquez'],
    ['Riley', 'Juzang'],
    ['Jaquez', 'Bernard'],
    ['Jaquez', 'Campbell'],
    ['Juzang', 'Bernard'],
    ['Juzang', 'Campbell'],
    ['Bernard', 'Campbell'],
  ],
};

interface ServerPorts {
  readonly clients: Address;
  readonly peers: Address;
  readonly gateway: Address;
}

/**
 * A herd on free ports of the loopback interface, with its configuration and logs in a folder of its
 * own, and the real processes that the test starts of it. Disposing it ends every one of them and
 * removes the folder.
 */
export class TestHerd implements AsyncDisposable {
  /** The folder of the configuration; the logs are in `logs/` in it. */
  readonly folder: string;
  readonly configFile: string;
  readonly #folder: TestFolder;
  readonly #ports: ReadonlyMap<string, ServerPorts>;
  readonly #nats: NatsCluster | undefined;
  readonly #processes: TestProcess[] = [];

  private constructor(
    folder: TestFolder,
    ports: ReadonlyMap<string, ServerPorts>,
    nats: NatsCluster | undefined,
  ) {
    this.folder = folder.path;
    this.configFile = join(folder.path, 'herd.yaml');
    this.#folder = folder;
    this.#ports = ports;
    this.#nats = nats;
  }

  /** Finds ports and writes the configuration; starts nothing yet. */
  static async make({
    servers,
    links = [],
    hasGateways = false,
    ...rest
  }: HerdSpec): Promise<TestHerd> {
    const free = await takePorts(servers.length * 3);
    const address = (index: number): Address => ({ host: '127.0.0.1', port: free[index] ?? 0 });
    const ports = new Map(
      servers.map((name, i) => [
        name,
        { clients: address(3 * i), peers: address(3 * i + 1), gateway: address(3 * i + 2) },
      ]),
    );
    const isOnNats = IS_ON_NATS && links.length > 0 && rest.replication === undefined;
    const nats = isOnNats ? await NatsCluster.start() : undefined;
    const herd = new TestHerd(await TestFolder.make(), ports, nats);
    const text = ({ host, port }: Address): string => `${host}:${port}`;
    const config = {
      herd: 'test-herd',
      servers: Object.fromEntries(
        [...ports].map(([name, { clients, peers, gateway }]) => [
          name,
          {
            clients: text(clients),
            peers: text(peers),
            gateway: hasGateways ? text(gateway) : 'none',
          },
        ]),
      ),
      ...(nats === undefined ? { links } : { replication: { engine: 'nats', servers: nats.urls } }),
      logs: './logs',
      ...rest,
    };
    await writeFile(herd.configFile, stringify(config));
    return herd;
  }

  /** The names of its servers. */
  get servers(): string[] {
    return [...this.#ports.keys()];
  }

  /** Where clients connect to this server. */
  clients(server: string): Address {
    return this.#portsOf(server).clients;
  }

  /** Where neighbours connect to this server. */
  peers(server: string): Address {
    return this.#portsOf(server).peers;
  }

  /** Where HTTP callers connect to this server. */
  gateway(server: string): Address {
    return this.#portsOf(server).gateway;
  }

  /** The path of this server's log. */
  logFile(server: string): string {
    return join(this.folder, 'logs', `${server}.log`);
  }

  /** Starts one server in its own process, and waits until it listens. */
  async serve(server: string, env: NodeJS.ProcessEnv = {}): Promise<TestProcess> {
    return this.#start(['serve', server], env);
  }

  /** Starts every server of the herd in its own process, and waits until all listen. */
  async serveAll(env: NodeJS.ProcessEnv = {}): Promise<Map<string, TestProcess>> {
    return new Map(
      await Promise.all(
        this.servers.map(async (name) => [name, await this.serve(name, env)] as const),
      ),
    );
  }

  /** Starts the whole herd under its supervisor, and waits until it is ready. */
  async up(env: NodeJS.ProcessEnv = {}): Promise<TestProcess> {
    return this.#start(['up'], env);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#processes.map((process) => process[Symbol.asyncDispose]()));
    await this.#nats?.[Symbol.asyncDispose]();
    await this.#folder[Symbol.asyncDispose]();
  }

  async #start(args: readonly string[], env: NodeJS.ProcessEnv): Promise<TestProcess> {
    const started = startCli([...args, '--config', this.configFile], { env });
    this.#processes.push(started);
    await started.waitFor(/^ready: /m);
    return started;
  }

  #portsOf(server: string): ServerPorts {
    const ports = this.#ports.get(server);
    if (ports === undefined) throw new Error(`the test's herd has no server ${server}`);
    return ports;
  }
}
