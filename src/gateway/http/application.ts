import compress from '@fastify/compress';
import cors from '@fastify/cors';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type HTTPMethods,
} from 'fastify';
import type { IncomingMessage, RequestListener, Server } from 'node:http';

import type { Route } from '../api/route.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { MapOptions } from '../map/options.ts';
import { BodyReader } from './body.ts';
import { registerDashboardRoutes } from './dashboard-routes.ts';
import { discardBody, hasMore, problemOf } from './failures.ts';
import { isAmong } from './herd-origins.ts';
import { COMPRESS_FROM_BYTES, MAX_HEADER_BYTES } from './limits.ts';
import type { Guard } from './guard.ts';
import { registerMapTilesRoutes } from './map-tiles-route.ts';
import { Problem, PROBLEM_TYPE } from './problems.ts';
import type { HttpHandlers } from './listener.ts';
import type { RequestRate } from './request-rate.ts';
import { registerPhoneRoutes } from './phone-routes.ts';
import { registerProfileRoute } from './profile-route.ts';
import { handlerOf, type RouteEnvironment } from './route-handler.ts';
import { Upgrades } from './upgrade.ts';

/** An answer that was sent. */
interface Answered {
  readonly address: string;
  readonly method: string;
  /** Without its query, which may have secrets in it. */
  readonly path: string;
  /** The same as its route has it: `/v1/clients/{id}`; `undefined` where there is no such path. */
  readonly route: string | undefined;
  /** Whether it was one that goes on. */
  readonly isStream: boolean;
  readonly status: number;
  readonly milliseconds: number;
}

/** What an application is made of. */
interface ApplicationParts {
  /** What its requests come from. */
  readonly server: Server;
  readonly routes: readonly Route[];
  /** Where what phone apps send goes. */
  readonly ingest: Ingest;
  /** The origins whose pages may call it; `*` for all. */
  readonly origins: readonly string[];
  /** Where phones reach a gateway; `undefined`: where they reach this one. */
  readonly gatewayUrl: string | undefined;
  /** The origins of the herd's gateways: their pages are the dashboard's, and may call it as well. */
  readonly herdOrigins: () => readonly string[];
  /** The street map of the dashboard; `undefined`: there is none. */
  readonly map: () => MapOptions | undefined;
  readonly guard: Guard;
  readonly rate: RequestRate;
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

/** What answers HTTP requests: routes, problems, compression, CORS. */
export class Application {
  readonly #parts: ApplicationParts;
  /** The paths of the routes whose answers go on. */
  readonly #streams: ReadonlySet<string>;
  readonly #app: FastifyInstance;
  readonly #upgrades: Upgrades;
  #answer: RequestListener | undefined;
  /** Where requests come from: a connection that has ended no longer says it. */
  readonly #addresses = new WeakMap<IncomingMessage, string>();

  constructor(parts: ApplicationParts) {
    this.#parts = parts;
    this.#streams = new Set(
      parts.routes.filter(({ isStream }) => isStream).map(({ path }) => path),
    );
    this.#app = Fastify({
      serverFactory: (answer) => {
        this.#answer = answer;
        return parts.server;
      },
      clientErrorHandler: () => undefined, // the listener's
      frameworkErrors: (error, request, reply) => void this.#sendProblem(error, request, reply),
      return503OnClosing: false, // what comes on a connection that there is, is answered
      routerOptions: { maxParamLength: MAX_HEADER_BYTES },
    });
    this.#upgrades = new Upgrades(parts.server, (request, response) =>
      this.#app.routing(request, response),
    );
    this.#configure();
  }

  /** Resolves to what answers requests. */
  async ready(): Promise<HttpHandlers> {
    await this.#app.ready();
    if (this.#answer === undefined) throw new Error('Fastify has made no server.');
    return {
      answer: this.#answer,
      upgrade: (request, head) => this.#upgrades.take(request, head),
    };
  }

  /** Done when what has come is answered. */
  async close(): Promise<void> {
    await this.#app.close();
  }

  #configure(): void {
    const app = this.#app;
    const { origins, herdOrigins, rate } = this.#parts;
    // Routes read their bodies themselves, each within its own bound.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, _payload, done) => done(null));
    app.setErrorHandler((error, request, reply) => this.#sendProblem(error, request, reply));
    app.setNotFoundHandler((request, reply) => {
      const problem = new Problem('no-such-resource', 'the paths are listed at /v1/openapi.json');
      return this.#sendProblem(problem, request, reply);
    });
    app.addHook('onRequest', async ({ raw, ip }) => void this.#addresses.set(raw, ip));
    app.addHook('onResponse', async (request, reply) => {
      this.#onAnswered(request, reply, reply.statusCode);
    });
    void app.register(compress, {
      threshold: COMPRESS_FROM_BYTES,
      encodings: ['br', 'gzip'],
      globalDecompression: false, // bodies are read within bounds: see body.ts
    });
    const mayCall = (origin: string): boolean =>
      origins.includes(origin) || isAmong(origin, herdOrigins());
    void app.register(cors, {
      origin: origins.includes('*')
        ? '*'
        : (origin, decide) => decide(null, origin !== undefined && mayCall(origin)),
      methods: [...METHODS],
      exposedHeaders: EXPOSED_HEADERS,
      maxAge: PREFLIGHT_SECONDS,
    });
    // After CORS: a page can only read a refusal that names its origin.
    app.after(() => {
      app.addHook('onRequest', async ({ ip }) => rate.admit(ip, performance.now()));
    });
    this.#register();
  }

  /** Registers all routes. */
  #register(): void {
    const app = this.#app;
    const { routes, ingest, origins, herdOrigins, gatewayUrl, map, guard } = this.#parts;
    const bodies = new BodyReader();
    const environment: RouteEnvironment = {
      bodies,
      guard,
      origins,
      gatewayUrl,
      upgrades: this.#upgrades,
      onUpgradeEnded: (request, reply) => this.#onAnswered(request, reply, 101),
    };
    void app.register(async (scope) => registerRoutes(scope, routes, environment));
    const mapOrigins = (): readonly string[] => map()?.origins ?? [];
    void app.register(async (scope) => registerDashboardRoutes(scope, { herdOrigins, mapOrigins }));
    void app.register(async (scope) => registerMapTilesRoutes(scope, { guard, map }));
    void app.register(async (scope) =>
      registerPhoneRoutes(scope, { ingest, bodies, guard, origins }),
    );
    void app.register(async (scope) => registerProfileRoute(scope, { guard, gatewayUrl }));
  }

  #onAnswered(request: FastifyRequest, reply: FastifyReply, status: number): void {
    const { raw, method, url } = request;
    const [path = ''] = url.split('?', 1);
    const milliseconds = Math.round(reply.elapsedTime);
    const address = this.#addresses.get(raw) ?? '';
    const route = routeOf(request);
    const isStream = route !== undefined && this.#streams.has(route);
    this.#parts.onAnswered({ address, method, path, route, isStream, status, milliseconds });
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
}

function registerRoutes(
  app: FastifyInstance,
  routes: readonly Route[],
  environment: RouteEnvironment,
): void {
  for (const route of routes) {
    app.route({
      method: route.method,
      url: urlOf(route),
      exposeHeadRoute: route.isStream !== true,
      handler: handlerOf(route, environment),
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

/** The path of a request's route; `undefined` where there is none. */
function routeOf({ routeOptions }: FastifyRequest): string | undefined {
  return routeOptions.url?.replace(/:(\w+)/g, '{$1}');
}
