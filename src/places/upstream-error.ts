import type { FailedStatus } from './provider.ts';

/** What went wrong between a provider and its upstream. */
export type UpstreamErrorCode =
  /** No whole answer within the deadline. */
  | 'UPSTREAM_TIMEOUT'
  /** No connection, or one that broke before the answer's end. */
  | 'UPSTREAM_CONNECTION'
  /** An HTTP status other than 200. */
  | 'UPSTREAM_HTTP_STATUS'
  /** An answer that is too long, is not JSON or has another shape. */
  | 'UPSTREAM_BAD_ANSWER'
  /** A well-formed answer that says no. */
  | 'UPSTREAM_REFUSED'
  /** The embedded data is missing or damaged. */
  | 'UPSTREAM_DATA'
  /** No call: too many questions wait for the upstream already. */
  | 'UPSTREAM_BUSY'
  /** No call: the day's budget is spent. */
  | 'BUDGET_SPENT'
  /** No call: it cannot be counted. */
  | 'BUDGET_UNCOUNTED';

/** What an `UpstreamError` says. No text in it may contain a key. */
export interface UpstreamFailure {
  readonly code: UpstreamErrorCode;
  /** What a client gets to see: the page's status … */
  readonly status: FailedStatus;
  /** … and its `error_message`. */
  readonly message: string;
  /** What only the operator gets to see: addresses, paths, the upstream's own words. */
  readonly detail?: string | undefined;
  /** How long the upstream wants to be left alone, in milliseconds, where it says so. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * An upstream gave no answer. It has no `cause`: an error from below may contain the request's URL,
 * and with it the key. What is worth knowing of it is in `detail`.
 *
 * @example
 * ```ts
 * throw new UpstreamError({ code: 'UPSTREAM_TIMEOUT', status: 'UNKNOWN_ERROR', message: 'The database took too long.' });
 * ```
 */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly code: UpstreamErrorCode;
  readonly status: FailedStatus;
  readonly detail: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(failure: UpstreamFailure) {
    super(failure.message);
    this.code = failure.code;
    this.status = failure.status;
    this.detail = failure.detail;
    this.retryAfterMs = failure.retryAfterMs;
  }

  /**
   * Whether the upstream is well and says no: to the key, the request, or one more question. The
   * same question again gets the same answer, and it is no sign that the upstream is failing.
   */
  get refused(): boolean {
    return this.status !== 'UNKNOWN_ERROR';
  }
}

/** The error for an answer that is not what it should be. */
export function badAnswer(message: string, detail?: string): UpstreamError {
  return new UpstreamError({
    code: 'UPSTREAM_BAD_ANSWER',
    status: 'UNKNOWN_ERROR',
    message,
    detail,
  });
}
