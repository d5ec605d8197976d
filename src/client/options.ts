import {
  allCommonOptions,
  LONGEST_MS,
  numberOf,
  type AllCommonOptions,
  type CommonOptions,
} from './common-options.ts';
import { InvalidArgumentError } from './errors.ts';

/** How a herd is talked to over HTTP. */
export interface HerdOptions extends CommonOptions {
  /**
   * The URLs of gateways of the herd, such as `http://127.0.0.1:13645`: one, or better several, the one to be asked
   * first at the beginning.
   */
  readonly servers: readonly string[];
  /**
   * How long one server has before the next is asked, in milliseconds; left out: 6,000, since a read waits up to five
   * seconds for what was written elsewhere.
   */
  readonly attemptMs?: number | undefined;
  /**
   * How long reads have to see what was written here before, at any server, in milliseconds; left out: 60,000.
   * 0: they need not, and never wait for it.
   */
  readonly consistencyMs?: number | undefined;
  /** Makes requests instead of the built-in `fetch`: behind a proxy, for example. */
  readonly fetch?: typeof fetch | undefined;
}

/** All options, as they are used. */
export interface AllOptions extends AllCommonOptions {
  readonly servers: readonly string[];
  readonly attemptMs: number;
  readonly consistencyMs: number;
  readonly fetch: typeof fetch;
}

/** A gateway answers at once, but for reads that wait for what a token asks for, up to five seconds. */
const ATTEMPT_MS = 6_000;
/** Reports pass through a herd in milliseconds; after a minute a server is cut off, and says what it has. */
const CONSISTENCY_MS = 60_000;

/**
 * Checks options and fills in what is left out.
 *
 * @throws {InvalidArgumentError} where one is wrong
 */
export function allOptions(options: HerdOptions): AllOptions {
  const { attemptMs = ATTEMPT_MS, consistencyMs = CONSISTENCY_MS } = options;
  const { fetch = (input, init) => globalThis.fetch(input, init) } = options;
  return {
    ...allCommonOptions(options),
    servers: serversOf(options.servers),
    attemptMs: numberOf('attemptMs', attemptMs, 1, LONGEST_MS),
    consistencyMs: numberOf('consistencyMs', consistencyMs, 0, LONGEST_MS),
    fetch,
  };
}

function serversOf(servers: readonly string[]): string[] {
  if (!Array.isArray(servers) || servers.length === 0) {
    throw new InvalidArgumentError('servers: expected the URL of at least one gateway');
  }
  return [...new Set(servers.map(baseUrlOf))];
}

/** The URL without the slash at its end. What is wrong with it is not shown where it may hold a password. */
function baseUrlOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new InvalidArgumentError('servers: expected URLs that begin with http:// or https://');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new InvalidArgumentError(
      `servers: expected ${url.origin} without user, query and fragment; a token is an option`,
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
