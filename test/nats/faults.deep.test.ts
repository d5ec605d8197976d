import assert from 'node:assert/strict';
import { writeFile, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, test } from 'node:test';
import { parse, stringify } from 'yaml';
import type { LinkPair } from '#src/replication/topology.js';
import { TestClient } from '../support/client.ts';
import { locate } from '../support/commands.ts';
import { converge } from '../support/convergence.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestHerd, type HerdSpec } from '../support/herd.ts';
import { Ledger } from '../support/ledger.ts';
import { Load } from '../support/load.ts';
import { NatsCluster } from '../support/nats.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import type { TestProcess } from '../support/process.ts';
import { untilLogged } from '../support/server-log.ts';

const SERVERS = ['Riley', 'Jaquez', 'Juzang'];
const LINKS: readonly LinkPair[] = [
  ['Riley', 'Jaquez'],
  ['Jaquez', 'Juzang'],
];
const LOAD = { clients: 30, mostThinkMs: 20, churn: 0.003, patienceMs: 1000, seed: 5 };
/** For how long there is a load before and after a fault, in milliseconds: some hundred reports. */
const BESIDE_MS = 1000;

/** What is done to a herd under load. */
interface Scene {
  readonly nats: NatsCluster;
  readonly herd: TestHerd;
  readonly processes: Map<string, TestProcess>;
}

/** Has clients report while something is done, and fails where anything that was answered is missing at any server. */
async function underLoad(
  replicas: number,
  spec: Partial<HerdSpec>,
  act: (scene: Scene) => Promise<void>,
): Promise<void> {
  await using nats = await NatsCluster.start(replicas);
  await using herd = await TestHerd.make({
    servers: SERVERS,
    replication: { engine: 'nats', servers: nats.urls, replicas },
    data: 'none',
    ...spec,
  });
  const processes = await herd.serveAll();
  for (const server of herd.servers) await untilLogged(herd, server, { event: 'nats-up' });
  const ledger = new Ledger();
  const mayBeUnpromised = spec.acknowledge === 'replicated';
  const load = new Load(herd, ledger, { ...LOAD, mayBeUnpromised });
  try {
    await delay(BESIDE_MS);
    await act({ nats, herd, processes });
    await delay(BESIDE_MS);
  } finally {
    await load.stop();
  }
  assert.ok(ledger.answers > 0);
  const { missing } = await converge(herd, ledger.snapshot(), PATIENCE_MS);
  assert.deepEqual(missing, []);
}

describe('on NATS, nothing that was answered is lost', () => {
  test('when the only NATS server is killed and comes back', () =>
    underLoad(1, {}, async ({ nats, herd }) => {
      await nats.kill(0);
      await untilLogged(herd, 'Riley', { event: 'nats-down' });
      await delay(BESIDE_MS); // servers answer from memory
      await nats.startServer(0);
    }));

  test('when it stands still for a while', () =>
    underLoad(1, {}, async ({ nats }) => {
      nats.signal(0, 'SIGSTOP');
      await delay(3 * BESIDE_MS);
      nats.signal(0, 'SIGCONT');
    }));

  test('when each of three NATS servers is killed in turn', () =>
    underLoad(3, { acknowledge: 'replicated' }, async ({ nats }) => {
      for (let index = 0; index < nats.size; index++) {
        await nats.kill(index);
        await delay(BESIDE_MS);
        await nats.startServer(index);
        await nats.waitUntilReady();
      }
    }));

  test('when two of three are lost, with the quorum, and come back', () =>
    underLoad(3, {}, async ({ nats }) => {
      await nats.kill(0);
      await nats.kill(1);
      await delay(2 * BESIDE_MS);
      await nats.startServer(0);
      await nats.startServer(1);
      await nats.waitUntilReady();
    }));

  test('when one of three NATS servers is lost for good', () =>
    underLoad(3, { acknowledge: 'replicated' }, async ({ nats }) => {
      await nats.kill(0);
    }));

  test('when servers that keep nothing are killed one after the other', () =>
    underLoad(1, { acknowledge: 'replicated' }, async ({ herd, processes }) => {
      for (const server of SERVERS) {
        processes.get(server)?.signal('SIGKILL');
        await processes.get(server)?.exited;
        processes.set(server, await herd.serve(server));
      }
    }));

  test('when a herd moves from links to NATS and back, one server at a time', async () => {
    await using nats = await NatsCluster.start();
    await using herd = await TestHerd.make({ servers: SERVERS, links: LINKS, data: 'none' });
    const processes = await herd.serveAll();
    const ledger = new Ledger();
    const load = new Load(herd, ledger, LOAD);
    const replication = { engine: 'nats', servers: nats.urls };
    const steps: Readonly<Record<string, unknown>>[] = [
      { links: LINKS, replication },
      { replication },
      { links: LINKS, replication },
      { links: LINKS },
    ];
    try {
      for (const step of steps) {
        await configure(herd, step);
        for (const server of herd.servers) {
          processes.get(server)?.signal('SIGTERM');
          await processes.get(server)?.exited;
          processes.set(server, await herd.serve(server));
          await eventuallyTrue(`${server} has caught up`, () => hasAll(herd, server, ledger));
        }
      }
    } finally {
      await load.stop();
    }
    const { missing } = await converge(herd, ledger.snapshot(), PATIENCE_MS);
    assert.deepEqual(missing, []);
  });
});

/** Whether a server has what was promised a moment ago. */
async function hasAll(herd: TestHerd, server: string, ledger: Ledger): Promise<boolean> {
  const one = { servers: [server], clients: (name: string) => herd.clients(name) };
  const { missing } = await converge(one, ledger.snapshot(), PATIENCE_MS);
  return missing.length === 0;
}

/** Writes the configuration anew, with these links and this replication. */
async function configure(herd: TestHerd, step: Readonly<Record<string, unknown>>): Promise<void> {
  const before = parse(await readFile(herd.configFile, 'utf8')) as Record<string, unknown>;
  await writeFile(
    herd.configFile,
    stringify({ ...before, links: [], replication: { engine: 'flood' }, ...step }),
  );
}

test('with acknowledge: replicated, reports are refused while NATS is away, and accepted again', async () => {
  await using nats = await NatsCluster.start();
  await using herd = await TestHerd.make({
    servers: ['Riley'],
    replication: { engine: 'nats', servers: nats.urls },
    acknowledge: 'replicated',
  });
  await herd.serve('Riley');
  await using client = await TestClient.connect(herd.clients('Riley'));
  const command = 'IAMAT kiwi +34.068930-118.445127 1621464827.959498503';
  assert.match(await client.ask(command), /^AT Riley /);
  await nats.kill(0);
  const later = `${command.slice(0, -1)}4`;
  assert.equal(await client.ask(later), `? ${later}`);
  await nats.startServer(0);
  await eventuallyTrue('reports are accepted again', async () =>
    (await client.ask(`${command.slice(0, -1)}5`)).startsWith('AT Riley '),
  );
});

test('a server that is asked to stop while NATS does not answer ends all the same', async () => {
  await using nats = await NatsCluster.start();
  await using herd = await TestHerd.make({
    servers: ['Riley'],
    replication: { engine: 'nats', servers: nats.urls },
  });
  nats.signal(0, 'SIGSTOP');
  const riley = await herd.serve('Riley');
  riley.signal('SIGTERM');
  await untilLogged(herd, 'Riley', { event: 'stop' });
  nats.signal(0, 'SIGCONT'); // it has the connection of a server that has stopped
  assert.deepEqual(await riley.exited, { code: 0, signal: null });
});

test('a stream that somebody deletes is made again, with all that the servers have', async () => {
  await using nats = await NatsCluster.start();
  await using herd = await TestHerd.make({
    servers: ['Riley', 'Jaquez'],
    replication: { engine: 'nats', servers: nats.urls, partitions: 2 },
    data: 'none',
  });
  await herd.serve('Riley');
  await using client = await TestClient.connect(herd.clients('Riley'));
  const at = await client.ask('IAMAT kiwi +34.068930-118.445127 1621464827.959498503');
  await nats.deleteStreams();
  await eventuallyTrue('the streams have it again', async () => (await nats.messages()) === 1);
  await herd.serve('Jaquez');
  await eventuallyTrue('one that starts anew gets it', async () => {
    return (await locate(herd, 'Jaquez', 'kiwi')) === at;
  });
});

test('with acknowledge: replicated, reports are refused while there is no quorum', async () => {
  await using nats = await NatsCluster.start(3);
  await using herd = await TestHerd.make({
    servers: ['Riley'],
    replication: { engine: 'nats', servers: nats.urls, replicas: 3, partitions: 1 },
    acknowledge: 'replicated',
  });
  await herd.serve('Riley');
  await using client = await TestClient.connect(herd.clients('Riley'));
  const command = (n: number): string => `IAMAT kiwi +34.068930-118.445127 162146482${n}`;
  assert.match(await client.ask(command(1)), /^AT Riley /);
  await nats.kill(0);
  await nats.kill(1);
  assert.equal(await client.ask(command(2)), `? ${command(2)}`);
  await nats.startServer(0);
  await nats.waitUntilReady();
  await eventuallyTrue('reports are accepted again', async () =>
    (await client.ask(command(3))).startsWith('AT Riley '),
  );
});
