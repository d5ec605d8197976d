import { join } from 'node:path';
import type { AccessOptions } from '../../access/rules.ts';
import { neighboursOf } from '../../replication/topology.ts';
import type { NeighbourAddress, ServerOptions } from '../../server/options.ts';
import { CliError } from '../errors.ts';
import { unknownServer } from './unknown-server.ts';
import { gatewayAddress } from './gateway-address.ts';
import type { HerdConfig } from './herd-config.ts';
import { natsOptions } from './nats-options.ts';
import { placesOptions } from './places-options.ts';
import type { ServerValues } from './schema.ts';
import type { SecretParts } from './secret-files.ts';

/** The server of this name. Throws `CliError` (`USAGE`), which lists the known ones. */
export function findServer(config: HerdConfig, name: string): ServerValues {
  const server = config.servers.get(name);
  if (server !== undefined) return server;
  throw new CliError('USAGE', [unknownServer(name, [...config.servers.keys()])]);
}

/**
 * The options of the server `name`.
 *
 * @param access what the access file has; the same for all servers
 */
export function serverOptions(
  config: HerdConfig,
  name: string,
  parts: SecretParts,
  access: AccessOptions | undefined,
): ServerOptions {
  const server = findServer(config, name);
  const { clients, peers } = server;
  const { secrets, clientCertificate, gatewayCertificate, peerCertificate, nats } = parts;
  return {
    herd: config.herd,
    name,
    clients,
    peers,
    neighbours: neighboursOf(name, config.links).map((neighbour): NeighbourAddress => ({
      name: neighbour,
      peers: findServer(config, neighbour).peers,
    })),
    nats: natsOptions(config, nats),
    secrets,
    peerCertificate,
    clientCertificate,
    access,
    gateway: gatewayAddress(server),
    gatewayCertificate,
    gatewayOrigins: config.gatewayOrigins,
    gatewayUrl: config.gatewayUrl,
    map: parts.map,
    hooks: parts.hooks,
    clientLimits: config.clientLimits,
    framing: config.framing,
    acknowledge: config.acknowledge,
    journalFolder: config.data === undefined ? undefined : join(config.data, name),
    forgetMs: config.forgetMs,
    tombstoneGraceMs: config.tombstoneGraceMs,
    maxClients: config.maxClients,
    maxMemoryBytes: config.maxMemoryBytes,
    places: placesOptions(config, name, parts),
    logLevel: config.logLevel,
    logFile: config.logs === undefined ? undefined : join(config.logs, `${name}.log`),
  };
}
