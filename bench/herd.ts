import type { Benchmark, Figures, Measure } from './harness/benchmark.ts';
import type { Program } from './harness/program.ts';
import { atRest } from './harness/process-usage.ts';
import type { Scope } from './harness/scope.ts';
import { Asker } from './load/asker.ts';
import type { Report, ReportsSpec } from './load/reports.ts';
import { herdTarget, load, type Target } from './load/target.ts';
import { IN_MEMORY, REDIS, RedisClient, startRedis } from './redis.ts';
import { DIAGRAM, startHerd } from './server.ts';

const CONNECTIONS = 50;
const CLIENTS = 100_000;
const REPLICAS = 4;

/** A few seconds of work at each depth, and what the ratio of the rates is to be. */
const DEPTHS = [
  { depth: 1, reports: 25_000, aim: 1, spreadAim: 1.5 },
  { depth: 16, reports: 50_000, aim: 1.5, spreadAim: 1.5 },
  { depth: 100, reports: 50_000, aim: 1.5, spreadAim: 1.5 },
] as const;

function measuresAt({ depth, aim, spreadAim }: (typeof DEPTHS)[number]): [string, Measure][] {
  const rate = (bound: number): Measure => {
    return { unit: 'updates/s', better: 'higher', aim: { of: 'ratio', bound } };
  };
  return [
    [`one ${depth}`, rate(aim)],
    [`spread ${depth}`, rate(spreadAim)],
    [`generator ${depth}`, { unit: '%', better: 'lower', aim: undefined }],
  ];
}

/** Several servers of which each gets what is reported to one. */
interface Group {
  readonly programs: readonly Program[];
  /** Those that take reports: one, or all. */
  readonly targets: readonly Target[];
  /** Resolves when all have what was reported last. */
  untilAllHold(lasts: readonly Report[]): Promise<void>;
}

/** Loads some of a group, and returns the reports a second until all of it holds them. */
async function loadOnce(
  group: Group,
  targets: readonly Target[],
  spec: ReportsSpec,
  depth: number,
) {
  const { seconds, generator, lasts } = await load(targets, spec, { depth });
  const answered = performance.now();
  await group.untilAllHold(lasts);
  const all = seconds + (performance.now() - answered) / 1000;
  await atRest(...group.programs.map(({ pid }) => pid));
  return { rate: spec.reports / all, generator };
}

/** Loads a group at each depth; where only one takes reports, spread is the same. */
async function loadAll(share: number, group: Group): Promise<Figures<string>> {
  const figures: Record<string, number> = {};
  for (const { depth, reports } of DEPTHS) {
    const spec = { connections: CONNECTIONS, clients: CLIENTS, reports: reports * share };
    const one = await loadOnce(group, group.targets.slice(0, 1), spec, depth);
    figures[`one ${depth}`] = one.rate;
    figures[`generator ${depth}`] = one.generator;
    const spread =
      group.targets.length === 1 ? one : await loadOnce(group, group.targets, spec, depth);
    figures[`spread ${depth}`] = spread.rate;
  }
  return figures;
}

/** Five servers of ours. */
async function startFive(scope: Scope, share: number): Promise<() => Promise<Figures<string>>> {
  const servers = await startHerd(scope, DIAGRAM);
  const askers = await Promise.all(servers.map(({ port }) => Asker.connect(port)));
  const group: Group = {
    programs: servers.map(({ program }) => program),
    targets: servers.map(herdTarget),
    async untilAllHold(lasts) {
      await Promise.all(askers.map((asker) => asker.untilHeld(lasts)));
    },
  };
  return () => loadAll(share, group);
}

/** A Redis and its replicas. */
async function startReplicated(
  scope: Scope,
  share: number,
): Promise<() => Promise<Figures<string>>> {
  const first = await startRedis(scope, IN_MEMORY);
  const replicaOf = ['--replicaof', `127.0.0.1 ${first.port}`, '--repl-diskless-sync-delay', '0'];
  const replicas = await Promise.all(
    Array.from({ length: REPLICAS }, () => startRedis(scope, [...IN_MEMORY, ...replicaOf])),
  );
  const client = await RedisClient.connect(first.port);
  const group: Group = {
    programs: [first, ...replicas].map(({ program }) => program),
    targets: [first],
    async untilAllHold() {
      // Written after all else, and so also the last thing that a replica gets.
      await client.say('SET', 'last', 'written');
      const caughtUp = await client.say('WAIT', String(REPLICAS), '0');
      if (caughtUp !== String(REPLICAS)) throw new Error(`${caughtUp} replicas have caught up`);
    },
  };
  await group.untilAllHold([]);
  return () => loadAll(share, group);
}

/** What five servers take in, each of which then has all, against a Redis with four replicas. */
export const herd: Benchmark = {
  name: 'herd',
  description: 'reports a second until all of five servers have them, against Redis with replicas',
  requires: [REDIS],
  measures: Object.fromEntries(DEPTHS.flatMap(measuresAt)),
  a: {
    label:
      'IAMAT to one of five servers, or spread over all, with the defaults, until all have all',
    start: startFive,
  },
  b: {
    label: 'GEOADD to a Redis with four replicas, all in memory, until all have acknowledged all',
    start: startReplicated,
  },
};
