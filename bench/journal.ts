import type { Benchmark } from './harness/benchmark.ts';
import type { Scope } from './harness/scope.ts';
import { herdTarget, load } from './load/target.ts';
import { startOne } from './server.ts';

/** A second or two of work. */
const SPEC = { connections: 50, clients: 10_000, reports: 100_000 };
const DEPTH = 16;

type Name = 'received' | 'journaled';

/** Starts a server without a log, which would cost both sides alike, and returns what loads it. */
async function startServer(
  scope: Scope,
  share: number,
  settings: Readonly<Record<string, unknown>>,
): Promise<() => Promise<number>> {
  const target = herdTarget(await startOne(scope, { logs: 'none', ...settings }));
  const spec = { ...SPEC, reports: SPEC.reports * share };
  return async () => (await load([target], spec, { depth: DEPTH })).rate;
}

/** What the journal costs, by what a reply promises; the server without one is measured for each. */
export const journal: Benchmark<Name> = {
  name: 'journal',
  description: 'updates a second with a journal, against the same server without one',
  requires: [],
  measures: {
    received: { unit: 'updates/s', better: 'higher', aim: undefined },
    journaled: { unit: 'updates/s', better: 'higher', aim: undefined },
  },
  a: {
    label: 'IAMAT over 50 connections at depth 16, with acknowledge: received, and with journaled',
    async start(scope, share) {
      const received = await startServer(scope, share, { acknowledge: 'received' });
      const journaled = await startServer(scope, share, { acknowledge: 'journaled' });
      return async () => ({ received: await received(), journaled: await journaled() });
    },
  },
  b: {
    label: 'the same with data: none',
    async start(scope, share) {
      const none = await startServer(scope, share, { data: 'none' });
      return async () => ({ received: await none(), journaled: await none() });
    },
  },
};
