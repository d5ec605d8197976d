import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Benchmark } from './harness/benchmark.ts';
import { atRest } from './harness/process-usage.ts';
import type { Scope } from './harness/scope.ts';
import { percentile } from './harness/statistics.ts';
import { startThread } from './harness/thread.ts';
import { fill, herdTarget } from './load/target.ts';
import { configureOne } from './server.ts';
import type { FullLoad, Load } from './ticks/full-load.ts';
import { QuietClient } from './ticks/quiet-client.ts';

const CLIENTS = 1_000_000;
/** Where it is only tried out. */
const LEAST_CLIENTS = 20_000;
const CONNECTIONS = 50;
const DEPTH = 100;

/** How long the load lasts: time for a snapshot or two at 1,000,000 clients. At least, where it is tried out. */
const PHASE_MS = 15_000;
const LEAST_PHASE_MS = 1_000;
const LOOK_EVERY_MS = 50;

const LOAD_MODULE = new URL('ticks/full-load.js', import.meta.url);

type Name = 'p50' | 'p99.9' | 'longest' | 'rate' | 'snapshots';

/** Looks into a journal's folder until `signal` aborts, and notes the snapshots that are begun meanwhile. */
async function watchSnapshots(folder: string, seen: Set<string>, signal: AbortSignal) {
  const before = new Set(await snapshotsIn(folder));
  while (!signal.aborted) {
    for (const name of await snapshotsIn(folder)) if (!before.has(name)) seen.add(name);
    await delay(LOOK_EVERY_MS);
  }
}

/** The snapshots in a journal's folder, also one that is being written. */
async function snapshotsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => /^\d+\.snapshot(?=\.part$|$)/.exec(name)?.[0] ?? []);
}

/** Waits until the time is over, and for a snapshot that has not begun yet for as long again. */
async function untilSnapshot(phaseMs: number, seen: ReadonlySet<string>): Promise<void> {
  const begun = performance.now();
  const mostMs = (): number => (seen.size > 0 ? phaseMs : 2 * phaseMs);
  while (performance.now() - begun < mostMs()) await delay(LOOK_EVERY_MS);
}

async function start(scope: Scope, share: number) {
  const clients = Math.max(CLIENTS * share, LEAST_CLIENTS);
  const phaseMs = Math.max(PHASE_MS * share, LEAST_PHASE_MS);
  const herd = await configureOne(scope);
  const server = await herd.start('Riley');
  const { name, port, program } = server;
  await fill(herdTarget(server), 0, clients);
  await atRest(program.pid);
  const quiet = await QuietClient.connect(port);
  await scope.defer(async () => quiet.close());
  const fullLoad: FullLoad = {
    server: name,
    port,
    clients,
    connections: CONNECTIONS,
    depth: DEPTH,
  };
  return async () => {
    const snapshots = new Set<string>();
    const over = new AbortController();
    const thread = await startThread(scope, LOAD_MODULE, fullLoad);
    const begun = performance.now();
    const watching = watchSnapshots(join(herd.folder, 'data', name), snapshots, over.signal);
    const asking = quiet.ask(over.signal);
    await untilSnapshot(phaseMs, snapshots);
    over.abort();
    const waits = await asking;
    await watching;
    const { reports } = (await thread.stop()) as Load;
    const seconds = (performance.now() - begun) / 1000;
    await atRest(program.pid);
    return {
      p50: percentile(waits, 0.5),
      'p99.9': percentile(waits, 0.999),
      longest: percentile(waits, 1),
      rate: reports / seconds,
      snapshots: snapshots.size,
    };
  };
}

const WAIT = { unit: 'ms', better: 'lower', aim: undefined } as const;

/** How long a server's ticks are under full load, as a client feels them. */
export const ticks: Benchmark<Name> = {
  name: 'ticks',
  description: `what a quiet client waits under full load at ${CLIENTS} clients, a snapshot under way`,
  requires: [],
  measures: {
    p50: WAIT,
    'p99.9': { ...WAIT, aim: { of: 'figure', bound: 20 } },
    longest: WAIT,
    rate: { unit: 'updates/s', better: 'higher', aim: undefined },
    snapshots: { unit: 'begun', better: 'higher', aim: { of: 'figure', bound: 1 } },
  },
  a: {
    label: `a command every ms, beside IAMAT of all clients over ${CONNECTIONS} connections at depth ${DEPTH}`,
    start,
  },
  b: undefined,
};
