import { setTimeout as delay } from 'node:timers/promises';
import { Caller } from '../test/support/caller.ts';
import { OPEN_SEA } from '../test/support/commands.ts';
import { converge } from '../test/support/convergence.ts';
import { eventuallyTrue } from '../test/support/eventually.ts';
import { Ledger } from '../test/support/ledger.ts';
import { NatsCluster } from '../test/support/nats.ts';
import type { Benchmark, Figures, Measure, Run } from './harness/benchmark.ts';
import { Scope } from './harness/scope.ts';
import { NATS, startNats } from './nats.ts';
import { measureHerd } from './replication.ts';
import { Herd, startHerd, type RunningServer } from './server.ts';

const SERVERS = ['Riley', 'Jaquez', 'Juzang'];
const PARTITIONS = [1, 4, 16] as const;
/** The servers of the cluster of which one is killed; each keeps all streams. */
const REPLICAS = 3;
const CLIENTS = 50;
/** How long clients report before the kill and after it, in milliseconds: an election takes some seconds. */
const BESIDE_MS = { before: 2000, after: 10_000 };
/** How long a reply is waited for, and that all servers have what was answered, in milliseconds. */
const PATIENCE_MS = 60_000;

type Partitions = (typeof PARTITIONS)[number];
type Name = `${'rate' | 'p99' | 'stall' | 'refused' | 'lost'} ${Partitions}`;

/** What came of a kill. */
interface Killed {
  /** The longest time that a report waited for its reply, in milliseconds. */
  readonly stall: number;
  /** How many reports the herd did not want to promise anything for. */
  readonly refused: number;
  /** How many clients' newest answered reports are missing at any server in the end. */
  readonly lost: number;
}

/** Kills the NATS server that leads the first stream, of a cluster of three, while clients report. */
async function kill(scope: Scope, partitions: Partitions, share: number): Promise<Killed> {
  const nats = await NatsCluster.start(REPLICAS);
  await scope.defer(() => nats[Symbol.asyncDispose]());
  const replication = { engine: 'nats', servers: nats.urls, partitions, replicas: REPLICAS };
  const settings = { replication, acknowledge: 'replicated', herd: 'bench', data: 'none' };
  const herd = await Herd.configure(scope, { servers: SERVERS, links: [], settings });
  const servers = await Promise.all(SERVERS.map((name) => herd.start(name)));
  const ledger = new Ledger();
  const reporting = { isOver: false };
  const clients = Array.from({ length: CLIENTS }, (_, n) => {
    const server = servers[n % servers.length];
    if (server === undefined) throw new Error('there are no servers');
    return report(server, `client-${n}`, ledger, reporting);
  });
  const waited = Promise.all(clients);
  waited.catch(() => undefined); // awaited below
  await eventuallyTrue('all clients report', () => ledger.clients === CLIENTS);
  await delay(BESIDE_MS.before);
  await nats.kill(await nats.leaderOf('proxy-herd_bench_record_0'));
  await delay(BESIDE_MS.after * share);
  reporting.isOver = true;
  const each = await waited;
  const address = (server: string) => ({ host: '127.0.0.1', port: herd.portsOf(server).clients });
  const all = { servers: SERVERS, clients: address };
  const { missing } = await converge(all, ledger.snapshot(), PATIENCE_MS);
  return {
    stall: Math.max(...each.map(({ longestMs }) => longestMs)),
    refused: each.reduce((sum, { refused }) => sum + refused, 0),
    lost: new Set(missing.map(({ client }) => client)).size,
  };
}

/** Reports as one client, one report at a time, until that is over. */
async function report(
  { port }: RunningServer,
  client: string,
  ledger: Ledger,
  reporting: { readonly isOver: boolean },
): Promise<{ longestMs: number; refused: number }> {
  const caller = await Caller.open({ host: '127.0.0.1', port }, PATIENCE_MS);
  let [longestMs, refused] = [0, 0];
  try {
    for (let number = 1; !reporting.isOver; number++) {
      const said = performance.now();
      const command = `IAMAT ${client} ${OPEN_SEA} ${1_600_000_000 + number}.0`;
      const reply = await caller.ask(command, PATIENCE_MS);
      longestMs = Math.max(longestMs, performance.now() - said);
      if (reply.startsWith('AT ')) ledger.answered(client, reply);
      else refused += 1;
    }
  } finally {
    caller.close();
  }
  return { longestMs, refused };
}

async function start(scope: Scope, share: number): Promise<Run<Name>> {
  return async () => {
    const figures = {} as Record<Name, number>;
    for (const partitions of PARTITIONS) {
      Object.assign(figures, await measurePartitions(scope, partitions, share));
    }
    return figures satisfies Figures<Name>;
  };
}

/** Everything is started anew, so that nothing runs beside what is measured. */
async function measurePartitions(
  outer: Scope,
  partitions: Partitions,
  share: number,
): Promise<Partial<Figures<Name>>> {
  const inNewScope = async <T>(act: (scope: Scope) => Promise<T>): Promise<T> => {
    await using scope = new Scope();
    await outer.defer(() => scope[Symbol.asyncDispose]());
    return await act(scope);
  };
  const { rate, p99 } = await inNewScope(async (scope) => {
    const { url } = await startNats(scope);
    const settings = { replication: { engine: 'nats', servers: [url], partitions } };
    return measureHerd(await startHerd(scope, { servers: SERVERS, links: [], settings }), share);
  });
  const { stall, refused, lost } = await inNewScope((scope) => kill(scope, partitions, share));
  return {
    [`rate ${partitions}`]: rate,
    [`p99 ${partitions}`]: p99,
    [`stall ${partitions}`]: stall,
    [`refused ${partitions}`]: refused,
    [`lost ${partitions}`]: lost,
  };
}

const KINDS = {
  rate: { unit: 'reports/s', better: 'higher', aim: undefined },
  p99: { unit: 'ms', better: 'lower', aim: undefined },
  stall: { unit: 'ms', better: 'lower', aim: undefined },
  refused: { unit: 'reports', better: 'lower', aim: undefined },
  lost: { unit: 'clients', better: 'lower', aim: { of: 'figure', bound: 0 } },
} as const satisfies Record<string, Measure>;

const MEASURES = Object.fromEntries(
  Object.entries(KINDS).flatMap(([kind, measure]) =>
    PARTITIONS.map((partitions) => [`${kind} ${partitions}`, measure]),
  ),
) as Record<Name, Measure>;

/** What the number of streams does to the rate, and to what a kill of a NATS server costs. */
export const natsPartitions: Benchmark<Name, never> = {
  name: 'nats-partitions',
  description:
    'three servers on NATS with 1, 4 and 16 partitions: their rate, and one of three NATS servers killed',
  requires: [NATS],
  measures: MEASURES,
  a: {
    label:
      'IAMAT to the first of three; then to all, on a cluster of three of which the leader of a stream is killed',
    start,
  },
  b: undefined,
};
