import { neighboursOf } from '../../replication/topology.ts';
import { type Address, formatAddress } from '../../transport/address.ts';
import { readAccess } from '../access/read-access.ts';
import { ConfigError } from '../config/faults.ts';
import { gatewayAddress } from '../config/gateway-address.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import { loadConfig } from '../config/load.ts';
import { readSecretParts } from '../config/secret-files.ts';
import { warningsOf } from '../config/warnings.ts';
import { CliError } from '../errors.ts';
import { print } from '../output.ts';
import { table } from '../table.ts';

export interface CheckOptions {
  readonly config?: string;
  /** Whether keys, secrets and certificates are looked at as well. */
  readonly secrets: boolean;
  readonly json?: boolean;
}

/** Validates a configuration as a start would, and prints its topology and what is odd about it. */
export async function check(options: CheckOptions): Promise<void> {
  try {
    const config = await loadConfig(options.config);
    const faults = options.secrets ? await startFaults(config) : [];
    const summary = summarize(config, faults);
    await print(options.json === true ? json({ valid: true, ...summary }) : describe(summary));
  } catch (error) {
    if (options.json !== true || !(error instanceof CliError) || error.code !== 'CONFIG')
      throw error;
    await print(json({ valid: false, faults: error.lines }));
    throw new CliError('CONFIG', []); // its faults have been printed
  }
}

/**
 * What keeps servers from starting with the files that are here: each machine of a herd may have its
 * own server's alone. Throws the first one where it keeps every server from it.
 */
async function startFaults(config: HerdConfig): Promise<string[]> {
  await readAccess(config); // the same for all servers
  const faults = new Map<string, ConfigError>();
  for (const name of config.servers.keys()) {
    try {
      await readSecretParts(config, process.env, name);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      faults.set(name, error);
    }
  }
  const [first] = faults.values();
  if (first !== undefined && faults.size === config.servers.size) throw first;
  return Array.from(faults, ([name, { message }]) => `${name} cannot start here: ${message}`);
}

/** A configuration as `check` shows it. */
interface Summary {
  readonly herd: string;
  readonly from: string;
  readonly framing: string;
  readonly acknowledge: string;
  readonly places: string;
  readonly data: string | null;
  readonly logs: string | null;
  readonly servers: readonly {
    readonly name: string;
    readonly clients: string;
    readonly peers: string;
    readonly gateway: string | null;
    readonly neighbours: readonly string[];
  }[];
  readonly links: readonly (readonly [string, string])[];
  readonly warnings: readonly string[];
}

function summarize(config: HerdConfig, faults: readonly string[]): Summary {
  const { source, herd, servers, links, places, framing, acknowledge, data, logs } = config;
  const text = (address: Address | undefined): string | null =>
    address === undefined ? null : formatAddress(address);
  return {
    herd,
    from: source.name,
    framing,
    acknowledge,
    places: places.provider,
    data: data ?? null,
    logs: logs ?? null,
    servers: Array.from(servers, ([name, server]) => ({
      name,
      clients: formatAddress(server.clients),
      peers: formatAddress(server.peers),
      gateway: text(gatewayAddress(server)),
      neighbours: neighboursOf(name, links),
    })),
    links,
    warnings: [...warningsOf(config), ...faults],
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function describe({ servers, links, warnings, data, logs, ...head }: Summary): string {
  const rows = servers.map(({ name, clients, peers, gateway, neighbours }) => [
    name,
    clients,
    peers,
    gateway ?? '-',
    neighbours.join(', ') || '-',
  ]);
  const parts = [
    table([...Object.entries(head), ['data', data ?? 'none'], ['logs', logs ?? 'none']]),
    table([['SERVER', 'CLIENTS', 'PEERS', 'GATEWAY', 'NEIGHBOURS'], ...rows]),
    `links: ${links.map((pair) => pair.join(' - ')).join(', ') || 'none'}\n`,
  ];
  return parts.join('\n') + warnings.map((warning) => `warning: ${warning}\n`).join('');
}
