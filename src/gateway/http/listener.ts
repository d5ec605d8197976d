import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Duplex } from 'node:stream';

import type { Address } from '../../transport/address.ts';
import { type Certificate, CertificateError, tlsOptions } from '../../transport/certificate.ts';
import { listen, stopListening } from '../../transport/listen.ts';
import {
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_MS,
  MAX_CONNECTIONS,
  MAX_HEADER_BYTES,
  REQUEST_TIMEOUT_MS,
  STALL_TIMEOUT_MS,
  TIMEOUT_CHECK_MS,
} from './limits.ts';
import { connectionProblemOf, sendRaw } from './failures.ts';

const SERVER_OPTIONS: ServerOptions = {
  maxHeaderSize: MAX_HEADER_BYTES,
  headersTimeout: HEADERS_TIMEOUT_MS,
  requestTimeout: REQUEST_TIMEOUT_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  connectionsCheckingInterval: TIMEOUT_CHECK_MS,
  noDelay: true,
};

/** What answers requests. */
export interface HttpHandlers {
  readonly answer: RequestListener;
  /** Takes a request for another protocol, and what came behind it. */
  readonly upgrade: (request: IncomingMessage, head: Buffer) => void;
}

/**
 * The port of a gateway: connections, TLS and their limits. It listens before what answers is loaded:
 * requests wait for that, their bodies unread.
 */
export class HttpListener {
  readonly server: Server;
  /** The same, where it speaks HTTPS. */
  readonly #tls: TlsServer | undefined;
  readonly #load: () => Promise<HttpHandlers>;
  #opening: Promise<void> | undefined;
  #handlers: HttpHandlers | undefined;
  readonly #connections = new Set<Duplex>();
  /** The request of each connection that has one. */
  readonly #requests = new WeakMap<Duplex, IncomingMessage>();

  /**
   * @param load loads what answers requests; called by the first of them, or by `open`
   * @throws {CertificateError}
   */
  constructor(certificate: Certificate | undefined, load: () => Promise<HttpHandlers>) {
    this.#load = load;
    this.#tls = certificate && createTlsServer({ ...SERVER_OPTIONS, ...tlsOptions(certificate) });
    const server = this.#tls ?? createServer(SERVER_OPTIONS);
    this.server = server;
    server.maxConnections = MAX_CONNECTIONS;
    server.setTimeout(STALL_TIMEOUT_MS);
    server.on(this.#tls ? 'secureConnection' : 'connection', (connection: Duplex) => {
      if (this.#connections.has(connection)) return; // a request asked for another protocol, in vain
      this.#connections.add(connection);
      connection.once('close', () => this.#connections.delete(connection));
    });
    server.on('request', (request, response) => this.#onRequest(request, response));
    server.on('upgrade', (request, _, head) => this.#onUpgrade(request, head));
    server.on('clientError', (error, connection) => this.#onClientError(error, connection));
  }

  /**
   * @returns the address that is listened on, with the port that the system chose where 0 was asked
   * @throws the system's error where it is not possible
   */
  listen(address: Address): Promise<Address> {
    return listen(this.server, address);
  }

  /** Has loaded what answers requests. */
  open(): Promise<void> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<void> {
    this.#handlers = await this.#load();
  }

  /**
   * Takes another certificate for the connections to come.
   *
   * @throws {CertificateError} and keeps the one it has
   */
  renewCertificate(certificate: Certificate): void {
    if (this.#tls === undefined) throw new CertificateError('TLS_NOT_SPOKEN');
    this.#tls.setSecureContext(tlsOptions(certificate));
  }

  /** Listens no more, has what has come answered, for `graceMs` at most, and closes all connections. */
  async close(graceMs: number): Promise<void> {
    const closed = stopListening(this.server);
    for (const connection of this.#connections) {
      if (!this.#requests.has(connection)) connection.destroy();
    }
    const timer = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy();
    }, graceMs);
    await closed;
    clearTimeout(timer);
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    this.#requests.set(socket, request);
    response.once('close', () => {
      if (this.#requests.get(socket) === request) this.#requests.delete(socket);
    });
    if (this.#handlers === undefined) void this.#answerLater(request, response);
    else this.#handlers.answer(request, response);
  }

  async #answerLater(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await this.open();
    this.#handlers?.answer(request, response);
  }

  #onUpgrade(request: IncomingMessage, head: Buffer): void {
    const { socket } = request;
    // Node has taken its own listeners away.
    if (!socket.listeners('error').includes(destroy)) socket.on('error', destroy);
    if (this.#requests.has(socket)) {
      // Nor does it finish the answers to what came before. Nobody asks for an upgrade ahead of them without malice.
      socket.destroy();
      return;
    }
    this.#requests.set(socket, request);
    if (this.#handlers === undefined) void this.#upgradeLater(request, head);
    else this.#handlers.upgrade(request, head);
  }

  async #upgradeLater(request: IncomingMessage, head: Buffer): Promise<void> {
    await this.open();
    this.#handlers?.upgrade(request, head);
  }

  #onClientError(error: Error, connection: Duplex): void {
    const problem = connectionProblemOf(error);
    // Where an answer to what came before is under way, another one would be taken for it.
    const isAnswering = this.#requests.get(connection)?.complete === true;
    if (problem === undefined || isAnswering || !connection.writable) connection.destroy();
    else sendRaw(connection, problem);
  }
}

function destroy(this: Duplex): void {
  this.destroy();
}
