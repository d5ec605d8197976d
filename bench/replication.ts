import { setTimeout as delay } from 'node:timers/promises';
import type { Benchmark, Figures, Measure, Run } from './harness/benchmark.ts';
import { atRest, cpuSeconds } from './harness/process-usage.ts';
import type { Scope } from './harness/scope.ts';
import { percentile } from './harness/statistics.ts';
import { Asker } from './load/asker.ts';
import { Conversation } from './load/conversation.ts';
import { herdTarget, load } from './load/target.ts';
import { NATS, publishBare, startNats } from './nats.ts';
import { startHerd, type HerdSpec, type RunningServer } from './server.ts';

/** Reports are made at the first, and looked for at the last. */
const SERVERS = ['Riley', 'Jaquez', 'Juzang'];
const LINKS: HerdSpec['links'] = [
  ['Riley', 'Jaquez'],
  ['Jaquez', 'Juzang'],
];
const CLIENTS = 10_000;
const CONNECTIONS = 50;
const DEPTH = 16;
const REPORTS = 50_000;
/** How many reports are timed one by one, and how long after each, in milliseconds. */
const PROBES = 300;
const PAUSE_MS = 5;
/** Of how many clients these are: of several partitions. */
const PROBED_CLIENTS = 32;

type Name = 'rate' | 'p50' | 'p99' | 'processor' | 'bare';
export type Compared = Exclude<Name, 'bare'>;

/** How many reports were timed: each is newer than all before it. */
let probed = 0;

/** How soon reports at the first server are known at the last, one by one, in milliseconds. */
async function probe(first: Conversation, last: Asker, probes: number): Promise<Float64Array> {
  const times: number[] = [];
  for (let number = 0; number < probes; number++) {
    probed += 1;
    const time = `${1_600_000_000 + probed}.000000000`;
    const client = `probe-${number % PROBED_CLIENTS}`;
    const report = { client, latitude: '+34.068930', longitude: '-118.445127', time };
    const said = performance.now();
    const command = `IAMAT ${client} ${report.latitude}${report.longitude} ${time}\n`;
    await first.exchange(command, (text) => text.endsWith('\n'));
    await last.untilHeld([report]);
    times.push(performance.now() - said);
    await delay(PAUSE_MS);
  }
  return Float64Array.from(times);
}

/** What a herd of three comes to: its rate until the last one has all, and how soon one report is there. */
export async function measureHerd(
  servers: readonly RunningServer[],
  share: number,
): Promise<Figures<Compared>> {
  const [first] = servers;
  const last = servers.at(-1);
  if (first === undefined || last === undefined) throw new Error('there are no servers');
  const asker = await Asker.connect(last.port);
  const pids = servers.map(({ program }) => program.pid);
  const spec = { connections: CONNECTIONS, clients: CLIENTS, reports: REPORTS * share };
  const before = await Promise.all(pids.map(cpuSeconds));
  const { seconds, lasts } = await load([herdTarget(first)], spec, { depth: DEPTH });
  const answered = performance.now();
  await asker.untilHeld(lasts);
  const all = seconds + (performance.now() - answered) / 1000;
  await atRest(...pids);
  const after = await Promise.all(pids.map(cpuSeconds));
  const used = after.reduce((sum, each, index) => sum + each - (before[index] ?? 0), 0);
  const said = await Conversation.connect(first.port);
  const times = await probe(said, asker, Math.ceil(PROBES * share));
  said.close();
  asker.close();
  return {
    rate: spec.reports / all,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    processor: (used * 1e6) / spec.reports,
  };
}

async function startOnNats(scope: Scope, share: number): Promise<Run<Name>> {
  const { url } = await startNats(scope);
  const replication = { engine: 'nats', servers: [url] };
  const servers = await startHerd(scope, {
    servers: SERVERS,
    links: [],
    settings: { replication },
  });
  return async () => ({
    ...(await measureHerd(servers, share)),
    bare: await publishBare(url, REPORTS * share, CLIENTS),
  });
}

async function startOnLinks(scope: Scope, share: number): Promise<Run<Compared>> {
  const servers = await startHerd(scope, { servers: SERVERS, links: LINKS });
  return () => measureHerd(servers, share);
}

/** Of what `measureHerd` gives. */
export const HERD_MEASURES = {
  rate: { unit: 'reports/s', better: 'higher', aim: undefined },
  p50: { unit: 'ms', better: 'lower', aim: undefined },
  p99: { unit: 'ms', better: 'lower', aim: undefined },
  processor: { unit: 'µs/report', better: 'lower', aim: undefined },
} satisfies Record<Compared, Measure>;

/** What replication over NATS costs, against links, and beside a bare publisher to the same NATS server. */
export const replication: Benchmark<Name, Compared> = {
  name: 'replication',
  description: 'three servers on one NATS server, against three that are linked in a row',
  requires: [NATS],
  measures: {
    ...HERD_MEASURES,
    bare: { unit: 'messages/s', better: 'higher', aim: undefined },
  },
  a: {
    label:
      'IAMAT to the first of three on JetStream until the last has all; p50 and p99 of one by one',
    start: startOnNats,
  },
  b: { label: 'the same over two links', start: startOnLinks },
};
