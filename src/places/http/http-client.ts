import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher, EnvHttpProxyAgent } from 'undici';

import type { Call } from '../provider.ts';
import { badAnswer } from '../upstream-error.ts';
import { decompress } from './decompress.ts';
import { Exchange, type RawAnswer } from './exchange.ts';
import { parseRetryAfter } from '../../protocol/retry-after.ts';

/** One HTTP request. */
export interface HttpRequest {
  /** May contain a key: the texts of an error may then contain it as well. */
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  /** What is sent with a POST. */
  readonly body?: string;
}

/** What came of it. */
export interface HttpAnswer {
  readonly httpStatus: number;
  /** How long not to ask again, by `Retry-After`, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Decompressed. Of an answer with another HTTP status than 200, what came of the first 64 KiB. */
  readonly text: string;
}

/** How an HTTP client connects. */
export interface HttpClientOptions {
  /** The most connections to one upstream, each with one request under way. */
  readonly connections: number;
  /** How long connecting may take, in milliseconds. */
  readonly connectMs: number;
}

const HEADERS = {
  accept: 'application/json',
  'accept-encoding': 'gzip, deflate, br',
  'user-agent': 'proxy-herd',
};

/**
 * Asks upstreams over HTTP, on connections that are kept for the next request, through the proxy that
 * the environment names (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`).
 */
export class HttpClient {
  readonly #agent: Promise<EnvHttpProxyAgent>;

  constructor(options: HttpClientOptions) {
    this.#agent = createAgent(options);
    // The caller gets the error.
    this.#agent.catch(() => undefined);
  }

  /**
   * Asks for a text of at most 1 MiB. A redirect is not followed: it would take what is in the request,
   * a key for one, to wherever it points.
   *
   * @throws {UpstreamError} where there is no answer, or one that is too long
   * @throws the signal's reason, as soon as it is aborted
   */
  async ask(request: HttpRequest, call: Call): Promise<HttpAnswer> {
    const agent = await this.#agent;
    call.signal.throwIfAborted();
    const exchange = new Exchange(call);
    agent.dispatch(dispatchOptions(request), exchange);
    return readAnswer(await exchange.answer);
  }

  /** Breaks off what is still under way. */
  async close(): Promise<void> {
    const agent = await this.#agent.catch(() => undefined);
    await agent?.destroy();
  }
}

async function createAgent({
  connections,
  connectMs,
}: HttpClientOptions): Promise<EnvHttpProxyAgent> {
  // Loaded only where an upstream is asked: it takes a tenth of a second. By the name of its file,
  // since Bun has something else, that is not complete, under the name of the package.
  const { EnvHttpProxyAgent } = await import('undici/index.js');
  return new EnvHttpProxyAgent({
    connections,
    connect: { timeout: connectMs },
    // A question has a deadline of its own.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

function dispatchOptions({ url, method, headers, body }: HttpRequest): Dispatcher.DispatchOptions {
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method,
    headers: { ...HEADERS, ...headers },
    body: body ?? null,
  };
}

async function readAnswer({ httpStatus, headers, bytes }: RawAnswer): Promise<HttpAnswer> {
  const encoding = headerOf(headers, 'content-encoding');
  const isWhole = httpStatus === 200;
  const decoded = await decompress(bytes, encoding, isWhole).catch((error: unknown) => {
    // What is wrong with an answer that says no matters less than its HTTP status.
    if (!isWhole) return Buffer.alloc(0);
    throw badAnswer("The upstream's answer cannot be decompressed.", String(error));
  });
  return {
    httpStatus,
    retryAfterMs: parseRetryAfter(headerOf(headers, 'retry-after'), Date.now()),
    text: decoded.toString('utf8'),
  };
}

/** A header's value; of several, all of them with commas. */
function headerOf(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name] ?? '';
  return typeof value === 'string' ? value : value.join(', ');
}
