import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { locate, moment, OPEN_SEA } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestFolder } from '../support/folder.ts';
import { TestHerd } from '../support/herd.ts';
import { NatsCluster } from '../support/nats.ts';
import { untilLogged } from '../support/server-log.ts';
import { SmallDisk } from '../support/small-disk.ts';

const CLIENTS = 2000;

test('while the disk of NATS is full servers go on from memory, say so, and store what they have when there is room', async (t) => {
  await using folder = await TestFolder.make();
  const disk = await SmallDisk.mount(join(folder.path, 'disk'), 16);
  if (typeof disk === 'string') return t.skip(disk);
  await using mounted = disk;
  await using nats = await NatsCluster.start(1, { dataFolder: mounted.folder });
  await using herd = await TestHerd.make({
    servers: ['Riley', 'Jaquez'],
    replication: { engine: 'nats', servers: nats.urls, partitions: 2 },
    data: 'none',
  });
  await herd.serveAll();
  await using client = await TestClient.connect(herd.clients('Riley'));
  const report = (n: number, time: number): Promise<string> =>
    client.ask(`IAMAT client-${n} ${OPEN_SEA} ${moment(time)}`);
  await report(0, 0);
  await eventuallyTrue('it is stored', async () => (await nats.messages()) === 1);
  await mounted.fill();
  for (let n = 0; n < CLIENTS; n++) assert.match(await report(n, 1), /^AT Riley /);
  await untilLogged(herd, 'Riley', { event: 'nats-failed', code: 'store' });
  const last = await report(0, 2);
  assert.match(last, /^AT Riley /);
  assert.equal(await locate(herd, 'Riley', 'client-0'), last);
  await mounted.free();
  // NATS 2.9 does not go on by itself when its disk has room again.
  await nats.kill(0);
  await nats.startServer(0);
  await eventuallyTrue(
    'Jaquez has it',
    async () => (await locate(herd, 'Jaquez', 'client-0')) === last,
  );
  await untilLogged(herd, 'Riley', { event: 'nats-recovered' });
  await eventuallyTrue('all is stored', async () => (await nats.messages()) === CLIENTS);
});
