import compress from '@fastify/compress';
import cors from '@fastify/cors';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type HTTPMethods,
} from 'fastify';
import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Duplex } from 'node:stream';

import { type Certificate, CertificateError, tlsOptions } from '../../transport/certificate.ts';
import { listen, stopListening } from '../../transport/listen.ts';
import type { Address } from '../../transport/address.ts';
import type { Route } from '../api/route.ts';
import { BodyReader } from './body.ts';
import { connectionProblemOf, discardBody, hasMore, problemOf, sendRaw } from './failures.ts';
import {
  COMPRESS_FROM_BYTES,
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_MS,
  MAX_CONNECTIONS,
  MAX_HEADER_BYTES,
  REQUEST_TIMEOUT_MS,
  STALL_TIMEOUT_MS,
  TIMEOUT_CHECK_MS,
} from './limits.ts';
import type { Guard } from './guard.ts';
import { Problem, PROBLEM_TYPE } from './problems.ts';
import { handlerOf } from './route-handler.ts';

/** An answer that was sent. */
interface Answered {
  readonly address: string;
  readonly method: string;
  /** Without its query, which may have secrets in it. */
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
}

/** What an HTTP server is made of. */
export interface HttpServerParts {
  readonly routes: readonly Route[];
  /** With one, it speaks HTTPS. */
  readonly certificate: Certificate | undefined;
  /** The origins whose pages may call it; `*` for all. */
  readonly origins: readonly string[];
  readonly guard: Guard;
  readonly onAnswered: (answered: Answered) => void;
  /** Called with an error that is none of a caller's making, which was answered with 500. */
  readonly onFailure: (error: unknown) => void;
}

/** The methods that a path without them answers with 405. */
const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** How long a browser remembers what a page may do, in seconds: most take no more than two hours. */
const PREFLIGHT_SECONDS = 7200;

/** The headers that a page of another origin may read. */
const EXPOSED_HEADERS = ['Consistency-Token', 'ETag', 'Link', 'Retry-After'];

const SERVER_OPTIONS: ServerOptions = {
  maxHeaderSize: MAX_HEADER_BYTES,
  headersTimeout: HEADERS_TIMEOUT_MS,
  requestTimeout: REQUEST_TIMEOUT_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  connectionsCheckingInterval: TIMEOUT_CHECK_MS,
  noDelay: true,
};

/** An HTTP server with its routes: limits, problems, compression, CORS. */
export class HttpServer {
  readonly #parts: HttpServerParts;
  readonly #app: FastifyInstance;
  readonly #server: Server;
  /** The same, where it speaks HTTPS. */
  readonly #tls: TlsServer | undefined;
  readonly #connections = new Set<Duplex>();
  /** The request of each connection that has one. */
  readonly #requests = new WeakMap<Duplex, IncomingMessage>();
  /** Where requests come from: a connection that has ended no longer says it. */
  readonly #addresses = new WeakMap<IncomingMessage, string>();

  /** @throws {CertificateError} */
  constructor(parts: HttpServerParts) {
    this.#parts = parts;
    const { certificate } = parts;
    this.#tls = certificate && createTlsServer({ ...SERVER_OPTIONS, ...tlsOptions(certificate) });
    this.#server = this.#tls ?? createServer(SERVER_OPTIONS);
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.setTimeout(STALL_TIMEOUT_MS);
    this.#app = Fastify({
      serverFactory: (handler) => this.#server.on('request', handler),
      clientErrorHandler: (error, socket) => this.#onConnectionError(error, socket),
      frameworkErrors: (error, request, reply) => void this.#sendProblem(error, request, reply),
      return503OnClosing: false, // what comes on a connection that there is, is answered
      routerOptions: { maxParamLength: MAX_HEADER_BYTES },
    });
    this.#server.on(
      certificate === undefined ? 'connection' : 'secureConnection',
      (socket: Duplex) => {
        this.#connections.add(socket);
        socket.once('close', () => this.#connections.delete(socket));
      },
    );
    this.#configure();
  }

  /**
   * @returns the address that is listened on, with the port that the system chose where 0 was asked
   * @throws the system's error where it is not possible
   */
  async listen(address: Address): Promise<Address> {
    await this.#app.ready();
    return listen(this.#server, address);
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

  /** Listens no more, answers what has come, for `graceMs` at most, and closes all connections. */
  async close(graceMs: number): Promise<void> {
    const closed = stopListening(this.#server);
    for (const connection of this.#connections) {
      if (!this.#requests.has(connection)) connection.destroy();
    }
    const timer = setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await Promise.all([closed, this.#app.close()]);
    clearTimeout(timer);
  }

  #configure(): void {
    const app = this.#app;
    const { routes, origins, guard, onAnswered } = this.#parts;
    // Routes read their bodies themselves, each within its own bound.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, _payload, done) => done(null));
    app.setErrorHandler((error, request, reply) => this.#sendProblem(error, request, reply));
    app.setNotFoundHandler((request, reply) => {
      const problem = new Problem('no-such-resource', 'the paths are listed at /v1/openapi.json');
      return this.#sendProblem(problem, request, reply);
    });
    app.addHook('onRequest', async ({ raw, ip }) => {
      this.#requests.set(raw.socket, raw);
      this.#addresses.set(raw, ip);
    });
    app.addHook('onResponse', async (request, reply) => {
      this.#requests.delete(request.raw.socket);
      const address = this.#addresses.get(request.raw) ?? '';
      onAnswered({ address, ...describe(request, reply) });
    });
    void app.register(compress, {
      threshold: COMPRESS_FROM_BYTES,
      encodings: ['br', 'gzip'],
      globalDecompression: false, // bodies are read within bounds: see body.ts
    });
    if (origins.length > 0) {
      void app.register(cors, {
        origin: origins.includes('*') ? '*' : [...origins],
        methods: [...METHODS],
        exposedHeaders: EXPOSED_HEADERS,
        maxAge: PREFLIGHT_SECONDS,
      });
    }
    void app.register(async (scope) => registerRoutes(scope, routes, guard));
  }

  async #sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const known = problemOf(error);
    if (known === undefined && !reply.raw.destroyed) this.#parts.onFailure(error);
    const problem = known ?? new Problem('internal-error', 'the log of the server has the reason');
    if (hasMore(request.raw)) {
      reply.header('connection', 'close');
      await discardBody(request.raw);
    }
    await reply
      .code(problem.status)
      .headers(problem.headers)
      .type(PROBLEM_TYPE)
      .send(JSON.stringify(problem.details));
  }

  #onConnectionError(error: Error, socket: Duplex): void {
    const problem = connectionProblemOf(error);
    // Where an answer to what came before is under way, another one would be taken for it.
    const isAnswering = this.#requests.get(socket)?.complete === true;
    if (problem === undefined || isAnswering || !socket.writable) socket.destroy();
    else sendRaw(socket, problem);
  }
}

function registerRoutes(app: FastifyInstance, routes: readonly Route[], guard: Guard): void {
  const bodies = new BodyReader();
  for (const route of routes) {
    app.route({
      method: route.method,
      url: urlOf(route),
      exposeHeadRoute: route.isStream !== true,
      handler: handlerOf(route, bodies, guard),
    });
  }
  for (const url of new Set(routes.map(urlOf))) {
    const allowed = METHODS.filter((method) => app.hasRoute({ method, url }));
    const allow = [...allowed, 'OPTIONS'].join(', ');
    app.route({
      method: 'OPTIONS',
      url,
      handler: (_, reply) => reply.code(204).header('allow', allow).send(),
    });
    app.route({
      method: METHODS.filter((method) => !allowed.includes(method)),
      url,
      handler: ({ method }) => {
        const detail = `found ${method}, expected ${allow}`;
        throw new Problem('method-not-allowed', detail, { allow: allowed }, { allow });
      },
    });
  }
}

/** The path as Fastify writes it. */
function urlOf({ path }: Route): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

function describe(request: FastifyRequest, reply: FastifyReply): Omit<Answered, 'address'> {
  const [path = ''] = request.url.split('?', 1);
  return {
    method: request.method,
    path,
    status: reply.statusCode,
    milliseconds: Math.round(reply.elapsedTime),
  };
}
