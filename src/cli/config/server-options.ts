import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { neighboursOf } from '../../herd/topology.ts';
import type { PlacesOptions } from '../../places/options.ts';
import type { NeighbourAddress, ServerOptions } from '../../server/options.ts';
import { CliError, systemReason } from '../errors.ts';
import { unknownServer } from './checks.ts';
import { ConfigError, type Path } from './faults.ts';
import type { HerdConfig } from './load.ts';
import type { ServerValues } from './schema.ts';

/** The provider's own base URL. */
const GOOGLE_URL = 'https://maps.googleapis.com';

/** The environment variable of Google's key, for where no file holds it. */
const KEY_VARIABLE = 'GOOGLE_MAPS_API_KEY';

/** The server of this name. Throws `CliError` (`USAGE`), which lists the known ones. */
export function findServer(config: HerdConfig, name: string): ServerValues {
  const server = config.servers.get(name);
  if (server !== undefined) return server;
  throw new CliError('USAGE', [unknownServer(name, [...config.servers.keys()])]);
}

/** All that the server `name` is told at its start. */
export function serverOptions(
  config: HerdConfig,
  name: string,
  places: PlacesOptions,
): ServerOptions {
  const { clients, peers } = findServer(config, name);
  return {
    herd: config.herd,
    name,
    clients,
    peers,
    neighbours: neighboursOf(name, config.links).map((neighbour): NeighbourAddress => ({
      name: neighbour,
      peers: findServer(config, neighbour).peers,
    })),
    framing: config.framing,
    secrets: [],
    clientCertificate: undefined,
    clientLimits: {
      connections: 20_000,
      connectionsPerAddress: 20_000,
      commandsInFlight: 100,
      idleMs: 3_600_000,
      unreadMs: 60_000,
      rate: undefined,
    },
    acknowledge: 'received',
    journalFolder: undefined,
    forgetMs: undefined,
    maxClients: 1_000_000,
    places,
    logFile: config.logs === undefined ? undefined : join(config.logs, `${name}.log`),
  };
}

/**
 * The places part of a server's options, with the provider's key where it needs one. Throws
 * `ConfigError` when there is none, and tells where it was looked for; the key is in no message.
 */
export async function placesOptions(
  config: HerdConfig,
  environment: NodeJS.ProcessEnv,
): Promise<PlacesOptions> {
  const { provider, url, cache: values } = config.places;
  const cache = { ttlMs: values.ttl, entries: values.entries };
  if (provider === 'geonames') return { provider, cache };
  return { provider, url: url ?? GOOGLE_URL, key: await readKey(config, environment), cache };
}

/** The file goes before the variable, since a configuration that names one means it. */
async function readKey(config: HerdConfig, environment: NodeJS.ProcessEnv): Promise<string> {
  const { keyFile } = config.places;
  if (keyFile !== undefined) {
    const path = ['places', 'keyFile'];
    const text = await readKeyFile(config, path, resolve(config.source.folder, keyFile));
    return checkKey(config, path, text, 'the file');
  }
  const path = ['places', 'provider'];
  const text = environment[KEY_VARIABLE] ?? '';
  if (text !== '') return checkKey(config, path, text, `the variable ${KEY_VARIABLE}`);
  throw fault(
    config,
    path,
    `google-legacy needs an API key: set the variable ${KEY_VARIABLE}, or name a file that holds it with places.keyFile`,
  );
}

async function readKeyFile(config: HerdConfig, path: Path, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    // Without the path: who writes the key itself in its place should not find it in a log.
    throw fault(config, path, `the file that it names cannot be read: ${reason}`);
  }
}

/** A key is one word of visible ASCII; the white space around it is an editor's. */
function checkKey(config: HerdConfig, path: Path, text: string, where: string): string {
  const key = text.trim();
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw fault(config, path, `${where} holds no key, expected one word of printable ASCII`);
}

function fault(config: HerdConfig, path: Path, message: string): ConfigError {
  return new ConfigError(config.source, [{ path, message }]);
}
