import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { locateOn } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { NatsCluster } from '../support/nats.ts';

test('a report at any server reaches every other over NATS, without links', async () => {
  await using nats = await NatsCluster.start();
  await using herd = await TestHerd.make({
    servers: ['Riley', 'Jaquez', 'Juzang'],
    replication: { engine: 'nats', servers: nats.urls },
  });
  await herd.serveAll();
  for (const server of herd.servers) {
    await using client = await TestClient.connect(herd.clients(server));
    const reply = await client.ask(`IAMAT of-${server} +34.068930-118.445127 1621464827.959498503`);
    for (const other of herd.servers) {
      await using asking = await TestClient.connect(herd.clients(other));
      await eventuallyTrue(`${other} knows what ${server} heard`, async () => {
        return (await locateOn(asking, `of-${server}`)) === reply;
      });
    }
  }
  assert.ok(true);
});
