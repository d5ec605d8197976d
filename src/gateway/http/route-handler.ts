import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';

import type { Route, RouteBody } from '../api/route.ts';
import { baseUrlOf } from './base-url.ts';
import type { BodyReader } from './body.ts';
import type { Guard } from './guard.ts';
import { checked } from './check.ts';
import { Problem } from './problems.ts';
import { requireOrigin } from './origin.ts';
import type { Upgrades } from './upgrade.ts';

/** What all routes share. */
export interface RouteEnvironment {
  readonly bodies: BodyReader;
  readonly guard: Guard;
  /** The origins whose pages may open a WebSocket; `*` for all. */
  readonly origins: readonly string[];
  /** Where phones reach a gateway; `undefined`: where they reach this one. */
  readonly gatewayUrl: string | undefined;
  readonly upgrades: Upgrades;
  /** Called when a WebSocket has ended. */
  readonly onUpgradeEnded: (request: FastifyRequest, reply: FastifyReply) => void;
}

/** What Fastify calls for a route: it checks the parts of the request, and sends what the route answers. */
export function handlerOf(route: Route, environment: RouteEnvironment): RouteHandlerMethod {
  const { bodies, guard, origins, gatewayUrl, upgrades, onUpgradeEnded } = environment;
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const isWebSocket = upgrades.isWebSocket(request);
    if (isWebSocket) requireOrigin(request.headers, origins);
    const caller = guard.admit(request, route);
    const params = checked(route.params, request.params, 'path');
    const query = checked(route.query, request.query, 'query');
    const leaving = new Leaving(reply);
    const { body: wanted } = route;
    if (wanted !== undefined) requireType(request, wanted);
    const answer = await route.handle({
      caller,
      isWebSocket,
      url: request.url,
      params,
      query,
      headers: request.headers,
      remote: { host: request.ip, port: request.socket.remotePort ?? 0 },
      baseUrl: () => baseUrlOf(request, gatewayUrl),
      get signal() {
        return leaving.signal;
      },
      body: (use) => bodies.read(request.raw, wanted?.maxBytes ?? 0, use),
    });
    leaving.end();
    const { accept } = answer;
    if (accept !== undefined) {
      upgrades.accept(request, reply, (socket, connection) => {
        socket.once('close', () => onUpgradeEnded(request, reply));
        accept(socket, connection);
      });
      return reply;
    }
    reply.code(answer.status).headers(answer.headers ?? {});
    if (answer.type !== undefined) reply.type(answer.type);
    return reply.send(answer.body);
  };
}

/** Notices that a caller has left. Few routes want to know, and a signal costs as much as the rest of a small request. */
class Leaving {
  readonly #reply: FastifyReply;
  #aborting: AbortController | undefined;
  readonly #onClose = (): void => this.#aborting?.abort();

  constructor(reply: FastifyReply) {
    this.#reply = reply;
  }

  /** Aborted when the caller has left. */
  get signal(): AbortSignal {
    if (this.#aborting === undefined) {
      this.#aborting = new AbortController();
      if (this.#reply.raw.closed) this.#aborting.abort();
      else this.#reply.raw.once('close', this.#onClose);
    }
    return this.#aborting.signal;
  }

  /** The answer is there: what comes now aborts nothing. */
  end(): void {
    this.#reply.raw.off('close', this.#onClose);
  }
}

/** The only parameter of a type that is taken. */
const UTF_8 = /^charset\s*=\s*"?utf-?8"?$/;

function requireType(request: FastifyRequest, { types }: RouteBody): void {
  const found = request.headers['content-type'];
  const [type = '', ...parameters] = (found ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const isUtf8 = parameters.every((each) => each === '' || UTF_8.test(each));
  if (types.includes(type) && isUtf8) return;
  const shown = found === undefined ? 'no Content-Type' : JSON.stringify(found.slice(0, 80));
  throw new Problem(
    'unsupported-media-type',
    `found ${shown}, expected ${types.join(' or ')} in UTF-8`,
    {},
    { accept: types.join(', ') },
  );
}
