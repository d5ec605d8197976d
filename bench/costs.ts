import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark, Figures, Measure, Run } from './harness/benchmark.ts';
import { atRest, cpuSeconds, residentBytes } from './harness/process-usage.ts';
import type { Scope } from './harness/scope.ts';
import { Asker } from './load/asker.ts';
import { herdTarget, load } from './load/target.ts';
import { NATS, publishBare, startNats, type RunningNats } from './nats.ts';
import { startHerd, type HerdSpec, type RunningServer } from './server.ts';

/*
 * What one report costs each server that has to do with it: what `proxy-herd plan` multiplies. Each client reports
 * once a run, since only a client's newest report is sent on where several wait.
 */

/** The first receives the reports; the middle one passes them on; the last has them last. */
const SERVERS = ['Riley', 'Jaquez', 'Juzang'];
const LINKS: HerdSpec['links'] = [
  ['Riley', 'Jaquez'],
  ['Jaquez', 'Juzang'],
];
const CONNECTIONS = 50;
const DEPTH = 16;
const LINK_CLIENTS = 200_000;
const NATS_CLIENTS = 50_000;

const MICROSECONDS = { unit: 'µs', better: 'lower', aim: undefined } satisfies Measure;
const BYTES = { unit: 'bytes', better: 'lower', aim: undefined } satisfies Measure;

type Servers = readonly [RunningServer, RunningServer, RunningServer];

async function startThree(scope: Scope, spec: Partial<HerdSpec>): Promise<Servers> {
  const started = await startHerd(scope, { servers: SERVERS, links: [], ...spec });
  const [first, second, third] = started;
  if (first === undefined || second === undefined || third === undefined)
    throw new Error('three servers were to be started');
  return [first, second, third];
}

/** Has each of so many clients report once at the first server, until the last one has all and all rest. */
async function reportOnce([first, second, third]: Servers, clients: number): Promise<void> {
  const asker = await Asker.connect(third.port);
  const spec = { connections: CONNECTIONS, clients, reports: clients };
  const { lasts } = await load([herdTarget(first)], spec, { depth: DEPTH });
  await asker.untilHeld(lasts);
  asker.close();
  await atRest(...[first, second, third].map(({ program }) => program.pid));
}

/** The processor time that each of these processes takes while something is done, in seconds. */
async function processorTime(
  pids: readonly number[],
  work: () => Promise<void>,
): Promise<readonly number[]> {
  const before = await Promise.all(pids.map(cpuSeconds));
  await work();
  const after = await Promise.all(pids.map(cpuSeconds));
  return after.map((each, index) => each - (before[index] ?? 0));
}

/** One counter of a server's metrics, over all its labels. */
async function readCounter(server: RunningServer, name: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${server.gateway}/metrics`);
  const lines = (await response.text()).split('\n').filter((line) => line.startsWith(name));
  if (lines.length === 0) throw new Error(`${server.name} has no metric ${name}`);
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

type LinkCost = 'first' | 'middle' | 'last' | 'wire' | 'journal';

async function measureLinks(servers: Servers, clients: number): Promise<Figures<LinkCost>> {
  const [, , end] = servers;
  const counters = [
    'proxy_herd_link_received_bytes_total',
    'proxy_herd_journal_written_bytes_total',
  ];
  const read = (): Promise<number[]> => Promise.all(counters.map((name) => readCounter(end, name)));
  const before = await read();
  const pids = servers.map(({ program }) => program.pid);
  const used = await processorTime(pids, () => reportOnce(servers, clients));
  const after = await read();
  const [first = NaN, middle = NaN, last = NaN] = used.map((seconds) => (seconds * 1e6) / clients);
  const [wire = NaN, journal = NaN] = after.map(
    (bytes, index) => (bytes - (before[index] ?? 0)) / clients,
  );
  return { first, middle, last, wire, journal };
}

async function startOnLinks(scope: Scope, share: number): Promise<Run<LinkCost>> {
  const servers = await startThree(scope, { links: LINKS, hasGateways: true });
  return () => measureLinks(servers, LINK_CLIENTS * share);
}

/** What a report costs where it is received, and on links: see docs/SCALING.md. */
export const linkCosts: Benchmark<LinkCost> = {
  name: 'link-costs',
  description: 'what a report costs the server that receives it, and each that gets it over a link',
  requires: [],
  measures: {
    first: MICROSECONDS,
    middle: MICROSECONDS,
    last: MICROSECONDS,
    wire: BYTES,
    journal: BYTES,
  },
  a: { label: 'three servers in a row; IAMAT to the first', start: startOnLinks },
  b: undefined,
};

type NatsCost = 'first' | 'last' | 'nats' | 'store' | 'bare' | 'memory' | 'disk';

/** What a bare publisher costs the NATS server, and how many messages it stores a second. */
async function measureBare(nats: RunningNats, count: number): Promise<Figures<'store' | 'bare'>> {
  let bare = NaN;
  const [used = NaN] = await processorTime([nats.program.pid], async () => {
    bare = await publishBare(nats.url, count, count);
  });
  return { store: (used * 1e6) / count, bare };
}

async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = files.map(
    async ({ parentPath, name }) => (await stat(join(parentPath, name))).size,
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function startOnNats(scope: Scope, share: number): Promise<Run<NatsCost>> {
  const nats = await startNats(scope);
  const replication = { engine: 'nats', servers: [nats.url] };
  const servers = await startThree(scope, { settings: { replication } });
  const clients = NATS_CLIENTS * share;
  const empty = await residentBytes(nats.program.pid);
  await reportOnce(servers, clients);
  await atRest(nats.program.pid);
  const memory = ((await residentBytes(nats.program.pid)) - empty) / clients;
  const disk = (await folderBytes(nats.folder)) / clients;
  const pids = [...servers.map(({ program }) => program.pid), nats.program.pid];
  return async () => {
    const used = await processorTime(pids, () => reportOnce(servers, clients));
    const [first = NaN, , last = NaN, natsServer = NaN] = used.map(
      (seconds) => (seconds * 1e6) / clients,
    );
    return { first, last, nats: natsServer, ...(await measureBare(nats, clients)), memory, disk };
  };
}

/** What a report costs on NATS JetStream: see docs/SCALING.md. */
export const natsCosts: Benchmark<NatsCost> = {
  name: 'nats-costs',
  description: 'what a report costs servers on NATS JetStream, and the NATS server',
  requires: [NATS],
  measures: {
    first: MICROSECONDS,
    last: MICROSECONDS,
    nats: MICROSECONDS,
    store: MICROSECONDS,
    bare: { unit: 'messages/s', better: 'higher', aim: undefined },
    memory: BYTES,
    disk: BYTES,
  },
  a: { label: 'three servers on one NATS server; IAMAT to the first', start: startOnNats },
  b: undefined,
};
