import { setTimeout as delay } from 'node:timers/promises';
import type { Benchmark, Figures } from './harness/benchmark.ts';
import { freePorts } from './harness/ports.ts';
import { atRest } from './harness/process-usage.ts';
import type { Scope } from './harness/scope.ts';
import { Asker } from './load/asker.ts';
import { CutLine } from './load/cut-line.ts';
import type { Report } from './load/reports.ts';
import { fill, herdTarget, type Target } from './load/target.ts';
import { IN_MEMORY, REDIS, RedisClient, startRedis } from './redis.ts';
import { Herd } from './server.ts';

/** So many clients are known before anything is missed. */
const CLIENTS = 1_000_000;
/** How many reports are missed, each of another client. */
const MISSED = [1, 1_000, CLIENTS] as const;
/** How often a Redis is asked how far it is, in milliseconds. */
const ASK_EVERY_MS = 1;

type Name = `${(typeof MISSED)[number]} missed`;

/** A server, and another one at the end of a line, which is to have all that the first one has. */
interface Followed {
  readonly first: Target;
  readonly follower: Target;
  readonly line: CutLine;
  /** Resolves when the other one has all, of which `lasts` came last. */
  untilFollowed(lasts: readonly Report[]): Promise<void>;
}

/** How long the follower takes to have what it missed while the line was cut, in milliseconds. */
async function miss(followed: Followed, reports: number): Promise<number> {
  const { first, follower, line } = followed;
  const rest = (): Promise<void> => atRest(first.program.pid, follower.program.pid);
  line.cut();
  const lasts = await fill(first, 0, reports);
  await rest();
  const healed = await line.heal();
  await followed.untilFollowed(lasts);
  const took = performance.now() - healed;
  await rest();
  return took;
}

/** Fills both; returns what measures how they catch up. */
async function follow(followed: Followed, share: number): Promise<() => Promise<Figures<Name>>> {
  await followed.line.heal();
  await followed.untilFollowed(await fill(followed.first, 0, CLIENTS * share));
  const part = (missed: number): number => Math.ceil(missed * share);
  return async () => ({
    '1 missed': await miss(followed, part(1)),
    '1000 missed': await miss(followed, part(1_000)),
    '1000000 missed': await miss(followed, part(CLIENTS)),
  });
}

/** Two servers of ours; only one of them reaches the other, through the line. */
async function startLinked(scope: Scope, share: number): Promise<() => Promise<Figures<Name>>> {
  const herd = await Herd.configure(scope, {
    servers: ['Riley', 'Jaquez'],
    links: [['Riley', 'Jaquez']],
  });
  const [nowhere = 0] = await freePorts(1);
  const line = await CutLine.to(scope, herd.portsOf('Riley').peers);
  const riley = await (await herd.reaching('Jaquez', nowhere)).start('Riley');
  const jaquez = await (await herd.reaching('Riley', line.port)).start('Jaquez');
  const asker = await Asker.connect(jaquez.port);
  const [first, follower] = [herdTarget(riley), herdTarget(jaquez)];
  const untilFollowed = (lasts: readonly Report[]): Promise<void> => asker.untilHeld(lasts);
  return follow({ first, follower, line, untilFollowed }, share);
}

async function startReplicated(scope: Scope, share: number): Promise<() => Promise<Figures<Name>>> {
  // A full copy goes out at once, and not after 5 s, in which others may come.
  const settings = [...IN_MEMORY, '--repl-diskless-sync-delay', '0'];
  const first = await startRedis(scope, settings);
  const line = await CutLine.to(scope, first.port);
  const follower = await startRedis(scope, [...settings, '--replicaof', `127.0.0.1 ${line.port}`]);
  const [master, replica] = [
    await RedisClient.connect(first.port),
    await RedisClient.connect(follower.port),
  ];
  const untilFollowed = async (): Promise<void> => {
    const offset = /^master_repl_offset:(\d+)/m;
    const wanted = Number(offset.exec(await master.say('INFO', 'replication'))?.[1]);
    const hasAll = (info: string): boolean =>
      info.includes('master_link_status:up') &&
      Number(/^slave_repl_offset:(\d+)/m.exec(info)?.[1]) >= wanted;
    while (!hasAll(await replica.say('INFO', 'replication'))) await delay(ASK_EVERY_MS);
  };
  return follow({ first, follower, line, untilFollowed }, share);
}

const TIME = { unit: 'ms', better: 'lower', aim: { of: 'ratio', bound: 1 } } as const;

/** How soon a server that was cut off has what it missed, against a Redis's replica. */
export const catchup: Benchmark<Name> = {
  name: 'catchup',
  description: 'until a server that was cut off has what it missed, against a Redis replica',
  requires: [REDIS],
  measures: { '1 missed': TIME, '1000 missed': TIME, '1000000 missed': TIME },
  a: {
    label: `two linked servers of ${CLIENTS} clients, from the first connection after the cut`,
    start: startLinked,
  },
  b: {
    label:
      'a Redis and its replica, alike, both in memory: by partial or by full resynchronization',
    start: startReplicated,
  },
};
