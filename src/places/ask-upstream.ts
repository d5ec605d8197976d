import { type HideKey, keyHider, presentable } from './hide-key.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from './http/http-client.ts';
import type { Call, FailedStatus } from './provider.ts';
import { excerptOf, parseJson } from './read-answer.ts';
import { UpstreamError, type UpstreamFailure } from './upstream-error.ts';

/** What an HTTP status means in the words of the Places API; any other is `UNKNOWN_ERROR`. */
const HTTP_STATUSES: ReadonlyMap<number, FailedStatus> = new Map([
  [400, 'INVALID_REQUEST'],
  [401, 'REQUEST_DENIED'],
  [403, 'REQUEST_DENIED'],
  [429, 'OVER_QUERY_LIMIT'],
]);

/** A question to an upstream that answers with JSON. */
export interface UpstreamQuestion<T> {
  readonly request: HttpRequest;
  /** What is taken out of all that comes back; empty where there is no key. */
  readonly key: string;
  /** Reads the JSON of an answer with HTTP status 200. Throws `UpstreamError` where it cannot. */
  readonly read: (json: unknown) => T;
  /** Adds to a failure what the upstream means by another HTTP status. */
  readonly explain?: (failure: UpstreamFailure, answer: FailedAnswer) => UpstreamFailure;
}

/** An answer with another HTTP status than 200. */
export interface FailedAnswer {
  readonly httpStatus: number;
  /** `undefined` where it was not JSON. */
  readonly json: unknown;
}

/**
 * Asks an upstream, and reads its answer. The limit on its length, that no redirect is followed, and
 * that the key is in nothing that comes back apply to every provider alike.
 *
 * @throws {UpstreamError} where there is no answer that can be read; no text of it has the key
 * @throws the signal's reason, as soon as it is aborted
 */
export async function askUpstream<T>(
  { request, key, read, explain }: UpstreamQuestion<T>,
  http: HttpClient,
  call: Call,
): Promise<T> {
  const hideKey = keyHider(key);
  try {
    const answer = await http.ask(request, call);
    call.signal.throwIfAborted();
    if (answer.httpStatus === 200) return read(parseJson(answer.text, hideKey));
    throw failureOf(answer, explain, hideKey);
  } catch (error) {
    // The reason of an aborted call has no key, and is passed on as it is.
    call.signal.throwIfAborted();
    throw error instanceof UpstreamError ? presentable(error, hideKey) : error;
  }
}

function failureOf(
  { httpStatus, retryAfterMs, text }: HttpAnswer,
  explain: UpstreamQuestion<unknown>['explain'],
  hideKey: HideKey,
): UpstreamError {
  const json = jsonOf(text, hideKey);
  const isRedirect = httpStatus >= 300 && httpStatus < 400;
  const failure: UpstreamFailure = {
    code: 'UPSTREAM_HTTP_STATUS',
    status: HTTP_STATUSES.get(httpStatus) ?? 'UNKNOWN_ERROR',
    message: `The upstream answered with HTTP status ${httpStatus}.`,
    detail: isRedirect
      ? 'Redirects are not followed.'
      : text && excerptOf(json === undefined ? hideKey(text) : JSON.stringify(json)),
    retryAfterMs,
  };
  return new UpstreamError(explain?.(failure, { httpStatus, json }) ?? failure);
}

function jsonOf(text: string, hideKey: HideKey): unknown {
  try {
    return parseJson(text, hideKey);
  } catch {
    return undefined;
  }
}
