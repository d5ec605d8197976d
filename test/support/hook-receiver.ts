import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Certificate } from '#src/transport/certificate.js';
import { eventually } from './eventually.ts';

/** A request of a hook, as it came. */
export interface HookRequest {
  readonly headers: IncomingHttpHeaders;
  readonly path: string;
  readonly body: string;
  readonly atMs: number;
}

/** What a receiver does with a request. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export const OK: Answer = (response) => response.writeHead(200).end();

/** Answers with a status and headers. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => response.writeHead(code, headers).end('no');
}

/** Where hooks post to, on loopback. Each request is answered by the next of `answers`, and then by the last one. */
export class HookReceiver implements AsyncDisposable {
  readonly requests: HookRequest[] = [];
  readonly #server: Server;
  readonly #answers: Answer[];
  connections = 0;
  #taken = 0;

  private constructor(answers: readonly Answer[], certificate: Certificate | undefined) {
    this.#answers = [...answers];
    const take = (request: IncomingMessage, response: ServerResponse): void =>
      void this.#take(request, response);
    this.#server =
      certificate === undefined ? createServer(take) : createTlsServer({ ...certificate }, take);
    this.#server.on('connection', () => (this.connections += 1));
  }

  static start(...answers: readonly Answer[]): Promise<HookReceiver> {
    return HookReceiver.#listen(new HookReceiver(answers, undefined));
  }

  /** One that speaks HTTPS. */
  static startTls(certificate: Certificate, ...answers: readonly Answer[]): Promise<HookReceiver> {
    return HookReceiver.#listen(new HookReceiver(answers, certificate));
  }

  static async #listen(receiver: HookReceiver): Promise<HookReceiver> {
    receiver.#server.listen({ host: '127.0.0.1', port: 0 });
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Where hooks post to. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/a-secret-path`;
  }

  /** The next request that has not been returned yet. */
  async next(): Promise<HookRequest> {
    const request = await eventually('a hook posts', () => this.requests[this.#taken]);
    this.#taken += 1;
    return request;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers, url: path = '' } = request;
    const body = await text(request);
    this.requests.push({ headers, path, body, atMs: performance.now() });
    const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
    (answer ?? OK)(response, request);
  }
}
