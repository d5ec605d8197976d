import type { Address } from '#src/transport/address.js';
import { once } from 'node:events';
import {
  request as requestHttp,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http';
import { PATIENCE_MS } from './patience.ts';

/** What a test asks of a gateway. */
export interface HttpAsk {
  readonly method?: string;
  /** Path and query, percent-encoded. */
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

/** What it answered. */
export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** The body, which has to be JSON. */
  readonly json: unknown;
}

/** Asks a gateway on a connection of its own; fails where no answer comes. A stream is not read. */
export async function ask(address: Address, asked: HttpAsk): Promise<HttpReply> {
  const { method = 'GET', path, headers = {}, body } = asked;
  const request = requestHttp({
    ...address,
    method,
    path,
    headers: {
      ...headers,
      ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
    },
    agent: false,
    timeout: PATIENCE_MS,
  });
  request.once('timeout', () => request.destroy(new Error(`no answer within ${PATIENCE_MS} ms`)));
  request.end(body);
  const [response] = (await once(request, 'response')) as [
    AsyncIterable<Buffer> & {
      statusCode: number;
      headers: IncomingHttpHeaders;
    },
  ];
  const chunks: Buffer[] = [];
  // An answer that goes on is one without a body here.
  if (response.headers['content-type'] === 'text/event-stream') request.destroy();
  else for await (const chunk of response) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return {
    status: response.statusCode,
    headers: response.headers,
    bytes,
    get json(): unknown {
      const value: unknown = JSON.parse(bytes.toString());
      return value;
    },
  };
}

/** Asks with a body of JSON. */
export function put(
  address: Address,
  path: string,
  value: unknown,
  headers = {},
): Promise<HttpReply> {
  const body = JSON.stringify(value);
  const all = { 'content-type': 'application/json', ...headers };
  return ask(address, { method: 'PUT', path, headers: all, body });
}

/** The last part of a problem's type, of an answer that has to be one. */
export function problemIn({ status, headers, json }: HttpReply): string {
  const type = headers['content-type'];
  const problem = json as { type: string; status: number; title: string; detail: string };
  const isWhole = problem.status === status && problem.title !== '' && problem.detail !== '';
  if (type !== 'application/problem+json; charset=utf-8' || !isWhole) {
    throw new Error(`this is no problem: ${type} ${JSON.stringify(problem)}`);
  }
  return problem.type.replace(/^urn:proxy-herd:problem:/, '');
}
