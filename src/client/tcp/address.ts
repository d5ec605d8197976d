import { InvalidArgumentError } from '../errors.ts';

/** Where a server listens for clients. */
export interface ServerAddress {
  /** As it was given, for messages. */
  readonly server: string;
  readonly host: string;
  readonly port: number;
}

/** `host:port` or `[IPv6]:port`. */
const ADDRESS = /^(?:\[([0-9A-Fa-f:.%]+)\]|([^\s:/@[\]]+)):(\d{1,5})$/;
const MAX_PORT = 65_535;

/** @throws {InvalidArgumentError} where a text is no address */
export function parseServer(server: string): ServerAddress {
  const [, ipv6, name, digits] = ADDRESS.exec(server) ?? [];
  const host = ipv6 ?? name;
  const port = Number(digits);
  if (host !== undefined && port >= 1 && port <= MAX_PORT) return { server, host, port };
  throw new InvalidArgumentError(
    `servers: found ${JSON.stringify(server)}, expected HOST:PORT of a client port, such as herd.example:11645`,
  );
}
