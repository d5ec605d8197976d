import type { Address } from '#src/transport/address.js';
import { setTimeout as delay } from 'node:timers/promises';
import { TestClient } from './client.ts';
import { locateOn } from './commands.ts';
import { isKept, type Answered } from './ledger.ts';

/** How long a server that lacks something is left alone between two looks, in milliseconds. */
const LOOK_EVERY_MS = 20;

/** A promise that a server does not keep. */
export interface Missing {
  readonly server: string;
  readonly client: string;
  /** The `AT` line of the newest report that was answered. */
  readonly promised: string;
  /** What the server says instead; `undefined`: it does not know the client. */
  readonly found: string | undefined;
}

/** Whether every server keeps every promise, and when each was first seen to. */
export interface Convergence {
  /** A moment for each server and client, in milliseconds on the clock of `performance`. */
  readonly seenAt: readonly number[];
  readonly missing: readonly Missing[];
}

interface Servers {
  readonly servers: readonly string[];
  clients(server: string): Address;
}

/** Asks every server for every client until all have what was promised, or `withinMs` have passed. */
export async function converge(
  servers: Servers,
  promised: ReadonlyMap<string, Answered>,
  withinMs: number,
): Promise<Convergence> {
  const deadline = performance.now() + withinMs;
  const each = await Promise.all(
    servers.servers.map((server) => watch(server, servers.clients(server), promised, deadline)),
  );
  return {
    seenAt: each.flatMap(({ seenAt }) => seenAt),
    missing: each.flatMap(({ missing }) => missing),
  };
}

/** Looks at one server. */
async function watch(
  server: string,
  address: Address,
  promised: ReadonlyMap<string, Answered>,
  deadline: number,
): Promise<Convergence> {
  await using connection = await TestClient.connect(address);
  const seenAt: number[] = [];
  let waiting = [...promised];
  for (;;) {
    const missing: Missing[] = [];
    const still: typeof waiting = [];
    for (const [client, answered] of waiting) {
      const found = await locateOn(connection, client);
      if (isKept(answered, found)) {
        seenAt.push(performance.now());
        continue;
      }
      still.push([client, answered]);
      missing.push({ server, client, promised: answered.at, found });
    }
    if (still.length === 0 || performance.now() > deadline) return { seenAt, missing };
    waiting = still;
    await delay(LOOK_EVERY_MS);
  }
}

/** How many misses are reported in full. */
const SHOWN = 10;

/** What is missing, for people: a line each. */
export function showMissing(missing: readonly Missing[]): string {
  const lines = missing.slice(0, SHOWN).map(({ server, client, promised, found }) => {
    return `${server} says of ${client}: ${found ?? 'nothing'}; promised was ${promised}`;
  });
  const more = missing.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}
