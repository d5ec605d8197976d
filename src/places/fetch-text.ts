import { parseRetryAfter } from './http/retry-after.ts';
import { badAnswer, UpstreamError } from './upstream-error.ts';

/** The longest answer that is read, in bytes: many times a page of 20 places, and no danger to memory. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** How much is read of an answer that says no, in bytes: more than any error message takes. */
const MAX_FAILURE_BYTES = 64 * 1024;

/** One HTTP request. */
export interface TextRequest {
  /** May hold a key: the texts of an error may then hold it as well. */
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  /** What is sent with a POST. */
  readonly body?: string;
  /** How long the whole answer may take, from the call to its last byte, in milliseconds. */
  readonly deadlineMs: number;
}

/** What came of it. */
export interface TextAnswer {
  readonly httpStatus: number;
  /** How long not to ask again, by `Retry-After`, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Decompressed. Of an answer with another HTTP status than 200, what came of the first 64 KiB. */
  readonly text: string;
}

/**
 * Asks for a text of at most 1 MiB. A redirect is not followed: it would take what the request holds,
 * a key for one, to wherever it points.
 *
 * @throws {UpstreamError} where there is no answer, not in time, or one that is too long
 * @throws the signal's reason, once it is aborted
 */
export async function fetchText(request: TextRequest, signal: AbortSignal): Promise<TextAnswer> {
  const { url, method, headers, body, deadlineMs } = request;
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    const response = await fetch(url, {
      method,
      headers,
      body: body ?? null,
      redirect: 'manual',
      signal: AbortSignal.any([signal, deadline]),
    });
    const text = response.status === 200 ? await readWhole(response) : await readStart(response);
    signal.throwIfAborted();
    return {
      httpStatus: response.status,
      retryAfterMs: parseRetryAfter(response.headers.get('retry-after') ?? '', Date.now()),
      text,
    };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UpstreamError) throw error;
    throw deadline.aborted ? timeoutError(deadlineMs) : connectionError(error);
  }
}

async function readWhole({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  if (await readInto(chunks, body ?? [], MAX_ANSWER_BYTES)) return decode(chunks);
  throw badAnswer(`The upstream's answer is longer than ${MAX_ANSWER_BYTES} bytes.`);
}

/** What came of the answer before it was long enough or broke off: its HTTP status says the rest. */
async function readStart({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  await readInto(chunks, body ?? [], MAX_FAILURE_BYTES).catch(() => undefined);
  return decode(chunks);
}

/** Adds to `chunks` until there are more than `most` bytes. Returns whether there were not. */
async function readInto(
  chunks: Uint8Array[],
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  most: number,
): Promise<boolean> {
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > most) return false;
  }
  return true;
}

function decode(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks).toString('utf8');
}

function timeoutError(deadlineMs: number): UpstreamError {
  return new UpstreamError({
    code: 'UPSTREAM_TIMEOUT',
    status: 'UNKNOWN_ERROR',
    message: `The upstream did not answer within ${deadlineMs} ms.`,
  });
}

/** The codes of zlib's and Brotli's errors. */
const DECOMPRESSION_CODES = /^(Z_|ERR__ERROR_)/;

function connectionError(error: unknown): UpstreamError {
  // fetch says no more than "fetch failed" or "terminated"; its cause says why.
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const detail = describe(cause);
  if (DECOMPRESSION_CODES.test(codeOf(cause))) {
    return badAnswer("The upstream's answer cannot be decompressed.", detail);
  }
  return new UpstreamError({
    code: 'UPSTREAM_CONNECTION',
    status: 'UNKNOWN_ERROR',
    message: 'The connection to the upstream failed.',
    detail,
    unsent: isUnsent(cause),
  });
}

/** An error for each of a host's addresses comes as one that says nothing itself. */
function describe(cause: unknown): string {
  return cause instanceof AggregateError ? cause.errors.map(String).join('; ') : String(cause);
}

/** Whether nothing was sent, since there was no connection to send it over. */
function isUnsent(cause: unknown): boolean {
  if (cause instanceof AggregateError) return cause.errors.every(isUnsent);
  if (codeOf(cause) === 'UND_ERR_CONNECT_TIMEOUT') return true;
  if (!(cause instanceof Error) || !('syscall' in cause)) return false;
  return cause.syscall === 'connect' || cause.syscall === 'getaddrinfo';
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}
