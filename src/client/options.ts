import { InvalidArgumentError } from './errors.ts';
import type { DroppedReport } from './report-sender.ts';

/** How a herd is talked to. */
export interface HerdOptions {
  /**
   * The URLs of gateways of the herd, such as `http://127.0.0.1:13645`: one, or better several, the one to be asked
   * first at the beginning.
   */
  readonly servers: readonly string[];
  /** What says who is asking, where the herd wants a token: see docs/ACCESS.md. It shows in no error. */
  readonly token?: string | undefined;
  /** Within which each call is answered, or fails, in milliseconds, all tries together; left out: 15,000. */
  readonly deadlineMs?: number | undefined;
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
  /** The most enqueued reports that wait to be sent; left out: 10,000. */
  readonly bufferSize?: number | undefined;
  /** Told each enqueued report that is given up, and why. */
  readonly onDrop?: ((dropped: DroppedReport) => void) | undefined;
  /** Makes requests, in place of the `fetch` that there is: behind a proxy, for example. */
  readonly fetch?: typeof fetch | undefined;
}

/** What a single call may differ in. */
export interface CallOptions {
  /** Breaks it off: it then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Within which it is answered, or fails, in milliseconds, in place of that of the herd. */
  readonly deadlineMs?: number | undefined;
}

/** All options, as they are used. */
export type AllOptions = {
  readonly [name in Exclude<keyof HerdOptions, 'token'>]-?: Exclude<HerdOptions[name], undefined>;
} & { readonly token: string | undefined };

/** The deadline of a call. */
const DEADLINE_MS = 15_000;
/** A gateway answers at once, but for reads that wait for what a token asks for, up to five seconds. */
const ATTEMPT_MS = 6_000;
/** Reports pass through a herd in milliseconds; after a minute a server is cut off, and says what it has. */
const CONSISTENCY_MS = 60_000;
/** The reports of a phone of a day, or of a fleet of a minute; some MiB of memory. */
const BUFFER_SIZE = 10_000;
/** No timer of JavaScript is longer. */
const LONGEST_MS = 2 ** 31 - 1;
/** The most that makes sense to keep in memory. */
const MAX_BUFFER_SIZE = 1_000_000;

/** Characters that stand for themselves in a header. */
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * Checks options and fills in what is left out.
 *
 * @throws {InvalidArgumentError} where one is wrong
 */
export function allOptions(options: HerdOptions): AllOptions {
  const { token, onDrop = () => undefined } = options;
  const { fetch = (input, init) => globalThis.fetch(input, init) } = options;
  if (token !== undefined && !TOKEN.test(token)) {
    throw new InvalidArgumentError('token: expected one as proxy-herd token create prints it');
  }
  return {
    servers: serversOf(options.servers),
    token,
    deadlineMs: numberOf('deadlineMs', options.deadlineMs ?? DEADLINE_MS, 1, LONGEST_MS),
    attemptMs: numberOf('attemptMs', options.attemptMs ?? ATTEMPT_MS, 1, LONGEST_MS),
    consistencyMs: numberOf(
      'consistencyMs',
      options.consistencyMs ?? CONSISTENCY_MS,
      0,
      LONGEST_MS,
    ),
    bufferSize: numberOf('bufferSize', options.bufferSize ?? BUFFER_SIZE, 2, MAX_BUFFER_SIZE),
    onDrop,
    fetch,
  };
}

/** The deadline of a call. @throws {InvalidArgumentError} where it is wrong */
export function deadlineOf({ deadlineMs }: CallOptions, { deadlineMs: usual }: AllOptions): number {
  return deadlineMs === undefined ? usual : numberOf('deadlineMs', deadlineMs, 1, LONGEST_MS);
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

function numberOf(name: string, value: number, least: number, most: number): number {
  if (Number.isFinite(value) && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`${name}: found ${value}, expected ${least} to ${most}`);
}
