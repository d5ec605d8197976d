import { isLoopback, type Address } from '../../transport/address.ts';
import type { ServerValues } from './schema.ts';

/** How far a gateway's port is from the client port where none is named: as in the built-in configuration. */
const PORT_OFFSET = 2000;
const HIGHEST_PORT = 65_535;

/**
 * Where a server's gateway listens: where the configuration says; else on loopback, at a port that follows
 * from the client port. `undefined`: nowhere.
 */
export function gatewayAddress({
  clients,
  gateway,
}: Pick<ServerValues, 'clients' | 'gateway'>): Address | undefined {
  if (gateway === 'none') return undefined;
  if (gateway !== undefined) return gateway;
  const host = isLoopback(clients.host) ? clients.host : '127.0.0.1';
  const above = clients.port + PORT_OFFSET;
  return { host, port: above <= HIGHEST_PORT ? above : clients.port - PORT_OFFSET };
}
