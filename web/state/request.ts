import { HerdError, ProblemError } from 'proxy-herd/client';

import { noteUnauthorized, servers } from './connection.ts';
import { token } from './session.ts';
import { isObject } from './shape.ts';

/** How long one server may take to answer, in milliseconds, where nothing else is said. */
const ATTEMPT_MS = 4000;

interface RequestOptions {
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  readonly attemptMs?: number;
}

/** The server that answered last is asked first. */
let preferred: string | undefined;

/**
 * Asks the herd by a route for which the SDK has no method, at one server after the other until one answers. What it asks
 * for may be asked twice without harm. The browser keeps answers that have an `ETag`, and asks whether they have changed.
 *
 * @param is whether an answer is one to that question
 * @throws {HerdError} where no server answers, or one says that it cannot be: a `ProblemError`
 */
export async function request<T>(
  method: 'GET' | 'POST',
  path: string,
  is: (value: unknown) => value is T,
  options: RequestOptions = {},
): Promise<T> {
  const answer = await exchange(method, path, options);
  if (is(answer)) return answer;
  throw new HerdError('unexpected-answer', 'What answered is no gateway of a herd.');
}

/**
 * Asks every server of the herd the same, where each knows something of its own.
 *
 * @returns the answers of those that have answered
 */
export async function requestEach<T>(
  path: string,
  is: (value: unknown) => value is T,
  signal: AbortSignal,
): Promise<readonly T[]> {
  const asked = servers.peek().map(async (server) => {
    const response = await attempt(server, 'GET', path, { signal });
    return response === undefined ? undefined : read(server, response);
  });
  const answers = await Promise.all(asked);
  return answers.filter(is);
}

/**
 * Asks for a part of a file that every gateway has.
 *
 * @param range as the `Range` header has it
 * @throws {HerdError} where no server answers, or one has no such part
 */
export async function requestPart(
  path: string,
  range: string,
  signal: AbortSignal | undefined,
): Promise<Response> {
  return answered(async (server) => {
    const response = await attempt(server, 'GET', path, { signal }, { range });
    if (response !== undefined && !response.ok) await read(server, response);
    return response;
  });
}

/**
 * Asks one server, by a route about itself.
 *
 * @returns `undefined` where it does not answer
 * @throws {HerdError} where it says that it cannot be
 */
export async function requestAt<T>(
  server: string,
  path: string,
  is: (value: unknown) => value is T,
  signal: AbortSignal,
): Promise<T | undefined> {
  const response = await attempt(server, 'GET', path, { signal });
  if (response === undefined) return undefined;
  const answer = await read(server, response);
  return is(answer) ? answer : undefined;
}

/** Has the herd change something, in the same way. @throws {HerdError} */
export async function change(
  method: 'PUT' | 'DELETE',
  path: string,
  options: Pick<RequestOptions, 'body' | 'attemptMs'> = {},
): Promise<void> {
  await exchange(method, path, options);
}

async function exchange(method: string, path: string, options: RequestOptions): Promise<unknown> {
  const { found } = await answered(async (server) => {
    const response = await attempt(server, method, path, options);
    return response && { found: await read(server, response) };
  });
  return found;
}

/** What the first server says that has something to say. @throws {HerdError} where none has */
async function answered<T>(ask: (server: string) => Promise<T | undefined>): Promise<T> {
  const known = servers.peek();
  const order = [...known].sort((a, b) => Number(b === preferred) - Number(a === preferred));
  for (const server of order) {
    const answer = await ask(server);
    if (answer === undefined) continue;
    preferred = server;
    return answer;
  }
  throw new HerdError('unreachable', 'No server of the herd answers.');
}

/** The answer of a server; `undefined` where there is none in time, or none of a gateway. */
async function attempt(
  server: string,
  method: string,
  path: string,
  { body, signal, attemptMs = ATTEMPT_MS }: RequestOptions,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response | undefined> {
  const shown = token.peek();
  const limit = AbortSignal.timeout(attemptMs);
  try {
    const response = await fetch(`${server}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...headers,
        ...(shown === undefined ? {} : { authorization: `Bearer ${shown}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      redirect: 'error',
      credentials: 'omit',
    });
    return response.status === 503 ? undefined : response;
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}

/** @throws {HerdError} where it is not an answer of success */
async function read(server: string, response: Response): Promise<unknown> {
  const text = await response.text();
  if (response.ok) return parseJson(text);
  throw failureOf(server, response.status, text);
}

/** What an answer that is no success says; the user is asked for a token where that is why. */
export function failureOf(server: string, status: number, text: string): HerdError {
  const problem = parseJson(text);
  const error = isObject(problem) ? ProblemError.of(server, problem) : undefined;
  if (error === undefined) return new HerdError('unreachable', `HTTP status ${status}`);
  noteUnauthorized(error);
  return error;
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
