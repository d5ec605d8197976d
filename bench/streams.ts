import { once } from 'node:events';
import { connect } from 'node:net';
import type { Benchmark, Figures, Measure } from './harness/benchmark.ts';
import type { Scope } from './harness/scope.ts';
import { percentile } from './harness/statistics.ts';
import { startThread } from './harness/thread.ts';
import { clientId } from './load/reports.ts';
import { startWithGateway, type RunningServer } from './server.ts';
import type { Received, Subscribers } from './streams/subscribers.ts';

const SUBSCRIBERS = new URL('streams/subscribers.js', import.meta.url);

/** Subscribers that all see everybody; how many clients report once, and how many a second where that is slow. */
const SIZES = [
  { subscribers: 100, clients: 5_000, reportsASecond: 100 },
  { subscribers: 1_000, clients: 500, reportsASecond: 10 },
] as const;
/** How long reports come slowly, in milliseconds. */
const PHASE_MS = 5_000;
/** How often what is due is reported, in milliseconds. */
const REPORT_EVERY_MS = 10;

function measuresOf({ subscribers }: (typeof SIZES)[number]): [string, Measure][] {
  const latency = { unit: 'ms', better: 'lower', aim: undefined } as const;
  return [
    [`events ${subscribers}`, { unit: 'events/s', better: 'higher', aim: undefined }],
    [`generator ${subscribers}`, { unit: '%', better: 'lower', aim: undefined }],
    [`p50 ${subscribers}`, latency],
    [`p99 ${subscribers}`, latency],
  ];
}

/** A report of a client who is somewhere else than the last time, now. */
function reportNow(client: number): string {
  const nowMs = performance.timeOrigin + performance.now();
  const minute = String(Math.floor(nowMs / 1000) % 60).padStart(2, '0');
  return `IAMAT ${clientId(client)} +34.${minute}-118.44 ${(nowMs / 1000).toFixed(6)}\n`;
}

/** Reports as often a second as is wanted, for a while; resolves to how many reports that were. */
async function reportSlowly(
  port: number,
  clients: number,
  aSecond: number,
  durationMs: number,
): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  socket.resume();
  const reports = Math.floor((aSecond * durationMs) / 1000);
  const started = performance.now();
  await new Promise<void>((resolve) => {
    let said = 0;
    const timer = setInterval(() => {
      const due = Math.min(reports, ((performance.now() - started) * aSecond) / 1000);
      for (; said < due; said++) socket.write(reportNow(said % clients));
      if (said < reports) return;
      clearInterval(timer);
      resolve();
    }, REPORT_EVERY_MS);
  });
  socket.end();
  await once(socket, 'close');
}

/** Has each client report once, as fast as that goes. */
async function reportAtOnce(port: number, clients: number): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  socket.resume();
  socket.end(Array.from({ length: clients }, (_, client) => reportNow(client)).join(''));
  await once(socket, 'close');
}

/** Has something done beside subscribers of everybody. */
async function beside(
  scope: Scope,
  port: number,
  subscribers: number,
  locations: number,
  work: () => Promise<void>,
): Promise<Received & { readonly seconds: number }> {
  const data: Subscribers = { port, queries: Array(subscribers).fill(''), locations };
  const thread = await startThread(scope, SUBSCRIBERS, data);
  const begunMs = performance.timeOrigin + performance.now();
  await work();
  const received = (await thread.stop()) as Received;
  return { ...received, seconds: (received.lastMs - begunMs) / 1000 };
}

async function measureSize(
  scope: Scope,
  { port, gateway }: RunningServer,
  size: (typeof SIZES)[number],
  share: number,
): Promise<Figures<string>> {
  const { subscribers, reportsASecond } = size;
  const clients = Math.ceil(size.clients * share);
  const all = clients * subscribers;
  const fast = await beside(scope, gateway, subscribers, all, () => reportAtOnce(port, clients));
  const durationMs = Math.max(500, PHASE_MS * share);
  const slowReports = Math.floor((reportsASecond * durationMs) / 1000);
  const slow = await beside(scope, gateway, subscribers, slowReports * subscribers, () =>
    // As many clients as there are reports: nothing is conflated.
    reportSlowly(port, slowReports, reportsASecond, durationMs),
  );
  return {
    [`events ${subscribers}`]: all / fast.seconds,
    [`generator ${subscribers}`]: fast.generator,
    [`p50 ${subscribers}`]: percentile(slow.agesMs, 0.5),
    [`p99 ${subscribers}`]: percentile(slow.agesMs, 0.99),
  };
}

/** What subscribers of live updates get, and how late. */
export const streams: Benchmark = {
  name: 'streams',
  description: 'live updates over server-sent events to many subscribers, and how late they are',
  requires: [],
  measures: Object.fromEntries(SIZES.flatMap(measuresOf)),
  a: {
    label: 'IAMAT to one server, whose subscribers all see everybody',
    async start(scope, share) {
      const server = await startWithGateway(scope);
      return async () => {
        const figures: Record<string, number> = {};
        for (const size of SIZES) {
          Object.assign(figures, await measureSize(scope, server, size, share));
        }
        return figures;
      };
    },
  },
  b: undefined,
};
