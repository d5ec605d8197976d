import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import { Problem, PROBLEM_TYPE, type ProblemCode } from './problems.ts';

/** How long the rest of a body that is refused is read and thrown away, in milliseconds. */
const DISCARD_MS = 1000;

/** What Node's HTTP server and Fastify report, by their codes. */
const KNOWN: Readonly<Record<string, readonly [code: ProblemCode, detail: string]>> = {
  FST_ERR_BAD_URL: ['invalid-request', 'path: expected percent-encoded UTF-8'],
  FST_ERR_MAX_PARAM_LENGTH: ['invalid-request', 'path: expected a shorter one'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported-media-type',
    'expected a Content-Type such as application/json',
  ],
  HPE_HEADER_OVERFLOW: [
    'headers-too-large',
    'expected a request line and headers of 16 KiB at most',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['request-timeout', 'expected headers and body sooner'],
};

/** The problem that an error is; `undefined` where it is none of the caller's making. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  const [code, detail] = KNOWN[codeOf(error)] ?? [];
  return code === undefined || detail === undefined ? undefined : new Problem(code, detail);
}

/** The problem of a connection on which something came that is no HTTP; `undefined` where it just broke. */
export function connectionProblemOf(error: Error): Problem | undefined {
  const code = codeOf(error);
  const known = problemOf(error);
  if (known !== undefined || !code.startsWith('HPE_')) return known;
  return new Problem('malformed-http', `expected HTTP/1.1: ${error.message}`);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error && 'code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** Sends a problem on a connection that has no request, and closes it. */
export function sendRaw(socket: Duplex, problem: Problem): void {
  const body = JSON.stringify(problem.details);
  const lines = [
    `HTTP/1.1 ${problem.status} ${problem.details.title}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
  // It may send on for ever; what it is told has gone out by then.
  socket.once('finish', () => socket.destroy());
}

/** Whether some of a request's body may still come. */
export function hasMore({ complete, headers }: IncomingMessage): boolean {
  if (complete) return false;
  // The end of a request without a body is noticed a little later than its headers.
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

/**
 * Reads what is left of a request's body and throws it away, for a while: who is still sending when a
 * connection is closed would find it broken, and not see the answer.
 */
export async function discardBody(request: IncomingMessage): Promise<void> {
  if (request.destroyed) return;
  request.unpipe();
  request.resume();
  const stopped = new AbortController();
  const end = (): void => stopped.abort();
  request.once('end', end);
  request.once('close', end);
  await delay(DISCARD_MS, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
}
