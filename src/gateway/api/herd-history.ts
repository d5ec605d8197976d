import { z } from 'zod';

import type { ServerSample } from '../herd-history.ts';
import type { ApiContext } from './context.ts';
import { defineRoute, jsonAnswer, NOTHING, type Route } from './route.ts';

const column = (what: string): z.ZodType<(number | null)[]> =>
  z.array(z.number().nullable()).describe(what);

/** The answer of `GET /v1/herd/history`. */
export const historySchema = z.object({
  times: z
    .array(z.iso.datetime())
    .describe(
      'When it was looked at the herd: every five seconds, for five minutes, the oldest first',
    ),
  servers: z
    .array(
      z.object({
        server: z.string(),
        reports: column('Reports of its own clients that it took, a second'),
        replies: column('Replies of the text protocol, a second'),
        lag: column('How many reports of other servers it lacked, at most'),
        memoryBytes: column('The memory that its process took'),
      }),
    )
    .describe(
      'Of each time a number; null where the server could not be reached, or did not say it',
    ),
});

const querySchema = z.strictObject({
  server: z.string().max(64).optional().describe('Only this server'),
});

type History = z.infer<typeof historySchema>;

/** How every server of the herd did in the last minutes. */
export function herdHistoryRoute({ history }: Pick<ApiContext, 'history'>): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/herd/history',
    name: 'getHerdHistory',
    summary: 'Rates, lag and memory of all servers in the last five minutes',
    description: 'As the server that answers saw them, since it started.',
    scope: 'operate',
    params: NOTHING,
    query: querySchema,
    answers: {
      200: { description: 'The history', content: { 'application/json': historySchema } },
    },
    problems: [],
    handle: ({ query: { server } }) => {
      const servers = history.servers.filter((each) => server === undefined || each === server);
      const answer: History = {
        times: history.timesMs.map((ms) => new Date(ms).toISOString()),
        servers: servers.map((each) => columnsOf(each, history.of(each))),
      };
      return jsonAnswer(answer, { 'cache-control': 'no-cache' });
    },
  });
}

function columnsOf(
  server: string,
  samples: readonly (ServerSample | undefined)[],
): History['servers'][number] {
  return {
    server,
    reports: samples.map((sample) => sample?.reports ?? null),
    replies: samples.map((sample) => sample?.replies ?? null),
    lag: samples.map((sample) => sample?.lag ?? null),
    memoryBytes: samples.map((sample) => sample?.memoryBytes ?? null),
  };
}
