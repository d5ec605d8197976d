import { z } from 'zod';

import type { ApiContext } from './context.ts';
import { defineRoute, jsonAnswer, NOTHING, type Route } from './route.ts';

const serverSchema = z
  .object({
    server: z.string(),
    version: z.string(),
    replaying: z.boolean().describe('Whether it has yet to read its journal'),
    clients: z.int().describe('How many clients it knows'),
    links: z.array(z.object({ neighbour: z.string(), up: z.boolean() })),
    vector: z
      .array(z.object({ server: z.string(), epoch: z.int(), sequence: z.int() }))
      .describe(
        'Up to which report of each server, in each of its lives, it has all or newer ones',
      ),
  })
  .describe('A server of the herd');

const herdSchema = z.object({
  herd: z.string(),
  servers: z.array(serverSchema).describe('The one that answers first'),
});

/** What the server knows of itself. */
export function herdRoute({ herd, service }: ApiContext): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/herd',
    name: 'getHerd',
    summary: 'The servers, their links, and what they have',
    scope: 'operate',
    params: NOTHING,
    query: NOTHING,
    answers: {
      200: { description: 'The herd', content: { 'application/json': herdSchema } },
    },
    problems: [],
    handle: () => {
      const { server, version } = herd;
      const answer: z.infer<typeof herdSchema> = {
        herd: herd.herd,
        servers: [
          {
            server,
            version,
            replaying: herd.isReplaying(),
            clients: service.clients,
            links: herd.links().map(({ neighbour, isUp }) => ({ neighbour, up: isUp })),
            vector: herd
              .vector()
              .map(({ name, epoch, sequence }) => ({ server: name, epoch, sequence })),
          },
        ],
      };
      return jsonAnswer(answer, { 'cache-control': 'no-cache' });
    },
  });
}
