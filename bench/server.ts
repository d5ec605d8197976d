import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { IS_ON_BUN, RUNTIME } from '../test/support/process.ts';
import { BUILT_IN } from '#src/cli/config/built-in.js';
import { SERVER_RUNTIME_OPTIONS } from '#src/cli/runtime-options.js';
import type { LinkPair } from '#src/replication/topology.js';
import { freePorts } from './harness/ports.ts';
import type { Program } from './harness/program.ts';
import type { Scope } from './harness/scope.ts';

/** The built command line; this file runs as `build/bench/server.js`. */
const CLI = fileURLToPath(new URL('../../dist/bin/main.js', import.meta.url));

/** Which servers there are and how they are linked. */
export interface HerdSpec {
  readonly servers: readonly string[];
  readonly links: readonly LinkPair[];
  /** Whether they have gateways. */
  readonly hasGateways?: boolean;
  /** More of the configuration, beside the defaults. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** The five servers of the diagram, with their seven links. */
export const DIAGRAM: HerdSpec = {
  servers: Object.keys(BUILT_IN.servers),
  links: BUILT_IN.links,
};

/** One server. */
const ONE: HerdSpec = { servers: ['Riley'], links: [] };

/** The ports of one server. */
interface Ports {
  readonly clients: number;
  readonly peers: number;
  /** 0 where there is none. */
  readonly gateway: number;
}

/** A herd on free ports, with its configuration, logs and journals in a folder of its own. */
export class Herd {
  /** Where its configuration, logs and journals are. */
  readonly folder: string;
  readonly #scope: Scope;
  readonly #spec: HerdSpec;
  readonly #ports: ReadonlyMap<string, Ports>;

  private constructor(scope: Scope, spec: HerdSpec, ports: ReadonlyMap<string, Ports>) {
    this.folder = scope.folder();
    this.#scope = scope;
    this.#spec = spec;
    this.#ports = ports;
  }

  /** Finds ports and writes the configuration; starts nothing yet. */
  static async configure(scope: Scope, spec: HerdSpec): Promise<Herd> {
    const free = await freePorts(3 * spec.servers.length);
    const portsOf = (index: number): Ports => {
      const [clients = 0, peers = 0, gateway = 0] = free.slice(3 * index);
      return { clients, peers, gateway: spec.hasGateways === true ? gateway : 0 };
    };
    const ports = new Map(spec.servers.map((name, index) => [name, portsOf(index)]));
    return new Herd(scope, spec, ports).#write();
  }

  /** The same herd as it is known to a server that reaches a neighbour at another peer port. */
  async reaching(neighbour: string, peers: number): Promise<Herd> {
    const ports = new Map([...this.#ports, [neighbour, { ...this.portsOf(neighbour), peers }]]);
    return new Herd(this.#scope, this.#spec, ports).#write();
  }

  async #write(): Promise<this> {
    const addresses: [string, unknown][] = Array.from(this.#ports, ([name, ports]) => [
      name,
      {
        clients: `127.0.0.1:${ports.clients}`,
        peers: `127.0.0.1:${ports.peers}`,
        gateway: ports.gateway === 0 ? 'none' : `127.0.0.1:${ports.gateway}`,
      },
    ]);
    const servers: unknown = Object.fromEntries(addresses);
    const { links, settings } = this.#spec;
    await writeFile(this.#config, stringify({ servers, links, ...settings }));
    return this;
  }

  get #config(): string {
    return join(this.folder, 'herd.yaml');
  }

  /** The names of its servers. */
  get servers(): string[] {
    return [...this.#ports.keys()];
  }

  portsOf(server: string): Ports {
    const ports = this.#ports.get(server);
    if (ports === undefined) throw new Error(`the herd has no server ${server}`);
    return ports;
  }

  /**
   * Spawns one server, as `proxy-herd up` does, on the runtime that PROXY_HERD_RUNTIME names; it is ready
   * once it prints so.
   */
  spawn(server: string): Program {
    const options = IS_ON_BUN ? [] : SERVER_RUNTIME_OPTIONS; // those of this process, which is Node
    const args = [...options, CLI, 'serve', server, '--config', this.#config];
    return this.#scope.spawn(RUNTIME, args);
  }

  /** Starts one server, and waits until it is ready. */
  async start(server: string): Promise<RunningServer> {
    const program = this.spawn(server);
    await program.prints(READY);
    const { clients: port, gateway } = this.portsOf(server);
    if (gateway !== 0) await fetch(`http://127.0.0.1:${gateway}/healthz`); // it is loaded when it is asked
    return { name: server, port, gateway, program };
  }
}

/** What a server prints once it listens and has its journal in memory. */
export const READY = /^ready: /m;

/** A server that serves clients on `port`. */
export interface RunningServer {
  readonly name: string;
  readonly port: number;
  /** The port of its gateway; 0 where it has none. */
  readonly gateway: number;
  readonly program: Program;
}

/** Configures one server, Riley, with the defaults but for `settings`. */
export function configureOne(scope: Scope, settings: HerdSpec['settings'] = {}): Promise<Herd> {
  return Herd.configure(scope, { ...ONE, settings });
}

/** Starts one server, Riley, with the defaults but for `settings`. */
export async function startOne(
  scope: Scope,
  settings: HerdSpec['settings'] = {},
): Promise<RunningServer> {
  return (await configureOne(scope, settings)).start('Riley');
}

/** Starts one server, Riley, with the defaults: with its gateway. */
export async function startWithGateway(scope: Scope): Promise<RunningServer> {
  return (await Herd.configure(scope, { ...ONE, hasGateways: true })).start('Riley');
}

/** Starts all servers of a herd. */
export async function startHerd(scope: Scope, spec: HerdSpec): Promise<RunningServer[]> {
  const herd = await Herd.configure(scope, spec);
  return Promise.all(herd.servers.map((name) => herd.start(name)));
}
