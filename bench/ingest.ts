import type { Benchmark, Figures, Measure } from './harness/benchmark.ts';
import { atRest, cpuSeconds } from './harness/process-usage.ts';
import { herdTarget, load, type Target } from './load/target.ts';
import { APPEND_ONLY, IN_MEMORY, REDIS, startRedis } from './redis.ts';
import { startOne } from './server.ts';

const CONNECTIONS = 50;
const CLIENTS = 100_000;

/** A second or two of work at each depth, and what the ratio of the rates is to be. */
const DEPTHS = [
  { depth: 1, reports: 100_000, aim: 1 },
  { depth: 16, reports: 200_000, aim: 2 },
  { depth: 100, reports: 200_000, aim: 2.5 },
] as const;

/** The measures of one depth. `on disk` is the same A against a B that writes to disk as well. */
function measuresAt({ depth, aim }: (typeof DEPTHS)[number]): [string, Measure][] {
  const rate = { unit: 'updates/s', better: 'higher' } as const;
  const plain = { better: 'lower', aim: undefined } as const;
  return [
    [`rate ${depth}`, { ...rate, aim: { of: 'ratio', bound: aim } }],
    [`on disk ${depth}`, { ...rate, aim: undefined }],
    [`server ${depth}`, { ...plain, unit: 'µs/update' }],
    [`generator ${depth}`, { ...plain, unit: '%' }],
  ];
}

/** What one load on one server comes to; `server` is its processor time, also that after the replies. */
async function loadOnce(target: Target, depth: number, reports: number) {
  const { pid } = target.program;
  const before = await cpuSeconds(pid);
  const spec = { connections: CONNECTIONS, clients: CLIENTS, reports };
  const { rate, generator } = await load([target], spec, { depth });
  await atRest(pid);
  const seconds = (await cpuSeconds(pid)) - before;
  return { rate, generator, server: (seconds * 1e6) / reports };
}

/** Loads a server at each depth; where another one is given, the rates on disk are that one's. */
async function loadAll(share: number, plain: Target, onDisk?: Target): Promise<Figures<string>> {
  const figures: Record<string, number> = {};
  for (const { depth, reports } of DEPTHS) {
    const { rate, generator, server } = await loadOnce(plain, depth, reports * share);
    figures[`rate ${depth}`] = rate;
    figures[`server ${depth}`] = server;
    figures[`generator ${depth}`] = generator;
    const other = onDisk && (await loadOnce(onDisk, depth, reports * share));
    figures[`on disk ${depth}`] = other?.rate ?? rate;
  }
  return figures;
}

/** What a server takes in: reports of many moving clients, against a Redis that keeps the same. */
export const ingest: Benchmark = {
  name: 'ingest',
  description: 'reports that one server takes in a second, against GEOADD to one Redis',
  requires: [REDIS],
  measures: Object.fromEntries(DEPTHS.flatMap(measuresAt)),
  a: {
    label: 'IAMAT to a server with the defaults: with a log and a journal',
    async start(scope, share) {
      const server = herdTarget(await startOne(scope));
      return () => loadAll(share, server);
    },
  },
  b: {
    label: 'GEOADD to a Redis in memory; on disk: to one with appendonly yes, every second',
    async start(scope, share) {
      const plain = await startRedis(scope, IN_MEMORY);
      const onDisk = await startRedis(scope, APPEND_ONLY);
      return () => loadAll(share, plain, onDisk);
    },
  },
};
