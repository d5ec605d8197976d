import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { formatHeartbeat, formatHello, READY } from '#src/replication/flood/messages.js';
import type { Benchmark, Figures, Measure } from './harness/benchmark.ts';
import { atRest } from './harness/process-usage.ts';
import type { Program } from './harness/program.ts';
import type { Scope } from './harness/scope.ts';
import { percentile } from './harness/statistics.ts';
import { Asker } from './load/asker.ts';
import { Observer } from './load/observer.ts';
import { pace } from './load/pacer.ts';
import { iamatTalk, makeReports } from './load/reports.ts';
import { herdTarget, load } from './load/target.ts';
import { connectTo, startChain } from './relays.ts';
import { DIAGRAM, Herd, type HerdSpec } from './server.ts';

/** Where reports are made, and the server two links from there that is watched. */
const [FROM, TO] = ['Riley', 'Bernard'] as const;
/** A sixth server, which is this process: it gets what Bernard has as its neighbour. */
const OBSERVER = 'Observer';
const WATCHED: HerdSpec = {
  servers: [...DIAGRAM.servers, OBSERVER],
  links: [...DIAGRAM.links, [TO, OBSERVER]],
};

/** How many reports are timed while nothing else is said, and how long under load. */
const IDLE_PROBES = 500;
const LOADED_MS = 3_000;
/** Between one that has been seen and the next, in milliseconds. */
const PAUSE_MS = 2;
/** The interval of servers' heartbeats, in milliseconds. */
const BEAT_MS = 1_000;

const CLIENTS = 10_000;
/** What the herd's rate is found with. */
const TRIAL = { connections: 50, clients: CLIENTS, reports: 25_000 };
/** The first one warms up. */
const TRIALS = 2;
const TRIAL_DEPTH = 16;

type Name = 'idle p50' | 'idle p99' | 'loaded p50' | 'loaded p99' | 'load' | 'generator';

/** A way for bytes from one end, where reports are said, to the other, where they are seen. */
interface Way {
  /** For the load, and for the reports that are timed: two connections, or one for both. */
  readonly loaded: Socket;
  readonly probed: Socket;
  readonly observer: Observer;
  readonly programs: readonly Program[];
  /** Half of the reports a second that the herd bears. */
  readonly halfRate: number;
  probes: number;
}

const START_SECONDS = 1_600_000_000;

/** How long one report takes from one end to the other, in milliseconds. */
async function probe(way: Way): Promise<number> {
  way.probes += 1;
  const report = `probe +34.068930-118.445127 ${START_SECONDS + way.probes}.000000000\n`;
  const seen = way.observer.sees(report);
  const said = performance.now();
  way.probed.write(`IAMAT ${report}`);
  await seen;
  return performance.now() - said;
}

async function probeWhile(way: Way, wanted: (probes: number) => boolean): Promise<Float64Array> {
  const times: number[] = [];
  while (wanted(times.length)) {
    times.push(await probe(way));
    await delay(PAUSE_MS);
  }
  return Float64Array.from(times);
}

async function measureWay(way: Way, share: number): Promise<Figures<Name>> {
  const idle = await probeWhile(way, (probes) => probes < IDLE_PROBES * share);
  const seconds = (LOADED_MS * share) / 1000;
  const reports = Math.max(1, Math.round(way.halfRate * seconds));
  const [lane = []] = makeReports({ connections: 1, clients: CLIENTS, reports });
  const before = performance.eventLoopUtilization();
  let under = true;
  const paced = pace(way.loaded, iamatTalk(FROM, lane), way.halfRate).then(() => (under = false));
  const loaded = await probeWhile(way, (probes) => under || probes === 0);
  await paced;
  const { utilization } = performance.eventLoopUtilization(before);
  await atRest(...way.programs.map(({ pid }) => pid));
  return {
    'idle p50': percentile(idle, 0.5),
    'idle p99': percentile(idle, 0.99),
    'loaded p50': percentile(loaded, 0.5),
    'loaded p99': percentile(loaded, 0.99),
    load: way.halfRate,
    generator: utilization * 100,
  };
}

/** Greets a server as its neighbour, and says now and then that it is there. */
async function joinAsNeighbour(scope: Scope, port: number): Promise<Observer> {
  const socket = await connectTo(scope, port);
  socket.write(formatHello('proxy-herd', OBSERVER) + READY);
  const timer = setInterval(() => socket.write(formatHeartbeat(0)), BEAT_MS);
  socket.once('close', () => clearInterval(timer));
  return new Observer(socket);
}

/** Half of the rate that the herd was found to bear, 0 until it is known: both sides get the same load. */
let halfRate = 0;

async function startHerd(scope: Scope, share: number): Promise<() => Promise<Figures<Name>>> {
  const herd = await Herd.configure(scope, WATCHED);
  const servers = await Promise.all(DIAGRAM.servers.map((name) => herd.start(name)));
  const first = servers.filter(({ name }) => name === FROM).map(herdTarget);
  const askers = await Promise.all(servers.map(({ port }) => Asker.connect(port)));
  const trial = { ...TRIAL, reports: TRIAL.reports * share };
  for (let run = 0; run < TRIALS; run++) {
    const { seconds, lasts } = await load(first, trial, { depth: TRIAL_DEPTH });
    const answered = performance.now();
    await Promise.all(askers.map((asker) => asker.untilHeld(lasts)));
    halfRate = trial.reports / (seconds + (performance.now() - answered) / 1000) / 2;
  }
  for (const asker of askers) asker.close();
  const { clients } = herd.portsOf(FROM);
  const [loaded, probed] = [await connectTo(scope, clients), await connectTo(scope, clients)];
  for (const socket of [loaded, probed]) socket.resume(); // the replies
  const observer = await joinAsNeighbour(scope, herd.portsOf(TO).peers);
  const programs = servers.map(({ program }) => program);
  const way: Way = { loaded, probed, observer, programs, halfRate, probes: 0 };
  return () => measureWay(way, share);
}

/** One for each of the two links, and one for the way from Bernard to the observer. */
const RELAYS = 3;

async function startRelays(scope: Scope, share: number): Promise<() => Promise<Figures<Name>>> {
  if (halfRate === 0) throw new Error('the load that the herd bears is not known');
  const { near, far, programs } = await startChain(scope, RELAYS);
  const observer = new Observer(far);
  const way: Way = { loaded: near, probed: near, observer, programs, halfRate, probes: 0 };
  return () => measureWay(way, share);
}

function time(bound: number): Measure {
  return { unit: 'ms', better: 'lower', aim: { of: 'ratio', bound } };
}

/** How soon a report is known two links away, against bytes that are merely passed on. */
export const propagation: Benchmark<Name> = {
  name: 'propagation',
  description: 'from a report at Riley until Bernard has it, against bare TCP relays',
  requires: [],
  measures: {
    'idle p50': time(1.5),
    'idle p99': time(2),
    'loaded p50': time(1.5),
    'loaded p99': time(2),
    load: { unit: 'reports/s', better: 'higher', aim: undefined },
    generator: { unit: '%', better: 'lower', aim: undefined },
  },
  a: {
    label: `IAMAT to ${FROM} until a neighbour of ${TO} gets it; idle, and at half the herd's rate`,
    start: startHerd,
  },
  b: {
    label: 'the same bytes at the same rate over a chain of three Node processes that pipe them',
    start: startRelays,
  },
};
