import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { locate, moment, OPEN_SEA, report } from '../support/commands.ts';
import { TestHerd } from '../support/herd.ts';
import { untilLogged } from '../support/server-log.ts';

test('a client that vanishes or resets in the middle of a command disturbs nobody', async () => {
  await using herd = await TestHerd.make({ servers: ['Riley'] });
  await herd.serve('Riley');
  await using bystander = await TestClient.connect(herd.clients('Riley'));
  const at = await bystander.ask(`IAMAT kiwi ${OPEN_SEA} ${moment(0)}`);

  const leave = {
    vanishes: (client: TestClient) => client.socket.destroy(),
    resets: (client: TestClient) => client.socket.resetAndDestroy(),
  };
  let connection = 1;
  for (const [name, go] of Object.entries(leave)) {
    await using client = await TestClient.connect(herd.clients('Riley'));
    client.send(`hello\nIAMAT ${name} ${OPEN_SEA}`);
    assert.equal(await client.readLine(), '? hello');
    go(client);
    connection += 1;
    await untilLogged(herd, 'Riley', { event: 'connection-closed', connection });
    assert.equal(await bystander.ask(`IAMAT ${name}`), `? IAMAT ${name}`);
  }
  assert.equal(await locate(herd, 'Riley', 'kiwi'), at);
});

test('a command that a reset cuts off is not carried out, whole as it may look', async () => {
  await using herd = await TestHerd.make({ servers: ['Riley'] });
  await herd.serve('Riley');
  await using client = await TestClient.connect(herd.clients('Riley'));
  client.send(`hello\nIAMAT kiwi ${OPEN_SEA} 16`);
  assert.equal(await client.readLine(), '? hello');
  client.socket.resetAndDestroy();
  await untilLogged(herd, 'Riley', { event: 'connection-closed', detail: 'read ECONNRESET' });
  assert.equal(await locate(herd, 'Riley', 'kiwi'), undefined);
});

test('clients that come and go by the hundred leave nothing behind', async () => {
  await using herd = await TestHerd.make({ servers: ['Riley'] });
  await herd.serve('Riley');
  const visitors = 300;
  await Promise.all(
    Array.from({ length: visitors }, async (_, visitor) => {
      await using client = await TestClient.connect(herd.clients('Riley'));
      client.send(`IAMAT visitor-${visitor} ${OPEN_SEA} ${moment(0)}\nand`);
      await client.readLine();
    }),
  );
  await untilLogged(herd, 'Riley', { event: 'connection-closed' }, visitors);
  assert.match(await report(herd, 'Riley', 'kiwi', moment(0)), /^AT Riley /);
  const opened = await untilLogged(herd, 'Riley', { event: 'connection-opened' }, visitors + 1);
  assert.equal(new Set(opened.map((event) => event['connection'])).size, visitors + 1);
});

test('a line without end is answered once, and the connection goes on', async () => {
  await using herd = await TestHerd.make({ servers: ['Riley'] });
  await herd.serve('Riley');
  await using client = await TestClient.connect(herd.clients('Riley'));
  const piece = Buffer.alloc(1024 * 1024, 'x');
  for (let sent = 0; sent < 16; sent++) {
    if (!client.socket.write(piece)) await once(client.socket, 'drain');
  }
  assert.equal(await client.ask(''), `? ${'x'.repeat(4096)}`);
  assert.equal(await client.ask('next'), '? next');
});
