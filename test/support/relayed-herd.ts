import type { Address } from '#src/transport/address.js';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { connectedGroups, type LinkPair } from '#src/replication/topology.js';
import { TestFolder } from './folder.ts';
import type { HerdSpec } from './herd.ts';
import { NatsCluster } from './nats.ts';
import { takePorts } from './ports.ts';
import { startCli, type Exit, type TestProcess } from './process.ts';
import { RelayedLink } from './relayed-link.ts';
import { IS_ON_NATS } from './replication.ts';

/** Stands for the NATS server at the end of a link. */
const NATS = 'NATS';

/** What a herd behind relays is made of. */
export interface RelayedHerdSpec extends Pick<HerdSpec, 'servers' | 'links'> {
  /** The rest of the configuration, as it would be written in the file. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly env?: NodeJS.ProcessEnv;
  /** Whether its servers have gateways; none where it is left out. */
  readonly hasGateways?: boolean;
}

/** A server of the herd: where it listens, and what has become of its process. */
interface Member {
  readonly clients: Address;
  readonly peers: Address;
  /** `undefined`: it has none. */
  readonly gateway: Address | undefined;
  process: TestProcess | undefined;
  state: ServerState;
}

/** `stopped` by SIGSTOP; `down`: there is no process, or it has been asked to end. */
export type ServerState = 'running' | 'stopped' | 'down';

/**
 * A herd of real processes in which every link goes through relays. For that each server has a
 * configuration of its own, in which its neighbours' peer ports are those of relays. Disposing it
 * ends every process, also one that is stopped, and removes the folder.
 *
 * Where `IS_ON_NATS`, its links are those of each server with a NATS server.
 */
export class RelayedHerd implements AsyncDisposable {
  readonly #folder: TestFolder;
  readonly #env: NodeJS.ProcessEnv;
  readonly #members: ReadonlyMap<string, Member>;
  readonly #crashes: string[] = [];
  readonly #nats: NatsCluster | undefined;
  #links: readonly RelayedLink[] = [];

  private constructor(
    folder: TestFolder,
    env: NodeJS.ProcessEnv,
    members: ReadonlyMap<string, Member>,
    nats: NatsCluster | undefined,
  ) {
    this.#folder = folder;
    this.#env = env;
    this.#members = members;
    this.#nats = nats;
  }

  /** Starts the relays and writes the configurations; starts no server yet. */
  static async make(spec: RelayedHerdSpec): Promise<RelayedHerd> {
    const free = await takePorts(spec.servers.length * 3);
    const address = (index: number): Address => ({ host: '127.0.0.1', port: free[index] ?? 0 });
    const members = spec.servers.map((name, index): [string, Member] => {
      const [clients, peers] = [address(3 * index), address(3 * index + 1)];
      const gateway = spec.hasGateways === true ? address(3 * index + 2) : undefined;
      return [name, { clients, peers, gateway, process: undefined, state: 'down' }];
    });
    const nats = IS_ON_NATS ? await NatsCluster.start() : undefined;
    const herd = new RelayedHerd(await TestFolder.make(), spec.env ?? {}, new Map(members), nats);
    const pairs =
      nats === undefined ? spec.links : spec.servers.map((name): LinkPair => [name, NATS]);
    try {
      herd.#links = await Promise.all(
        (pairs ?? []).map((pair) => RelayedLink.start(pair, (name) => herd.#peersOf(name))),
      );
      for (const name of spec.servers) await herd.#configure(name, spec.settings);
    } catch (error) {
      await herd[Symbol.asyncDispose]();
      throw error;
    }
    return herd;
  }

  get servers(): string[] {
    return [...this.#members.keys()];
  }

  get links(): readonly RelayedLink[] {
    return this.#links;
  }

  /** How processes ended that nobody had asked to end. */
  get crashes(): readonly string[] {
    return this.#crashes;
  }

  /** Where clients connect to this server. */
  clients(server: string): Address {
    return this.#of(server).clients;
  }

  /** Where HTTP callers connect to this server, where there are gateways. */
  gateway(server: string): Address {
    const { gateway } = this.#of(server);
    if (gateway === undefined) throw new Error('this herd has no gateways');
    return gateway;
  }

  state(server: string): ServerState {
    return this.#of(server).state;
  }

  /** The process ID of a server that is not down. */
  pid(server: string): number | undefined {
    const { process, state } = this.#of(server);
    return state === 'down' ? undefined : process?.pid;
  }

  /** Whether every server runs and can reach every other one over links that are up. */
  get isWhole(): boolean {
    const up = this.#links.filter(({ isUp }) => isUp).map(({ pair }) => pair);
    return (
      this.servers.every((name) => this.state(name) === 'running') &&
      connectedGroups([...this.servers, ...(IS_ON_NATS ? [NATS] : [])], up).length === 1
    );
  }

  /** Starts a server that is down, and waits until it listens. */
  async serve(server: string): Promise<void> {
    const member = this.#of(server);
    const started = startCli(['serve', server, '--config', this.#configFile(server)], {
      env: this.#env,
    });
    member.process = started;
    member.state = 'running';
    void this.#watch(server, started);
    await started.waitFor(/^ready: /m);
  }

  /** Notes where a process ends that nobody had asked to end. */
  async #watch(server: string, started: TestProcess): Promise<void> {
    const exit = await started.exited;
    const member = this.#of(server);
    if (member.process === started && member.state !== 'down') this.#crashed(server, exit);
  }

  async serveAll(): Promise<void> {
    await Promise.all(this.servers.map((name) => this.serve(name)));
  }

  /** Kills a running server, and waits until its neighbours have been sent all that it had written. */
  async kill(server: string): Promise<void> {
    const member = this.#of(server);
    member.state = 'down';
    member.process?.signal('SIGKILL');
    await member.process?.exited;
    const itsLinks = this.#links.filter(({ pair, state }) => {
      return pair.includes(server) && state !== 'frozen';
    });
    await Promise.all(itsLinks.map((link) => link.drained()));
  }

  /** Asks a running server to end, and waits until it has. */
  async terminate(server: string): Promise<Exit> {
    const member = this.#of(server);
    if (member.process === undefined) throw new Error(`${server} does not run`);
    member.state = 'down';
    member.process.signal('SIGTERM');
    return member.process.exited;
  }

  /** Stops a running server with SIGSTOP. */
  pause(server: string): void {
    const member = this.#of(server);
    member.process?.signal('SIGSTOP');
    member.state = 'stopped';
  }

  /** Lets a stopped server go on. */
  resume(server: string): void {
    const member = this.#of(server);
    if (member.state !== 'stopped') return;
    member.process?.signal('SIGCONT');
    member.state = 'running';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ending = [...this.#members.values()].map(async (member) => {
      member.state = 'down';
      member.process?.signal('SIGCONT'); // one that is stopped cannot take the wish to end
      await member.process?.[Symbol.asyncDispose]();
    });
    try {
      await Promise.all(ending);
      await Promise.all(this.#links.map((link) => link[Symbol.asyncDispose]()));
    } finally {
      await this.#nats?.[Symbol.asyncDispose]();
      await this.#folder[Symbol.asyncDispose]();
    }
  }

  #peersOf(name: string): Address {
    return name === NATS && this.#nats !== undefined ? this.#nats.address : this.#of(name).peers;
  }

  #of(server: string): Member {
    const member = this.#members.get(server);
    if (member === undefined) throw new Error(`the test's herd has no server ${server}`);
    return member;
  }

  #configFile(server: string): string {
    return join(this.#folder.path, `${server}.yaml`);
  }

  /** Writes the herd as one server sees it. */
  async #configure(server: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
    const text = ({ host, port }: Address): string => `${host}:${port}`;
    const entries = [...this.#members].map(([name, { clients, peers, gateway }]) => {
      const link = this.#links.find(({ pair }) => pair.includes(server) && pair.includes(name));
      const dialled = name === server ? peers : (link?.addressFor(server) ?? peers);
      const http = gateway === undefined ? 'none' : text(gateway);
      return [name, { clients: text(clients), peers: text(dialled), gateway: http }] as const;
    });
    const config = {
      herd: 'test-herd',
      servers: Object.fromEntries(entries),
      ...this.#replicationOf(server),
      ...settings,
    };
    await writeFile(this.#configFile(server), stringify(config));
  }

  /** The links of the configuration, or the relay to NATS in their place. */
  #replicationOf(server: string): Readonly<Record<string, unknown>> {
    if (this.#nats === undefined) return { links: this.#links.map(({ pair }) => pair) };
    const own = this.#links.find(({ pair }) => pair.includes(server));
    const { host, port } = own?.addressFor(server) ?? this.#nats.address;
    return { replication: { engine: 'nats', servers: [`nats://${host}:${port}`] } };
  }

  #crashed(server: string, { code, signal }: Exit): void {
    const member = this.#of(server);
    member.state = 'down';
    const stderr = member.process?.stderr.slice(-2000) ?? '';
    this.#crashes.push(`${server} ended by itself with ${code ?? signal}\n${stderr}`);
  }
}
