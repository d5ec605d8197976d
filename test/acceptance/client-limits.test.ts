import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { exchange, TestClient } from '../support/client.ts';
import { OPEN_SEA } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { OwnServer, type OwnServerSpec } from '../support/own-server.ts';
import { having } from '../support/server-log.ts';
import { pageOf, TestUpstream } from '../support/upstream.ts';
import { NO_CACHE } from '#src/server/small-options.test.js';
import { DEFAULT_CHOICES } from '#src/places/choices.js';

/** Linux alone has more than one address on the loopback interface without further configuration. */
const OTHER_ADDRESSES = process.platform === 'linux';
const MEBIBYTE = 1024 * 1024;

test('connections beyond those of one address are refused, and nobody else is', async () => {
  await using server = await OwnServer.start({ limits: { connectionsPerAddress: 2 } });
  await using first = await TestClient.connect(server.clients);
  await using second = await TestClient.connect(server.clients);
  assert.equal(await second.ask('second'), '? second');
  assert.equal(await refused(server), true);
  const [line] = await server.untilLogged({ event: 'connection-refused' });
  assert.equal(line?.['reason'], 'connectionsPerAddress');
  assert.match(String(line?.['address']), /^127\.0\.0\.1:\d+$/);
  assert.equal(line?.level, 'warn');
  assert.equal(await first.ask('first'), '? first');
  if (OTHER_ADDRESSES) assert.equal(await refused(server, '127.0.0.2'), false);

  first.end();
  assert.deepEqual(await first.readAll(), Buffer.of());
  await eventuallyTrue('its place is free', async () => !(await refused(server)));
});

test('an IPv4 address is one, on a port for both families as well', async (t) => {
  const clients = { host: '::', port: 0 };
  const limits = { connectionsPerAddress: 1 };
  const started = OwnServer.start({ clients, limits }).catch(() => undefined);
  await using server = await started;
  if (server === undefined) return t.skip('no IPv6 here');
  await using client = await TestClient.connect({ ...server.clients, host: '127.0.0.1' });
  assert.equal(await client.ask('first'), '? first');
  const address = { ...server.clients, host: '127.0.0.1' };
  await assert.rejects(async () => {
    await using another = await TestClient.connect(address);
    await another.ask('another');
  });
  await using other = await TestClient.connect({ ...server.clients, host: '::1' });
  assert.equal(await other.ask('other'), '? other');
});

test('connections beyond those in all are refused', { skip: !OTHER_ADDRESSES }, async () => {
  await using server = await OwnServer.start({ limits: { connections: 2 } });
  await using client = await TestClient.connect(server.clients);
  const other = connectFrom('127.0.0.2', server);
  try {
    await once(other, 'connect');
    assert.equal(await refused(server, '127.0.0.3'), true);
    await server.untilLogged({ event: 'connection-refused', reason: 'connections' });
    assert.equal(await client.ask('hello'), '? hello');
  } finally {
    other.destroy();
  }
  await eventuallyTrue('its place is free', async () => !(await refused(server, '127.0.0.3')));
});

test('a flood of refused connections leaves few lines in the log, and their number', async () => {
  await using server = await OwnServer.start({ limits: { connectionsPerAddress: 1 } });
  await using client = await TestClient.connect(server.clients);
  assert.equal(await client.ask('hello'), '? hello');
  for (let i = 0; i < 100; i++) assert.equal(await refused(server), true);
  assert.equal(await client.ask('still'), '? still');
  const events = await server.stop();
  const logged = having(events, { event: 'connection-refused' }).length;
  const leftOut = having(events, { event: 'left-out', of: 'connection-refused' });
  const lines = leftOut.reduce((sum, event) => sum + Number(event['lines']), 0);
  assert.ok(logged < 50, `${logged} lines`);
  assert.equal(logged + lines, 100);
});

test('one that says nothing is closed; one that awaits its reply is not', async () => {
  await using upstream = await TestUpstream.start();
  const spec = { ...placesOf(upstream), limits: { idleMs: 500 } };
  await using server = await OwnServer.start(spec);
  await using asking = await TestClient.connect(server.clients);
  asking.send(`IAMAT kiwi ${OPEN_SEA} 1\nWHATSAT kiwi 1 1\n`);
  assert.match(await asking.readLine(), /^AT Riley /);
  const { response } = await upstream.request(1000);

  await using silent = await TestClient.connect(server.clients);
  assert.deepEqual(await silent.readAll(), Buffer.of());
  const detail = 'nothing was sent for 500 ms';
  await server.untilLogged({ event: 'connection-closed', detail });

  response.end(JSON.stringify(pageOf('Café')));
  assert.match((await asking.readPlaces()).at, /^AT Riley /);
  assert.deepEqual(await asking.readAll(), Buffer.of());
  await server.untilLogged({ event: 'connection-closed', detail }, 2);
});

test('one that leaves its replies unread is closed, and the rest go on', async () => {
  await using server = await OwnServer.start({ limits: { unreadMs: 200 } });
  await using bystander = await TestClient.connect(server.clients);
  const socket = connect(server.clients);
  try {
    socket.on('error', () => undefined);
    socket.write(`${'x'.repeat(4000)}\n`.repeat(10_000));
    await server.untilLogged({
      event: 'connection-closed',
      detail: 'replies were not read for 200 ms',
    });
    assert.equal(await bystander.ask('hello'), '? hello');
  } finally {
    socket.destroy();
  }
});

test('short commands without end are taken no faster than they are answered', async () => {
  await using server = await OwnServer.start({ logFile: undefined });
  const socket = connect(server.clients);
  try {
    const sent = 64 * MEBIBYTE;
    socket.write('a\n'.repeat(sent / 2));
    await untilStuck(socket);
    assert.ok(socket.writableLength > 0, 'all was taken, although no reply was');
  } finally {
    socket.destroy();
  }
});

test('commands in flight are as many as the limit says', async () => {
  await using upstream = await TestUpstream.start();
  const spec = { ...placesOf(upstream), limits: { commandsInFlight: 2 } };
  await using server = await OwnServer.start(spec);
  await using client = await TestClient.connect(server.clients);
  client.send(`IAMAT kiwi ${OPEN_SEA} 1\n`);
  await client.readLine();
  client.send('WHATSAT kiwi 1 1\nWHATSAT kiwi 2 1\nlater\nlast\n');
  const [first] = [await upstream.request(1000), await upstream.request(2000)];
  first.response.end(JSON.stringify(pageOf('Café')));
  await client.readPlaces();
  assert.deepEqual([await client.readLine(), await client.readLine()], ['? later', '? last']);
});

test('commands beyond the rate wait, and each is answered once and in order', async () => {
  const [perSecond, burst, count] = [40, 5, 25];
  await using server = await OwnServer.start({ limits: { rate: { perSecond, burst } } });
  const commands = Array.from({ length: count }, (_, n) => `command ${n}`);
  const begin = performance.now();
  const replies = await exchange(server.clients, commands.join('\n\n'));
  const seconds = (performance.now() - begin) / 1000;
  assert.equal(String(replies), commands.map((command) => `? ${command}\n`).join(''));
  const least = (count - burst) / perSecond;
  assert.ok(seconds > least - 0.01, `${seconds} s`);
});

test('the rate is of an address: its connections share it, and others have theirs', async () => {
  const limits = { rate: { perSecond: 0.001, burst: 3 } };
  await using server = await OwnServer.start({ limits });
  await using one = await TestClient.connect(server.clients);
  await using two = await TestClient.connect(server.clients);
  for (const client of [one, two, one]) assert.equal(await client.ask('hello'), '? hello');
  two.send('beyond\n');
  one.socket.write('x'.repeat(64 * MEBIBYTE));
  if (OTHER_ADDRESSES) {
    const other = connectFrom('127.0.0.2', server);
    other.end('hello\n');
    assert.equal(String(await other.setEncoding('latin1').toArray()), '? hello\n');
  }
  const events = await server.stop(); // at once, although one waits for a token
  assert.equal(having(events, { event: 'commands' }).length, OTHER_ADDRESSES ? 4 : 3);
  assert.deepEqual(await two.readAll(), Buffer.of());
});

test('a client beyond its rate is not read from', async () => {
  const limits = { rate: { perSecond: 0.001, burst: 1 } };
  await using server = await OwnServer.start({ limits });
  await using client = await TestClient.connect(server.clients);
  client.socket.write(Buffer.alloc(64 * MEBIBYTE, 'command\n'));
  assert.equal(await client.readLine(), '? command');
  await untilStuck(client.socket);
  assert.ok(client.socket.writableLength > 0, 'all was taken, although little may be answered');
});

test('with idle framing, silence ends a command that had to wait for its rate', async () => {
  const limits = { rate: { perSecond: 2, burst: 1 } };
  await using server = await OwnServer.start({ framing: 'idle', limits });
  await using client = await TestClient.connect(server.clients);
  client.send('first\nsecond\nlast');
  assert.equal(String(await client.readAll()), '? first\n? second\n? last\n');
});

function placesOf(upstream: TestUpstream): Pick<OwnServerSpec, 'places'> {
  const { url } = upstream.places as { readonly url: string };
  const calls = { deadlineMs: 60_000, atOnce: 16 };
  const provider = {
    provider: 'google-legacy',
    settings: { url },
    key: 'key',
    choices: DEFAULT_CHOICES,
  } as const;
  return { places: { ...provider, calls, cache: NO_CACHE, budget: undefined } };
}

function connectFrom(localAddress: string, { clients }: OwnServer): Socket {
  const socket = connect({ ...clients, localAddress });
  socket.on('error', () => undefined); // a connection that is refused may be reset
  return socket;
}

/** Whether a connection is closed before it is answered. */
async function refused(server: OwnServer, from = '127.0.0.1'): Promise<boolean> {
  const socket = connectFrom(from, server);
  socket.end('may I\n');
  let reply = '';
  socket.setEncoding('latin1').on('data', (text: string) => (reply += text));
  await once(socket, 'close');
  return reply === '';
}

/** Waits until nothing has been taken of what a client sends for a while. */
async function untilStuck(socket: Socket): Promise<void> {
  const enough = 50; // looks, each some 10 ms after the last
  let left = socket.writableLength;
  let looks = 0;
  await eventuallyTrue('the server stops reading', () => {
    looks = socket.writableLength === left ? looks + 1 : 0;
    left = socket.writableLength;
    return looks === enough;
  });
}
