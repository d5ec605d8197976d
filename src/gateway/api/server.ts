import { formatTime } from '../../protocol/time.ts';
import type { ApiContext } from './context.ts';
import { defineRoute, jsonAnswer, NOTHING, type Route } from './route.ts';
import { serverSchema, type ServerDetails } from './server-schema.ts';

const DESCRIPTION =
  'What a server tells no other one. The same record has the same origin, epoch and sequence at all servers, and all remember the same ones: ' +
  'put together, their arrivals are the way of a record through the herd.';

/** What the server that answers alone knows: its version vector, its links, and how records came to it. */
export function serverRoute({ herd }: Pick<ApiContext, 'herd'>): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/server',
    name: 'getServer',
    summary:
      'The server that answers: its version vector, what its links carried, how records came',
    description: DESCRIPTION,
    scope: 'operate',
    params: NOTHING,
    query: NOTHING,
    answers: {
      200: { description: 'The server', content: { 'application/json': serverSchema } },
    },
    problems: [],
    handle: () => jsonAnswer(describe(herd), { 'cache-control': 'no-cache' }),
  });
}

function describe(herd: ApiContext['herd']): ServerDetails {
  const { records, pruned } = herd.trace();
  const prunedAt = new Map(pruned.map(({ neighbour, origins }) => [neighbour, origins]));
  return {
    server: herd.server,
    vector: herd.vector().map(({ name, epoch, sequence }) => ({ server: name, epoch, sequence })),
    links: herd.links().map(({ neighbour, isUp, counts }) => ({
      neighbour,
      up: isUp,
      received: counts.received,
      newer: counts.newer,
      receivedBytes: counts.receivedBytes,
      sentBytes: counts.sentBytes,
      pruned: (prunedAt.get(neighbour) ?? []).map(({ name, epoch }) => ({ server: name, epoch })),
    })),
    arrivals: records.map(({ origin, sequence, receipt, arrivals }) => ({
      server: origin.name,
      epoch: origin.epoch,
      sequence,
      receivedAt: formatTime(receipt),
      arrivals: arrivals.map(({ neighbour, at, isNews }) => ({
        neighbour,
        at: formatTime(at),
        news: isNews,
      })),
    })),
  };
}
