import { startBusyMeter } from '#src/cli/bench/busy-meter.js';
import { TcpHerd, type TcpReport } from '#src/client/tcp/index.js';
import type { Benchmark, Figures, Measure } from './harness/benchmark.ts';
import { makeReports } from './load/reports.ts';
import { herdTarget, load } from './load/target.ts';
import { startOne } from './server.ts';

const CONNECTIONS = 50;
const CLIENTS = 100_000;

/** A second or two of work at each depth. */
const DEPTHS = [
  { depth: 1, reports: 50_000 },
  { depth: 16, reports: 200_000 },
  { depth: 100, reports: 200_000 },
] as const;

/** A herd connects with its first report; that is not measured, as it is not on the other side. */
const CONNECTING: TcpReport = { client: 'first', latitude: 0, longitude: 0 };

function measuresAt({ depth }: (typeof DEPTHS)[number]): [string, Measure][] {
  return [
    [`rate ${depth}`, { unit: 'reports/s', better: 'higher', aim: undefined }],
    [`busy ${depth}`, { unit: '%', better: 'lower', aim: undefined }],
  ];
}

/** The rate of a load at each depth, and how busy this process was, in per cent of one core. */
async function loadAll(
  share: number,
  loadOnce: (depth: number, reports: number) => Promise<{ rate: number; generator: number }>,
): Promise<Figures<string>> {
  const figures: Record<string, number> = {};
  for (const { depth, reports } of DEPTHS) {
    const { rate, generator } = await loadOnce(depth, reports * share);
    figures[`rate ${depth}`] = rate;
    figures[`busy ${depth}`] = generator;
  }
  return figures;
}

/** The reports of a lane without an object for each: what a program holds that makes them as they come. */
interface Lane {
  readonly clients: readonly string[];
  readonly latitudes: Float64Array;
  readonly longitudes: Float64Array;
}

function makeLanes(reports: number): Lane[] {
  const spec = { connections: CONNECTIONS, clients: CLIENTS, reports };
  return makeReports(spec).map((lane) => {
    const ids = new Map(lane.map(({ client }) => [client, client]));
    return {
      clients: lane.map(({ client }) => ids.get(client) ?? client),
      latitudes: Float64Array.from(lane, ({ latitude }) => Number(latitude)),
      longitudes: Float64Array.from(lane, ({ longitude }) => Number(longitude)),
    };
  });
}

/** Has each lane of reports sent by a `TcpHerd` of its own, so many at once. */
async function loadByClients(port: number, depth: number, reports: number) {
  const lanes = makeLanes(reports);
  const servers = [`127.0.0.1:${port}`];
  const herds = lanes.map(() => new TcpHerd({ servers, inFlight: depth }));
  try {
    await Promise.all(herds.map((herd) => herd.report(CONNECTING)));
    const busy = startBusyMeter();
    const started = performance.now();
    await Promise.all(
      lanes.map(async (lane, index) => {
        const herd = herds[index];
        if (herd !== undefined) await reportAll(herd, lane, depth);
      }),
    );
    const seconds = (performance.now() - started) / 1000;
    const count = lanes.reduce((sum, { clients }) => sum + clients.length, 0);
    return { rate: count / seconds, generator: busy() * 100 };
  } finally {
    await Promise.all(herds.map((herd) => herd.close()));
  }
}

async function reportAll(herd: TcpHerd, lane: Lane, depth: number): Promise<void> {
  const { latitudes, longitudes } = lane;
  const rest = lane.clients.entries();
  const work = async (): Promise<void> => {
    for (const [n, client] of rest) {
      await herd.report({ client, latitude: latitudes[n] ?? 0, longitude: longitudes[n] ?? 0 });
    }
  };
  await Promise.all(Array.from({ length: depth }, work));
}

/** What the client library costs: the same reports by it, and prepared beforehand. */
export const client: Benchmark = {
  name: 'client',
  description:
    'reports a second of the client library over TCP, against the load generator of ingest',
  requires: [],
  measures: Object.fromEntries(DEPTHS.flatMap(measuresAt)),
  a: {
    label: '50 TcpHerd in one process, each report made and each reply read',
    async start(scope, share) {
      const { port } = await startOne(scope);
      return () => loadAll(share, (depth, reports) => loadByClients(port, depth, reports));
    },
  },
  b: {
    label: 'the load generator: 50 connections, reports prepared beforehand',
    async start(scope, share) {
      const target = herdTarget(await startOne(scope));
      return () =>
        loadAll(share, (depth, reports) =>
          load([target], { connections: CONNECTIONS, clients: CLIENTS, reports }, { depth }),
        );
    },
  },
};
