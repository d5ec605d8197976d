import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import type { Benchmark, Figures } from './harness/benchmark.ts';
import { atRest, residentBytes } from './harness/process-usage.ts';
import type { Scope } from './harness/scope.ts';
import { percentile } from './harness/statistics.ts';
import { herdTarget, load, type Target } from './load/target.ts';
import { startOne } from './server.ts';

const IDLE = 10_000;
/** So many connect at once: as many as a listener lets wait. */
const OPEN_AT_ONCE = 500;
/** Files that a process has open besides its idle connections, with much to spare. */
const OTHER_FILES = 200;
/** A second or two of work of those that are busy. */
const BUSY = { connections: 50, clients: 10_000, reports: 50_000 };
const KIBIBYTE = 1024;

type Compared = 'rate' | 'p50' | 'p99';
type Name = Compared | 'memory';

async function loadBusy(target: Target, share: number): Promise<Figures<Compared>> {
  const spec = { ...BUSY, reports: BUSY.reports * share };
  const { rate, took } = await load([target], spec, { depth: 1, timed: true });
  await atRest(target.program.pid);
  return { rate, p50: percentile(took, 0.5), p99: percentile(took, 0.99) };
}

/** Opens connections that say nothing, and has them closed at the end. */
async function openIdle(scope: Scope, port: number, count: number): Promise<void> {
  await requireFiles(count + OTHER_FILES);
  const sockets: Socket[] = [];
  await scope.defer(async () => {
    for (const socket of sockets) socket.destroy();
  });
  while (sockets.length < count) {
    const more = Array.from({ length: Math.min(OPEN_AT_ONCE, count - sockets.length) }, () =>
      connect({ host: '127.0.0.1', port }),
    );
    sockets.push(...more);
    await Promise.all(more.map((socket) => once(socket, 'connect')));
  }
}

/** Throws where a process may not have so many files open. */
async function requireFiles(files: number): Promise<void> {
  const limits = await readFile('/proc/self/limits', 'latin1');
  const most = /^Max open files +\d+ +(\d+|unlimited)/m.exec(limits)?.[1];
  if (most === undefined || Number(most) < files) {
    throw new Error(`${files} open files are needed, and ulimit -Hn says ${most}`);
  }
}

/** What many connections that are idle cost, and cost those that are not. */
export const connections: Benchmark<Name, Compared> = {
  name: 'connections',
  description: `busy connections among ${IDLE} idle ones, against the same without those`,
  requires: [],
  measures: {
    rate: { unit: 'updates/s', better: 'higher', aim: { of: 'ratio', bound: 0.9 } },
    p50: { unit: 'ms', better: 'lower', aim: undefined },
    p99: { unit: 'ms', better: 'lower', aim: { of: 'ratio', bound: 1.5 } },
    memory: { unit: 'KiB/connection', better: 'lower', aim: undefined },
  },
  a: {
    label: `IAMAT over 50 connections at depth 1, with ${IDLE} idle ones, and what each of those takes`,
    async start(scope, share) {
      const target = herdTarget(await startOne(scope));
      const { pid } = target.program;
      // What the first load makes the server take is no connection's.
      await loadBusy(target, share);
      const before = await residentBytes(pid);
      const idle = IDLE * share;
      await openIdle(scope, target.port, idle);
      await atRest(pid);
      const memory = Math.max(0, (await residentBytes(pid)) - before) / idle / KIBIBYTE;
      return async () => ({ ...(await loadBusy(target, share)), memory });
    },
  },
  b: {
    label: 'the same on a server with no idle ones',
    async start(scope, share) {
      const target = herdTarget(await startOne(scope));
      return () => loadBusy(target, share);
    },
  },
};
