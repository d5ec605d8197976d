import { formatAddress } from '../transport/address.ts';
import { gatewayAddress } from './config/gateway-address.ts';
import type { HerdConfig } from './config/herd-config.ts';
import { findServer } from './config/server-options.ts';
import { parseBaseUrl } from '../protocol/base-url.ts';
import { CliError } from './errors.ts';

/** A gateway that can be asked. */
export interface GatewayAddress {
  /** The gateway in words, for messages. */
  readonly where: string;
  /** Its URL, without a slash at the end. */
  readonly baseUrl: string;
}

/** Who listens on all addresses of a machine is asked on its own: that is the machine of the configuration. */
const LISTENS_ON_ALL: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/**
 * The gateway of a URL.
 *
 * @throws {CliError} `USAGE` where it is none
 */
export function gatewayOfUrl(text: string): GatewayAddress {
  const baseUrl = parseBaseUrl(text);
  if (baseUrl !== undefined) return { where: baseUrl, baseUrl };
  // Without what was found: it may have a password in it.
  throw new CliError('USAGE', [
    '--gateway: expected an http or https URL without user, password and query, for example http://127.0.0.1:13645',
  ]);
}

/** Whether a server of a configuration has a gateway. */
export function hasGateway({ servers }: HerdConfig): boolean {
  return [...servers.values()].some((server) => gatewayAddress(server) !== undefined);
}

/** The URLs of a configuration's gateways, that of its `gatewayUrl` first; none where no server has a gateway. */
export function reachableUrls(config: HerdConfig): string[] {
  const own = hasGateway(config) ? gatewaysOf(config, undefined) : [];
  const urls = own.map(({ baseUrl }) => baseUrl);
  return config.gatewayUrl === undefined ? urls : [config.gatewayUrl, ...urls];
}

/**
 * The gateways of a configuration, in its order; of one server where it is named.
 *
 * @throws {CliError} `USAGE` where there is none
 */
export function gatewaysOf(config: HerdConfig, server: string | undefined): GatewayAddress[] {
  const servers =
    server === undefined ? [...config.servers] : [[server, findServer(config, server)] as const];
  const scheme = config.gatewayTls === undefined ? 'http' : 'https';
  const found = servers.flatMap(([name, values]) => {
    const address = gatewayAddress(values);
    if (address === undefined) return [];
    const host = LISTENS_ON_ALL[address.host] ?? address.host;
    const baseUrl = `${scheme}://${formatAddress({ ...address, host })}`;
    return { where: `the gateway of ${name} at ${baseUrl}`, baseUrl };
  });
  if (found.length > 0) return found;
  const who = server ?? 'no server';
  const has = server === undefined ? 'has a gateway' : 'has no gateway';
  throw new CliError('USAGE', [`${who} of ${config.source.name} ${has}: see the key gateway`]);
}
