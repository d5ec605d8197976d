import { z } from 'zod';

import type { LagEntry } from '../herd-source.ts';
import type { ApiContext } from './context.ts';
import { defineRoute, jsonAnswer, NOTHING, type Route } from './route.ts';

const lagSchema = z.object({
  server: z.string(),
  reports: z.int().describe('How many reports are missing, at most'),
  seconds: z.number().describe('For how long it is known that some are'),
});

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
    lag: z.object({
      origins: z
        .array(lagSchema)
        .describe('What this server lacks of what each other one accepted'),
      neighbours: z.array(lagSchema).describe('What each neighbour lacks of what this server has'),
    }),
  })
  .describe('A server of the herd');

const herdSchema = z.object({
  herd: z.string(),
  servers: z.array(serverSchema).describe('The one that answers first'),
});

function lagOf(entries: readonly LagEntry[]): z.infer<typeof lagSchema>[] {
  return entries.map(({ name, reports, seconds }) => ({ server: name, reports, seconds }));
}

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
      const lag = herd.lag();
      const answer: z.infer<typeof herdSchema> = {
        herd: herd.herd,
        servers: [
          {
            server,
            version,
            replaying: herd.isReplaying(),
            clients: service.clients,
            lag: { origins: lagOf(lag.origins), neighbours: lagOf(lag.neighbours) },
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
