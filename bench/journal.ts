import type { Benchmark } from './harness/benchmark.ts';
import type { Scope } from './harness/scope.ts';
import { IamatLoad } from './iamat-load.ts';
import { configureServer, spawnServer } from './server.ts';

/** A second or two of work. */
const UPDATES = 100_000;

type Name = 'received' | 'journaled';

/** Starts a server without a log, which would cost both sides alike, and returns what loads it. */
async function startServer(scope: Scope, settings: string): Promise<() => Promise<number>> {
  const server = await configureServer(scope, `logs: none\n${settings}`);
  await spawnServer(scope, server).prints(/^ready: /m);
  let runs = 0;
  return () => {
    runs += 1;
    return new IamatLoad('Riley', runs, UPDATES).run(server.port);
  };
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
    async start(scope) {
      const received = await startServer(scope, 'acknowledge: received\n');
      const journaled = await startServer(scope, 'acknowledge: journaled\n');
      return async () => ({ received: await received(), journaled: await journaled() });
    },
  },
  b: {
    label: 'the same with data: none',
    async start(scope) {
      const none = await startServer(scope, 'data: none\n');
      return async () => ({ received: await none(), journaled: await none() });
    },
  },
};
