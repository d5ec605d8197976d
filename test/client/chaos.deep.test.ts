import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Herd } from '#src/client/index.js';
import { formatAddress } from '#src/transport/address.js';
import { eventuallyTrue } from '../support/eventually.ts';
import { Faults } from '../support/faults.ts';
import { DIAGRAM } from '../support/herd.ts';
import { Ledger } from '../support/ledger.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { pause } from '../support/pause.ts';
import { RelayedHerd } from '../support/relayed-herd.ts';
import { ChaosClient, ChaosSubscriber, numberOf } from './chaos-clients.ts';

/*
 * Clients of the library while servers are killed and stopped, and links cut and frozen: nothing is lost that was
 * confirmed, at any server, and each reads what it wrote.
 */

const CLIENTS = 10;
const SECONDS = 30;
const FAULTS_OF_EACH_KIND = 2;
const SEED = 5;
const PACE = {
  betweenKills: [200, 1500],
  down: [0, 2000],
  betweenStops: [500, 3000],
  stopped: [50, 4500],
  betweenLinkFaults: [100, 1500],
  linkFaulty: [50, 4500],
  killsAtAnyTime: true,
} as const;

/** Does all that to a herd, until there was enough of it. */
async function disturb(
  herd: RelayedHerd,
  signal: AbortSignal,
  isEnough: () => boolean,
): Promise<Readonly<Record<string, number>>> {
  const faults = new Faults(herd, new Ledger(), PACE);
  const faulting = faults.run(SEED);
  const few = (): boolean =>
    !isEnough() || Object.values(faults.counts).some((count) => count < FAULTS_OF_EACH_KIND);
  try {
    await pause(SECONDS * 1000, signal);
    while (few() && (await pause(100, signal)));
  } finally {
    faults.stop();
    await faulting;
  }
  return { ...faults.counts };
}

/** Waits until a server has what was confirmed to each of these clients. */
async function untilKept(url: string, clients: readonly ChaosClient[]): Promise<void> {
  await using herd = new Herd({ servers: [url], deadlineMs: PATIENCE_MS });
  for (const { name, confirmed } of clients) {
    await eventuallyTrue(`${url} has report ${confirmed} of ${name}`, async () => {
      const location = await herd.locate(name);
      return location !== undefined && numberOf(location) >= confirmed;
    });
  }
}

test(`${SECONDS} s of faults lose nothing that the library said is confirmed`, async (t) => {
  const { servers, links = [] } = DIAGRAM;
  const settings = { acknowledge: 'journaled', data: './data', logs: 'none' };
  await using herd = await RelayedHerd.make({ servers, links, settings, hasGateways: true });
  await herd.serveAll();
  const urls = servers.map((name) => `http://${formatAddress(herd.gateway(name))}`);
  const clients = Array.from({ length: CLIENTS }, (_, index) => {
    const at = index % urls.length;
    return new ChaosClient([...urls.slice(at), ...urls.slice(0, at)], index, SEED);
  });
  const subscriber = new ChaosSubscriber(urls);
  try {
    const counts = await disturb(herd, t.signal, () => subscriber.servers.size > 1);
    await Promise.all(clients.map((client) => client.stop()));
    assert.deepEqual(herd.crashes, []);
    for (const url of urls) await untilKept(url, clients);
    await subscriber.settle(clients);
    const confirmed = clients.reduce((sum, client) => sum + client.confirmed, 0);
    const answered = clients.reduce((sum, client) => sum + client.answered, 0);
    const troubles = clients.flatMap((client) => client.troubles);
    t.diagnostic(JSON.stringify({ ...counts, confirmed, answered, troubles }));
    assert.ok(confirmed > CLIENTS && answered > CLIENTS);
  } finally {
    await Promise.all([...clients, subscriber].map((each) => each[Symbol.asyncDispose]()));
  }
});
