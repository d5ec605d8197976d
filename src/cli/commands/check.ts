import { formatAddress } from '../../transport/address.ts';
import { neighboursOf } from '../../replication/topology.ts';
import { ConfigError } from '../config/faults.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import { loadConfig } from '../config/load.ts';
import { readSecretParts } from '../config/secret-files.ts';
import { warningsOf } from '../config/warnings.ts';
import { print } from '../output.ts';
import { table } from '../table.ts';

/** Validates a configuration as a start would, and prints its topology and what is odd about it. */
export async function check(configFile: string | undefined): Promise<void> {
  const config = await loadConfig(configFile);
  const faults = await startFaults(config);
  const warnings = [...warningsOf(config), ...faults].map((warning) => `warning: ${warning}\n`);
  await print(`${describe(config)}${warnings.join('')}`);
}

/**
 * What keeps servers from starting with the files that are here: each machine of a herd may have its
 * own server's alone. Throws the first one where it keeps every server from it.
 */
async function startFaults(config: HerdConfig): Promise<string[]> {
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

function describe(config: HerdConfig): string {
  const { source, herd, servers, links, places, framing, acknowledge, data, logs } = config;
  const rows = [...servers].map(([name, { clients, peers, gateway }]) => [
    name,
    formatAddress(clients),
    formatAddress(peers),
    gateway === undefined ? '-' : formatAddress(gateway),
    neighboursOf(name, links).join(', ') || '-',
  ]);
  return [
    table([
      ['herd', herd],
      ['from', source.name],
      ['framing', framing],
      ['acknowledge', acknowledge],
      ['places', places.provider],
      ['data', data ?? 'none'],
      ['logs', logs ?? 'none'],
    ]),
    table([['SERVER', 'CLIENTS', 'PEERS', 'GATEWAY', 'NEIGHBOURS'], ...rows]),
    `links: ${links.map((pair) => pair.join(' - ')).join(', ') || 'none'}\n`,
  ].join('\n');
}
