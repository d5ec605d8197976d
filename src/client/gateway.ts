import { isObject } from './answers.ts';
import { HerdError, ProblemError, UnexpectedAnswerError } from './errors.ts';
import { Limit } from './limit.ts';

/** Browsers keep answers, unless they are asked not to; Node's types do not know of it. */
const NOT_CACHED = { cache: 'no-store' } as const;

/** What is asked of a gateway. */
export interface GatewayRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** From the root of the server on, with its query: `/v1/clients/kiwi`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** How long an attempt may take, and what else ends it. */
export interface AttemptLimits {
  readonly withinMs: number;
  readonly signals: readonly AbortSignal[];
}

/** Statuses of what stands between: the server behind it did not answer (RFC 9110). */
const NO_SERVER_BEHIND: ReadonlySet<number> = new Set([502, 503, 504]);
/** The most characters of an answer: of a page of 1,000 clients it is a fiftieth; what is foreign may have no end. */
const MAX_ANSWER_LENGTH = 64 * 1024 * 1024;

/** Codes of errors that say that no connection came about, of Node and of Bun, and what they mean. */
const NO_CONNECTION: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ConnectionRefused: 'connection refused',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'no such host at the moment',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
};

/** An attempt at one server ended without an answer. Only for those who try the next one. */
export class AttemptError extends Error {
  override readonly name = 'AttemptError';
  readonly server: string;
  /** Whether the server may have got the request. */
  readonly wasSent: boolean;

  constructor(server: string, reason: string, wasSent: boolean, options?: ErrorOptions) {
    super(reason, options);
    this.server = server;
    this.wasSent = wasSent;
  }
}

/** Makes single attempts at gateways, by `fetch`. */
export class Gateway {
  readonly #fetch: typeof fetch;
  readonly #authorization: Readonly<Record<string, string>>;

  constructor(fetch: typeof globalThis.fetch, token: string | undefined) {
    this.#fetch = fetch;
    this.#authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  /**
   * Makes one attempt at one server.
   *
   * @param read makes of an answer of success what is wanted; it counts as part of the attempt
   * @throws {AttemptError} where there is no answer in time
   * @throws {ProblemError | UnexpectedAnswerError} where the answer is not one of success
   * @throws the reason of a signal, as soon as one is aborted
   */
  async attempt<T>(
    server: string,
    request: GatewayRequest,
    { withinMs, signals }: AttemptLimits,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const { method, path, headers = {}, body } = request;
    const limit = new Limit(signals, withinMs);
    try {
      const fetch = this.#fetch; // browsers want it called as no method
      const response = await fetch(`${server}${path}`, {
        method,
        headers: { accept: 'application/json', ...headers, ...this.#authorization },
        signal: limit.signal,
        redirect: 'error', // no gateway does that, and a token is for the server that was named
        credentials: 'omit',
        ...NOT_CACHED,
        ...(body === undefined ? {} : { body }),
      });
      if (!response.ok) throw await refusalOf(server, response);
      return await read(response);
    } catch (error) {
      for (const signal of signals) signal.throwIfAborted();
      if (error instanceof HerdError || error instanceof AttemptError) throw error;
      const options = { cause: error };
      if (limit.isOver) {
        throw new AttemptError(server, `no answer within ${Math.ceil(withinMs)} ms`, true, options);
      }
      const { reason, wasSent } = reasonOf(error);
      throw new AttemptError(server, reason, wasSent, options);
    } finally {
      limit.end();
    }
  }
}

/**
 * Reads an answer as JSON.
 *
 * @param is whether it is what was asked for
 * @throws {UnexpectedAnswerError} where it is not
 */
export async function readJson<T>(
  server: string,
  response: Response,
  is: (value: unknown) => value is T,
): Promise<T> {
  const value = parseJson(await readText(server, response));
  if (is(value)) return value;
  throw new UnexpectedAnswerError(server, 'what it answered is no answer of a gateway of a herd');
}

/** Reads an answer as text. @throws {UnexpectedAnswerError} where it has no end */
export async function readText(server: string, { body }: Response): Promise<string> {
  if (body === null) return '';
  const decoder = new TextDecoder();
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
    if (text.length <= MAX_ANSWER_LENGTH) continue;
    await reader.cancel();
    throw new UnexpectedAnswerError(server, `found more than ${MAX_ANSWER_LENGTH} characters`);
  }
}

/** The problem of an answer, or what else it may be. */
async function refusalOf(server: string, response: Response): Promise<Error> {
  const { status } = response;
  const problem = parseJson(await readText(server, response));
  const known = isObject(problem)
    ? ProblemError.of(server, problem, retryAfterOf(response))
    : undefined;
  if (known !== undefined) return known;
  if (NO_SERVER_BEHIND.has(status)) return new AttemptError(server, `HTTP status ${status}`, true);
  return new UnexpectedAnswerError(
    server,
    `no gateway of a herd answered, with HTTP status ${status}`,
  );
}

/** The milliseconds of a `Retry-After` in seconds, the form that gateways send. */
function retryAfterOf({ headers }: Response): number | undefined {
  const text = headers.get('retry-after') ?? '';
  return /^\d{1,5}$/.test(text) ? Number(text) * 1000 : undefined;
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** Why `fetch` failed, in a few words without anything of the request, and whether the request may have been sent. */
function reasonOf(error: unknown): { readonly reason: string; readonly wasSent: boolean } {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = isObject(cause) && typeof cause['code'] === 'string' ? cause['code'] : '';
  const known = NO_CONNECTION[code];
  if (known !== undefined) return { reason: known, wasSent: false };
  const message = cause instanceof Error ? cause.message : 'it failed';
  return { reason: code === '' ? message : `${message} (${code})`, wasSent: true };
}
