import type { Benchmark, Figures, Measure, Run } from './harness/benchmark.ts';
import { atRest, residentBytes } from './harness/process-usage.ts';
import type { Scope } from './harness/scope.ts';
import { fill, herdTarget } from './load/target.ts';
import { NATS, startNats } from './nats.ts';
import { HERD_MEASURES, measureHerd, type Compared } from './replication.ts';
import { startHerd } from './server.ts';

const SERVERS = ['Riley', 'Jaquez', 'Juzang', 'Campbell', 'Bernard', 'Ferry'];
const CLIENTS = 1_000_000;
const MEBIBYTE = 2 ** 20;

type Name = Compared | 'memory' | 'largest' | 'empty';

const SIZE = { unit: 'MiB', better: 'lower', aim: undefined } satisfies Measure;

async function start(scope: Scope, share: number): Promise<Run<Name>> {
  const nats = await startNats(scope);
  const replication = {
    engine: 'nats',
    interest: 'used',
    servers: [nats.url],
    partitions: 32,
    cache: 50_000,
  };
  const servers = await startHerd(scope, {
    servers: SERVERS,
    links: [],
    settings: { replication },
  });
  const pids = servers.map(({ program }) => program.pid);
  const sizes = (): Promise<number[]> => Promise.all(pids.map(residentBytes));
  await atRest(...pids);
  const empty = mean(await sizes()) / MEBIBYTE;
  const [first] = servers;
  if (first === undefined) throw new Error('there are no servers');
  await fill(herdTarget(first), 0, CLIENTS * share);
  await atRest(...pids);
  const filled = await sizes();
  const memory = {
    empty,
    memory: mean(filled) / MEBIBYTE,
    largest: Math.max(...filled) / MEBIBYTE,
  };
  return async (): Promise<Figures<Name>> => ({
    ...(await measureHerd(servers, share)),
    ...memory,
  });
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

/** What a herd with `interest: used` takes, whose servers hold a third of the clients each: see docs/NATS.md. */
export const used: Benchmark<Name> = {
  name: 'used',
  description: 'six servers with interest: used on one NATS server, with 1,000,000 clients',
  requires: [NATS],
  measures: {
    ...HERD_MEASURES,
    empty: SIZE,
    memory: SIZE,
    largest: SIZE,
  },
  a: { label: 'IAMAT to the first; asked at the last, which may have to read it', start },
  b: undefined,
};
