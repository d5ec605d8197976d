import type { Address } from '#src/transport/address.js';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as requestHttp, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { after, test } from 'node:test';
import { accessOptions, TOKENS } from '../support/access.ts';
import { makeCertificate } from '../support/certificate.ts';
import { exchange, TestClient } from '../support/client.ts';
import { brief, WebSocketReader } from '../support/event-source.ts';
import { eventually } from '../support/eventually.ts';
import { ask, put } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';

/* Live updates on a WebSocket: the same as server-sent events, which events.test.ts is about, in another form. */

const gateway = { host: '127.0.0.1', port: 0 };
const HANDSHAKE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};
const HANDSHAKE_LINES = Object.entries(HANDSHAKE)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('');

const server = await OwnServer.start({ gateway, gatewayOrigins: ['https://map.example'] });
after(() => server[Symbol.asyncDispose]());
await exchange(server.clients, 'IAMAT kiwi +1+1 1000\nIAMAT emu +50+2 1000\n');

/** Asks for a WebSocket: the status, and the problem where there is one. */
async function handshake(
  path: string,
  headers: OutgoingHttpHeaders = {},
): Promise<readonly [status: number | undefined, problem: string]> {
  const request = requestHttp({ ...server.gateway, path, headers: { ...HANDSHAKE, ...headers } });
  request.end();
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('upgrade', resolve).once('error', reject);
  });
  const response = await answered;
  if (response.statusCode === 101) {
    response.destroy();
    return [101, ''];
  }
  const [body] = (await once(response, 'data')) as [Buffer];
  const { type = '' } = JSON.parse(body.toString()) as { type?: string };
  return [response.statusCode, type.replace('urn:proxy-herd:problem:', '')];
}

test('a WebSocket has what there is, then what changes, and goes on from a cursor', async () => {
  await using first = await WebSocketReader.open(server.gateway, '/v1/events?name=k*');
  assert.deepEqual((await first.until('ready')).map(brief), ['location kiwi 1 1', 'ready']);
  const cursor = await eventually('a cursor', () => first.lastEventId);
  await exchange(server.clients, 'IAMAT kid +3+1 1000\nIAMAT moa +3+1 1000\n');
  const [event] = await first.take(1);
  const { json } = await ask(server.gateway, { path: '/v1/clients/kid' });
  const withoutAge = (value: unknown): unknown => ({ ...(value as object), ageSeconds: 0 });
  assert.deepEqual(withoutAge(event?.data), withoutAge(json));
  await ask(server.gateway, { method: 'DELETE', path: '/v1/clients/kid' });
  assert.deepEqual((await first.take(1)).map(brief), ['removed kid']);

  const path = `/v1/events?cursor=${encodeURIComponent(cursor)}`;
  await using second = await WebSocketReader.open(server.gateway, path);
  const since = (await second.until('ready')).map(brief);
  assert.deepEqual(since.sort(), ['location moa 3 1', 'ready', 'removed kid']);
  await using old = await WebSocketReader.open(server.gateway, '/v1/events?cursor=1~&client=emu');
  assert.deepEqual((await old.until('ready')).map(brief), ['reset', 'location emu 50 2', 'ready']);
});

test('a WebSocket that is not in order is refused as other requests are', async () => {
  for (const [path, headers, expected] of [
    ['/v1/events', {}, [101, '']],
    ['/v1/events?what=else', {}, [400, 'invalid-request']],
    ['/v1/events', { 'sec-websocket-key': 'short' }, [400, 'invalid-request']],
    ['/v1/events', { 'sec-websocket-version': '7' }, [400, 'invalid-request']],
    ['/v1/nothing', {}, [404, 'no-such-resource']],
    ['/v1/clients/kiwi', {}, [200, '']],
  ] as const) {
    assert.deepEqual(await handshake(path, headers), expected, path);
  }
});

test('the pages of other origins get no WebSocket', async () => {
  const { host, port } = server.gateway;
  for (const [origin, expected] of [
    ['https://map.example', [101, '']],
    [`http://${host}:${port}`, [101, '']],
    ['https://evil.example', [403, 'forbidden']],
    ['null', [403, 'forbidden']],
  ] as const) {
    assert.deepEqual(await handshake('/v1/events', { origin }), expected, origin);
  }
});

/** Asks for a stream on a WebSocket, whose bytes the test then sends and reads itself. */
async function openRaw(address: Address): Promise<TestClient> {
  const raw = await TestClient.connect(address);
  raw.send(`GET /v1/events?client=emu HTTP/1.1\r\nHost: localhost\r\n${HANDSHAKE_LINES}\r\n`);
  assert.equal(await raw.readLine(), 'HTTP/1.1 101 Switching Protocols\r');
  return raw;
}

test('what a caller says on a WebSocket is refused, and others do not notice', async () => {
  await using other = await WebSocketReader.open(server.gateway, '/v1/events?client=emu');
  await other.until('ready');
  for (const [message, code] of [
    ['hello', 1008],
    [Buffer.from([1, 2]), 1008],
    ['x'.repeat(1025), 1009],
  ] as const) {
    await using talker = await WebSocketReader.open(server.gateway, '/v1/events');
    talker.socket.send(message);
    assert.equal((await talker.untilClosed())[0], code);
  }
  await using raw = await openRaw(server.gateway);
  raw.send(Buffer.from([0x81, 0x01, 0x41])); // of a client each frame has to be masked
  const answer = await raw.readAll();
  assert.ok(answer.includes(Buffer.from([0x88, 0x02, 0x03, 0xea])), 'closed with 1002');
  await exchange(server.clients, 'IAMAT emu +51+2 2000\n');
  assert.deepEqual((await other.take(1)).map(brief), ['location emu 51 2']);
  await server.untilLogged({ event: 'http-answered', path: '/v1/events', status: 101 });
});

test('a request that would rather speak HTTP/2 is answered in HTTP/1.1, its body as well', async () => {
  const headers = {
    connection: 'Upgrade, HTTP2-Settings',
    upgrade: 'h2c',
    'http2-settings': 'AAMAAABkAAQCAAAAAAIAAAAA',
  };
  const path = '/v1/clients/moa/location';
  const { status } = await put(server.gateway, path, { latitude: 9, longitude: 1 }, headers);
  assert.equal(status, 204);
  const { json } = await ask(server.gateway, { path: '/v1/clients/moa', headers });
  assert.equal((json as { latitude: number }).latitude, 9);
  // The connection goes on.
  await using raw = await TestClient.connect(server.gateway);
  const question = (connection: string): string =>
    `GET /v1/herd HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nConnection: ${connection}, upgrade\r\n\r\n`;
  raw.send(question('keep-alive'));
  assert.equal(await raw.readLine(), 'HTTP/1.1 200 OK\r');
  while ((await raw.readLine()) !== '\r');
  raw.send(question('close'));
  assert.match(String(await raw.readAll()), /HTTP\/1\.1 200 OK\r\n/);
});

test('where tokens are demanded, a WebSocket is opened with a token or a ticket', async () => {
  const access = accessOptions({ clients: 'never', gateway: 'always' });
  await using guarded = await OwnServer.start({ gateway, access });
  await exchange(guarded.clients, 'IAMAT anna +1+1 1000\nIAMAT ben +2+2 1000\n');
  const headers = { authorization: `Bearer ${TOKENS.share.token}` };
  const { json } = await ask(guarded.gateway, { method: 'POST', path: '/v1/tickets', headers });
  const { ticket } = json as { ticket: string };
  for (const [path, options] of [
    ['/v1/events', { headers }],
    [`/v1/events?ticket=${ticket}`, {}],
  ] as const) {
    await using stream = await WebSocketReader.open(guarded.gateway, path, options);
    assert.deepEqual((await stream.until('ready')).map(brief), ['location anna 1 1', 'ready']);
  }
  for (const [path, status] of [
    ['/v1/events', /401/],
    [`/v1/events?ticket=${ticket}0`, /401/],
    [`/v1/events?ticket=${ticket}&client=ben`, /403/],
  ] as const) {
    await assert.rejects(WebSocketReader.open(guarded.gateway, path), status, path);
  }
  const open = await Promise.all(
    Array.from({ length: 100 }, () => {
      return WebSocketReader.open(guarded.gateway, '/v1/events', { headers });
    }),
  );
  const oneMore = WebSocketReader.open(guarded.gateway, '/v1/events', { headers });
  await assert.rejects(oneMore, /429/, 'more than a token may have');
  await Promise.all(open.map((each) => each[Symbol.asyncDispose]()));
});

test('a WebSocket goes through TLS, and is closed when the server stops', async () => {
  const certificate = makeCertificate('Riley');
  await using secure = await OwnServer.start({ gateway, gatewayCertificate: certificate });
  const trusting = { rejectUnauthorized: false };
  await using stream = await WebSocketReader.open(secure.gateway, '/v1/events', trusting);
  await stream.until('ready');
  await using plain = await OwnServer.start({ gateway });
  await using deaf = await openRaw(plain.gateway);
  await Promise.all([secure.stop(), plain.stop()]);
  assert.deepEqual(await stream.untilClosed(), [1001, 'connect again']);
  await deaf.readAll(); // it does not agree to be closed, and is not waited for
});
