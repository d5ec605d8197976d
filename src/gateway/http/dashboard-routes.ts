import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';

import { isMatch } from '../api/location.ts';
import { DashboardFiles } from '../dashboard/files.ts';
import { pageHeaders } from '../dashboard/page-headers.ts';
import { Problem } from './problems.ts';

/** What is not under `assets/`, by its path. The names of those change with their content; these stay. */
const STAYING: Readonly<Record<string, string>> = {
  '/': 'index.html',
  '/icon.svg': 'icon.svg',
  '/manifest.webmanifest': 'manifest.webmanifest',
};

/** What is under a name that changes with its content is the same for ever. */
const FOR_EVER = 'public, max-age=31536000, immutable';
/** What is not: a browser asks each time whether it has changed. */
const ASK_AGAIN = 'no-cache';

/** The map's worker asks by itself, under a policy of its own: that of the herd as it is now, as the page has. */
const WORKER = /^assets\/[\w-]*worker[\w-]*\.m?js$/;

const OTHER_METHODS: HTTPMethods[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** What the page may ask beside its own gateway. */
interface PageOrigins {
  /** The herd's other gateways. */
  readonly herdOrigins: () => readonly string[];
  /** Where the street map is. */
  readonly mapOrigins: () => readonly string[];
}

/**
 * The dashboard's files: public, since there is nothing of the herd in them. What the page shows it asks the API for, with its
 * user's token.
 *
 */
export function registerDashboardRoutes(
  app: FastifyInstance,
  { herdOrigins, mapOrigins }: PageOrigins,
): void {
  const files = new DashboardFiles();
  const send = async (
    request: FastifyRequest,
    reply: FastifyReply,
    name: string,
    caching: string,
  ): Promise<FastifyReply> => {
    const file = await files.find(name, request.headers['accept-encoding']);
    if (file === undefined) {
      throw new Problem('no-such-resource', 'the dashboard has no such file; its page is /');
    }
    const { type, encoding, bytes, etag } = file;
    const headers = {
      etag,
      vary: 'accept-encoding',
      'cache-control': caching,
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      ...(name.endsWith('.html') || WORKER.test(name)
        ? pageHeaders(herdOrigins(), mapOrigins())
        : {}),
    };
    reply.headers(headers);
    if (isMatch(request.headers['if-none-match'], etag)) return reply.code(304).send();
    if (encoding !== undefined) reply.header('content-encoding', encoding);
    return reply.type(type).send(bytes);
  };
  for (const [url, name] of Object.entries(STAYING)) {
    app.get(url, (request, reply) => send(request, reply, name, ASK_AGAIN));
  }
  app.get<{ Params: { '*': string } }>('/assets/*', (request, reply) => {
    const name = `assets/${request.params['*']}`;
    return send(request, reply, name, WORKER.test(name) ? ASK_AGAIN : FOR_EVER);
  });
  for (const url of [...Object.keys(STAYING), '/assets/*']) {
    app.route({
      method: OTHER_METHODS,
      url,
      handler: ({ method }) => {
        const detail = `found ${method}, expected GET or HEAD`;
        const allow = { allow: 'GET, HEAD' };
        throw new Problem('method-not-allowed', detail, { allow: ['GET', 'HEAD'] }, allow);
      },
    });
  }
}
