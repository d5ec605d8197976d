import {
  allCommonOptions,
  LONGEST_MS,
  numberOf,
  type AllCommonOptions,
  type CommonOptions,
} from '../common-options.ts';
import { InvalidArgumentError } from '../errors.ts';
import type { TlsOptions } from './open-socket.ts';

/** How a herd is talked to over the text protocol. */
export interface TcpHerdOptions extends CommonOptions {
  /**
   * The client ports of servers of the herd, such as `127.0.0.1:11645` or `[::1]:11645`: one, or better several, the one
   * to be asked first at the beginning.
   */
  readonly servers: readonly string[];
  /**
   * For servers with a certificate (`clientTls`): `true`, or options of `node:tls`, such as the `ca` that signed it. Left out:
   * no TLS.
   */
  readonly tls?: TlsOptions | boolean | undefined;
  /**
   * The most commands in flight at once, 1 to 1,000; left out: 99. Below `clientLimits.commandsInFlight` of the servers, which
   * is 100 unless they are configured otherwise, a sign of life is answered whatever else waits.
   */
  readonly inFlight?: number | undefined;
  /**
   * After so long without a byte of a reply that is awaited a server is asked for a sign of life, in milliseconds, and after as
   * long again the next one is tried; left out: 2,000.
   */
  readonly silenceMs?: number | undefined;
}

/** All options, as they are used. */
export interface AllTcpOptions extends AllCommonOptions {
  readonly servers: readonly string[];
  readonly tls: TlsOptions | undefined;
  readonly inFlight: number;
  readonly silenceMs: number;
}

const IN_FLIGHT = 99;
/** Beyond that nothing gets faster. */
const MAX_IN_FLIGHT = 1000;
/** A server answers at once, and a probe also where it waits for its neighbours, its disk or an upstream. */
const SILENCE_MS = 2000;

/**
 * Checks options and fills in what is left out.
 *
 * @throws {InvalidArgumentError} where one is wrong
 */
export function allOptions(options: TcpHerdOptions): AllTcpOptions {
  const { servers, tls = false, inFlight = IN_FLIGHT, silenceMs = SILENCE_MS } = options;
  if (!Array.isArray(servers) || servers.length === 0) {
    throw new InvalidArgumentError('servers: expected the address of at least one client port');
  }
  return {
    ...allCommonOptions(options),
    servers: [...new Set(servers)],
    tls: typeof tls === 'object' ? tls : tls ? {} : undefined,
    inFlight: numberOf('inFlight', inFlight, 1, MAX_IN_FLIGHT),
    silenceMs: numberOf('silenceMs', silenceMs, 1, LONGEST_MS),
  };
}
