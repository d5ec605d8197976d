import type { FailedStatus } from './provider.ts';
import { UpstreamError } from './upstream-error.ts';

/** The longest answer that is read, in bytes: many times a page of 20 places, and no danger to memory. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** What an HTTP status means in the words of the Places API; any other is `UNKNOWN_ERROR`. */
const HTTP_STATUSES: ReadonlyMap<number, FailedStatus> = new Map([
  [400, 'INVALID_REQUEST'],
  [401, 'REQUEST_DENIED'],
  [403, 'REQUEST_DENIED'],
  [429, 'OVER_QUERY_LIMIT'],
]);

/**
 * GETs a text of at most 1 MiB. A redirect is not followed: it would take what the URL holds, a key
 * for one, to wherever it points.
 *
 * @param url may hold a key: the texts of the error may then hold it as well
 * @param deadlineMs for the whole answer, from the call to its last byte
 * @throws {UpstreamError} where there is no answer, not in time, or not one with HTTP status 200
 * @throws the signal's reason, once it is aborted
 */
export async function fetchText(
  url: URL,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<string> {
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.any([signal, deadline]),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw httpStatusError(response.status);
    }
    return await readText(response.body ?? []);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UpstreamError) throw error;
    if (deadline.aborted) {
      throw new UpstreamError({
        code: 'UPSTREAM_TIMEOUT',
        status: 'UNKNOWN_ERROR',
        message: `The upstream did not answer within ${deadlineMs} ms.`,
      });
    }
    throw connectionError(error);
  }
}

async function readText(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) {
      throw new UpstreamError({
        code: 'UPSTREAM_BAD_ANSWER',
        status: 'UNKNOWN_ERROR',
        message: `The upstream's answer is longer than ${MAX_ANSWER_BYTES} bytes.`,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function httpStatusError(httpStatus: number): UpstreamError {
  return new UpstreamError({
    code: 'UPSTREAM_HTTP_STATUS',
    status: HTTP_STATUSES.get(httpStatus) ?? 'UNKNOWN_ERROR',
    message: `The upstream answered with HTTP status ${httpStatus}.`,
    detail: httpStatus >= 300 && httpStatus < 400 ? 'Redirects are not followed.' : undefined,
  });
}

function connectionError(error: unknown): UpstreamError {
  // fetch says no more than "fetch failed" or "terminated"; its cause says why.
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return new UpstreamError({
    code: 'UPSTREAM_CONNECTION',
    status: 'UNKNOWN_ERROR',
    message: 'The connection to the upstream failed.',
    detail: String(cause),
  });
}
