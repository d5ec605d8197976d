import { setTimeout as delay } from 'node:timers/promises';
import type { Benchmark, Figures } from './harness/benchmark.ts';
import type { Scope } from './harness/scope.ts';
import { Asker } from './load/asker.ts';
import { Conversation } from './load/conversation.ts';
import type { Report } from './load/reports.ts';
import { fill, herdTarget } from './load/target.ts';
import { IN_MEMORY, REDIS, RedisClient, startRedis } from './redis.ts';
import { configureOne, READY, type Herd } from './server.ts';

const CLIENTS = 1_000_000;
/** A machine that was busy with much else has taken 38 s. */
const START_WITHIN_MS = 100_000;
const REPORT_EVERY_MS = 20;

type Compared = 'empty' | 'full';
type Name = Compared | 'listening' | 'served' | 'wait';

/**
 * A server's start, in milliseconds. It ends with the ready line, which is printed once all ports
 * listen: the line wakes this process at that moment, while trying to connect again and again would
 * take time from the server's own start and find the moment only as exactly as it tries often. That
 * the client port does accept is checked after the clock has stopped.
 */
async function startEmpty(herd: Herd): Promise<number> {
  const started = performance.now();
  const server = herd.spawn('Riley');
  await server.prints(READY);
  const took = performance.now() - started;
  (await Conversation.connect(herd.portsOf('Riley').clients)).close();
  await server.stop();
  return took;
}

/** The start of a server with a large journal, and how clients fare meanwhile; milliseconds. */
async function startFull(herd: Herd, lasts: readonly Report[]) {
  const started = performance.now();
  const since = (): number => performance.now() - started;
  const program = herd.spawn('Riley');
  const listening = program.prints(READY, START_WITHIN_MS).then(since);
  const { clients } = herd.portsOf('Riley');
  const reporter = await Conversation.connectSoon(clients);
  const asker = await Asker.connect(clients);
  try {
    await report(reporter);
    const served = since();
    const done = new AbortController();
    const [wait, full] = await Promise.all([
      longestWait(reporter, done.signal),
      untilReplayed(asker)
        .then(since)
        .finally(() => done.abort()),
    ]);
    await asker.untilHeld(lasts);
    return { full, listening: await listening, served, wait };
  } finally {
    reporter.close();
    asker.close();
    await program.stop();
  }
}

/** Waits for the answer about a client that nobody knows: it comes once all that are known are in memory. */
async function untilReplayed(asker: Asker): Promise<void> {
  const reply = await asker.ask('WHATSAT nobody 1 1\n');
  if (!reply.startsWith('? ')) throw new Error(`nobody is known: ${reply}`);
}

/** Reports a client, and returns how long the reply took. */
async function report(reporter: Conversation): Promise<number> {
  const asked = performance.now();
  const seconds = (Date.now() / 1000).toFixed(3);
  const iamat = `IAMAT newcomer +34.068930-118.445127 ${seconds}\n`;
  const reply = await reporter.exchange(iamat, (text) => text.endsWith('\n'));
  if (!reply.startsWith('AT ')) throw new Error(`a report was refused: ${reply}`);
  return performance.now() - asked;
}

/** Reports again and again; returns the longest wait. */
async function longestWait(reporter: Conversation, signal: AbortSignal): Promise<number> {
  let longest = 0;
  while (!signal.aborted) {
    const wait = await report(reporter);
    longest = Math.max(longest, wait);
    await delay(Math.max(0, REPORT_EVERY_MS - wait));
  }
  return longest;
}

async function startOurs(scope: Scope, share: number): Promise<() => Promise<Figures<Name>>> {
  const empty = await configureOne(scope);
  const full = await configureOne(scope);
  const server = await full.start('Riley');
  const clients = CLIENTS * share;
  const lasts = await fill(herdTarget(server), 0, clients);
  await server.program.stop();
  return async () => ({
    empty: await startEmpty(empty),
    ...(await startFull(full, lasts)),
  });
}

async function startOthers(scope: Scope, share: number): Promise<() => Promise<Figures<Compared>>> {
  const folder = scope.folder();
  const clients = CLIENTS * share;
  const filled = await startRedis(scope, IN_MEMORY, folder);
  await fill(filled, 0, clients);
  const client = await RedisClient.connect(filled.port);
  await client.say('SAVE');
  client.close();
  await filled.program.stop();
  return async () => {
    const started = performance.now();
    await scope.spawn(process.execPath, ['-e', '0']).succeeds();
    const empty = performance.now() - started;
    return { empty, full: await startFilledRedis(scope, folder, clients) };
  };
}

/** The start of a Redis that finds its file; milliseconds. */
async function startFilledRedis(scope: Scope, folder: string, clients: number): Promise<number> {
  const { took, port, program } = await startRedis(scope, IN_MEMORY, folder);
  const client = await RedisClient.connect(port);
  const found = await client.say('ZCARD', 'clients');
  client.close();
  await program.stop();
  if (found !== String(clients)) throw new Error(`Redis has ${found} of ${clients} clients`);
  return took;
}

const TIME = { unit: 'ms', better: 'lower', aim: undefined } as const;

/** How long a server takes from its start until it serves, new and with a large journal. */
export const startup: Benchmark<Name, Compared> = {
  name: 'startup',
  description: 'from starting a server until it listens, and until a large journal is in memory',
  requires: [REDIS],
  measures: {
    empty: { ...TIME, aim: { of: 'ratio', bound: 8 } },
    full: { ...TIME, aim: { of: 'ratio', bound: 1 } },
    listening: { ...TIME, aim: { of: 'figure', bound: 300 } },
    served: TIME,
    wait: TIME,
  },
  a: {
    label: `proxy-herd serve Riley, from spawn to its ready line, with nothing; until ${CLIENTS} clients are in memory`,
    start: startOurs,
  },
  b: {
    label:
      'empty: node -e 0, from spawn to exit; full: a Redis that loads an RDB of the same clients',
    start: startOthers,
  },
};
