import type { Benchmark, Measure } from './harness/benchmark.ts';
import type { Scope } from './harness/scope.ts';
import { startThread } from './harness/thread.ts';
import { clientId } from './load/reports.ts';
import { herdTarget, load } from './load/target.ts';
import { startOne, startWithGateway, type RunningServer } from './server.ts';
import type { Subscribers } from './streams/subscribers.ts';

const SUBSCRIBERS = new URL('streams/subscribers.js', import.meta.url);
const COUNT = 1_000;
const CONNECTIONS = 50;
const CLIENTS = 100_000;
/** A few seconds of work at each depth. */
const DEPTHS = [
  { depth: 1, reports: 100_000 },
  { depth: 16, reports: 200_000 },
] as const;

function measuresAt({ depth }: (typeof DEPTHS)[number]): [string, Measure][] {
  const rate = (bound: number): Measure => ({
    unit: 'updates/s',
    better: 'higher',
    aim: { of: 'ratio', bound },
  });
  return [
    [`idle ${depth}`, rate(0.98)],
    [`subscribers ${depth}`, rate(0.8)],
  ];
}

async function rateAt(server: RunningServer, depth: number, reports: number): Promise<number> {
  const spec = { connections: CONNECTIONS, clients: CLIENTS, reports };
  const { rate } = await load([herdTarget(server)], spec, { depth });
  return rate;
}

/** Subscribers that each see one of the clients that report. */
async function subscribe(
  scope: Scope,
  { gateway: port }: RunningServer,
): Promise<() => Promise<unknown>> {
  const queries = Array.from({ length: COUNT }, (_, n) => `client=${clientId(n)}`);
  const data: Subscribers = { port, queries, locations: 0 };
  const thread = await startThread(scope, SUBSCRIBERS, data);
  return () => thread.stop();
}

/** What the gateway costs the text protocol. */
export const gateway: Benchmark = {
  name: 'gateway',
  description: `IAMAT beside an idle gateway, and beside ${COUNT} subscribers, against no gateway`,
  requires: [],
  measures: Object.fromEntries(DEPTHS.flatMap(measuresAt)),
  a: {
    label: `IAMAT to a server with a gateway that is idle, or has ${COUNT} subscribers of one client each`,
    async start(scope, share) {
      const server = await startWithGateway(scope);
      return async () => {
        const figures: Record<string, number> = {};
        for (const { depth, reports } of DEPTHS) {
          figures[`idle ${depth}`] = await rateAt(server, depth, reports * share);
        }
        const leave = await subscribe(scope, server);
        for (const { depth, reports } of DEPTHS) {
          figures[`subscribers ${depth}`] = await rateAt(server, depth, reports * share);
        }
        await leave();
        return figures;
      };
    },
  },
  b: {
    label: 'the same to one without a gateway',
    async start(scope, share) {
      const server = await startOne(scope);
      return async () => {
        const figures: Record<string, number> = {};
        for (const { depth, reports } of DEPTHS) {
          figures[`idle ${depth}`] = await rateAt(server, depth, reports * share);
          figures[`subscribers ${depth}`] = figures[`idle ${depth}`] ?? 0;
        }
        return figures;
      };
    },
  },
};
