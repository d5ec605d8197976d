import { millisecondsOf } from '../../protocol/timestamp.ts';
import type { KnownServer, ServerStatus } from '../../service/known-server.ts';
import type { HerdSource } from '../herd-source.ts';
import type { ApiContext } from './context.ts';
import { herdSchema, type HeardAnswer, type HerdAnswer, type ServerAnswer } from './herd-schema.ts';
import { defineRoute, jsonAnswer, NOTHING, type Route } from './route.ts';

const DESCRIPTION =
  'Each server tells all others how it is, every two seconds in a small herd, and at once when one of its links comes up or goes down. ' +
  'A server is unreachable where no way over links that are up leads to it, or it has not said anything for four times as long as it should.';

/** What the server knows of itself and of every other server of its herd. */
export function herdRoute({ herd, now }: ApiContext): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/herd',
    name: 'getHerd',
    summary: 'All servers of the herd: their links, lag, rates, and what they have',
    description: DESCRIPTION,
    scope: 'operate',
    params: NOTHING,
    query: NOTHING,
    answers: {
      200: { description: 'The herd', content: { 'application/json': herdSchema } },
    },
    problems: [],
    handle: () => {
      const nowMs = millisecondsOf(now());
      const vector = herd
        .vector()
        .map(({ name, epoch, sequence }) => ({ server: name, epoch, sequence }));
      const servers = herd.servers().map((known) => answerOf(known, nowMs));
      const self = servers.find(({ server }) => server === herd.server);
      if (self !== undefined && self.lastHeardAt !== null) self.vector = vector;
      const answer: HerdAnswer = { herd: herd.herd, nats: natsState(herd), servers };
      return jsonAnswer(answer, { 'cache-control': 'no-cache' });
    },
  });
}

function natsState({ isClusterConnected }: HerdSource): HerdAnswer['nats'] {
  const isConnected = isClusterConnected();
  if (isConnected === undefined) return undefined;
  return isConnected ? 'connected' : 'away';
}

function answerOf(
  { server, status, ageMs = 0, isReachable }: KnownServer,
  nowMs: number,
): ServerAnswer {
  const state = isReachable ? 'reachable' : 'unreachable';
  if (status === undefined) return { server, state, lastHeardAt: null };
  return { server, state, lastHeardAt: timeOf(nowMs - ageMs), ...statusOf(status) };
}

function statusOf(status: ServerStatus): Omit<HeardAnswer, 'server' | 'state' | 'lastHeardAt'> {
  const { version, startedMs, gateway, isReplaying, clients, connections, rates } = status;
  const { memoryBytes = null, seq, reports, links, lag } = status;
  return {
    version,
    startedAt: timeOf(startedMs),
    gateway: gateway ?? null,
    replaying: isReplaying,
    clients,
    connections,
    rates: {
      reports: tenthsOf(rates.reports),
      replies: tenthsOf(rates.replies),
      places: tenthsOf(rates.places),
    },
    memoryBytes,
    seq,
    reports,
    links: links.map(({ neighbour, isUp, sinceMs, reports, seconds }) => ({
      neighbour,
      up: isUp,
      since: timeOf(sinceMs),
      lag: { reports, seconds },
    })),
    lag: lag.map(({ name, reports, seconds }) => ({ server: name, reports, seconds })),
  };
}

function tenthsOf(rate: number): number {
  return Math.round(rate * 10) / 10;
}

/** The last millisecond that a date of ECMAScript has in a year of four digits. */
const LAST_MS = 253_402_300_799_999;

/** A time as RFC 3339 has it. What others say of their clocks may be anything. */
function timeOf(ms: number): string {
  return new Date(Math.min(Math.max(0, ms), LAST_MS)).toISOString();
}
