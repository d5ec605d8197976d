import { isIPv6 } from 'node:net';
import { formatAddress, type Address } from '../../transport/address.ts';
import { unknownServer } from '../config/unknown-server.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import { loadConfig } from '../config/load.ts';
import { EXPECTED, parseAddress } from '../config/values.ts';
import { CliError } from '../errors.ts';
import { trusting, type Trust } from '../trust.ts';

/** What a server may take beside asking its upstream of places, in milliseconds: its neighbours or its disk. */
const WITHOUT_PLACES_MS = 5000;
/** How long an upstream of places may take where no configuration says it, in milliseconds: the default of one. */
const PLACES_MS = 5000;
/** Where a server listens if nothing else is said: the first one of the built-in configuration. */
const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = '11645';

/** Which servers to talk to. The commands' options have these names. */
export interface TargetOptions {
  readonly config?: string;
  readonly host?: string;
  readonly port?: string;
  readonly tls?: boolean;
}

/** The client port of a server. */
export interface Target {
  readonly name: string;
  readonly address: Address;
  /** The server in words, for messages. */
  readonly where: string;
  /** How its certificate is judged; `undefined` where it speaks no TLS. */
  readonly trust: Trust | undefined;
}

/** The servers that options speak of. */
export interface Targets {
  /** At least one, in the order of the configuration. */
  readonly all: readonly [Target, ...Target[]];
  /** The configuration, unless an address was given in its place. */
  readonly config: HerdConfig | undefined;
  /** The longest that a server takes to answer a question for places, in milliseconds. */
  readonly deadlineMs: number;
}

/** Whether the options name an address, in place of a configuration's servers. */
export function hasAddress({ host, port }: TargetOptions): boolean {
  return host !== undefined || port !== undefined;
}

/**
 * Finds the servers that options speak of: that of the address, else those of the configuration.
 *
 * @throws {CliError} where the options or the configuration are faulty
 */
export async function readTargets(options: TargetOptions): Promise<Targets> {
  if (hasAddress(options)) return addressTargets(options);
  if (options.tls === true) {
    throw usage('--tls goes with --host; a configuration says it with clientTls');
  }
  const config = await loadConfig(options.config);
  const trust = await trusting(config, 'clientTls');
  const [first, ...others] = Array.from(config.servers, ([name, { clients }]): Target => {
    return { name, address: clients, where: `${name} at ${formatAddress(clients)}`, trust };
  });
  if (first === undefined) throw new TypeError('a configuration has a server');
  return {
    all: [first, ...others],
    config,
    deadlineMs: longestAnswerMs(config.places.calls.deadline),
  };
}

/** The server of this name. @throws {CliError} `USAGE`, which lists the known ones */
export function findTarget({ all }: Targets, name: string): Target {
  const found = all.find((target) => target.name === name);
  if (found !== undefined) return found;
  throw usage(
    unknownServer(
      name,
      all.map((target) => target.name),
    ),
  );
}

function addressTargets({
  config,
  host = DEFAULT_HOST,
  port,
  tls = false,
}: TargetOptions): Targets {
  if (config !== undefined) throw usage('expected --config or --host and --port, found both');
  const address = addressOf(host, port);
  const name = formatAddress(address);
  const trust = tls ? {} : undefined;
  return {
    all: [{ name, address, where: name, trust }],
    config: undefined,
    deadlineMs: longestAnswerMs(PLACES_MS),
  };
}

function addressOf(host: string, port: string | undefined): Address {
  const bare = parseAddress(`${isIPv6(host) ? `[${host}]` : host}:${port ?? DEFAULT_PORT}`);
  const address = port === undefined ? (parseAddress(host) ?? bare) : bare;
  if (address !== undefined) return address;
  const found = port === undefined ? `--host ${host}` : `--host ${host} --port ${port}`;
  throw usage(`found ${found}, expected ${EXPECTED.address}`);
}

/** A question for places may wait as long before it is asked as for its answer. */
function longestAnswerMs(placesMs: number): number {
  return 2 * placesMs + WITHOUT_PLACES_MS;
}

function usage(what: string): CliError {
  return new CliError('USAGE', [what]);
}
