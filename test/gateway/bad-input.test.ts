import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { TestClient } from '../support/client.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { ask, problemIn } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';

/*
 * What comes to a gateway from careless and from hostile callers. Each gets a problem document, and the server
 * goes on for all others.
 */

const gateway = { host: '127.0.0.1', port: 0 };
const PATH = '/v1/clients/kiwi/location';
const JSON_BODY = { 'content-type': 'application/json' };
const NDJSON_BODY = { 'content-type': 'application/x-ndjson' };

/** For all that leaves nothing behind. */
const shared = await OwnServer.start({ gateway });
after(() => shared[Symbol.asyncDispose]());

/** Sends bytes as they are; the status line and the problem in the answer. */
async function sendRaw(server: OwnServer, ...pieces: (string | Uint8Array)[]) {
  await using client = await TestClient.connect(server.gateway);
  for (const piece of pieces) client.send(piece);
  const answer = (await client.readAll()).toString();
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  assert.match(head, /^content-type: application\/problem\+json/im, answer);
  const { type } = JSON.parse(body) as { type: string };
  return { status: Number(head.split(' ')[1]), problem: type.split(':').at(-1) };
}

/** Fails unless both front ends of a server answer. */
async function assertServes(server: OwnServer): Promise<void> {
  await using client = await TestClient.connect(server.clients);
  assert.equal(await client.ask('hi'), '? hi');
  assert.equal((await ask(server.gateway, { path: '/v1/herd' })).status, 200);
}

describe('a body is refused', () => {
  const valid = '{"latitude":1,"longitude":2}';
  const BOMB = Buffer.alloc(20e6);
  const FAST_BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
  for (const [what, headers, body, status, problem] of [
    ['that is no JSON', JSON_BODY, '{"latitude":', 400, 'malformed-json'],
    ['that is empty', JSON_BODY, '', 400, 'malformed-json'],
    ['with a key twice', JSON_BODY, '{"latitude":1,"latitude":2}', 400, 'malformed-json'],
    ['that is deep', JSON_BODY, '[['.repeat(20_000), 400, 'malformed-json'],
    ['that is no UTF-8', JSON_BODY, Buffer.from([0x22, 0xff, 0x22]), 400, 'malformed-json'],
    ['with a prototype', JSON_BODY, '{"__proto__":{"latitude":1}}', 400, 'invalid-request'],
    ['of another type', { 'content-type': 'text/xml' }, valid, 415, 'unsupported-media-type'],
    ['of no type', {}, valid, 415, 'unsupported-media-type'],
    [
      'of another charset',
      { 'content-type': 'application/json; charset=utf-16' },
      valid,
      415,
      'unsupported-media-type',
    ],
    [
      'in an unknown encoding',
      { ...JSON_BODY, 'content-encoding': 'zstd' },
      valid,
      415,
      'unsupported-encoding',
    ],
    [
      'in two encodings',
      { ...JSON_BODY, 'content-encoding': 'gzip, gzip' },
      valid,
      415,
      'unsupported-encoding',
    ],
    [
      'that is not compressed as it says',
      { ...JSON_BODY, 'content-encoding': 'gzip' },
      valid,
      400,
      'malformed-body',
    ],
    [
      'that is cut short in gzip',
      { ...JSON_BODY, 'content-encoding': 'gzip' },
      gzipSync(valid).subarray(0, 15),
      400,
      'malformed-body',
    ],
    [
      'that grows beyond bounds in gzip',
      { ...JSON_BODY, 'content-encoding': 'gzip' },
      gzipSync(BOMB),
      413,
      'body-too-large',
    ],
    [
      'that grows beyond bounds in deflate',
      { ...JSON_BODY, 'content-encoding': 'deflate' },
      deflateSync(BOMB),
      413,
      'body-too-large',
    ],
    [
      'that grows beyond bounds in Brotli',
      { ...JSON_BODY, 'content-encoding': 'br' },
      brotliCompressSync(BOMB, FAST_BROTLI),
      413,
      'body-too-large',
    ],
    [
      'with a half of a surrogate',
      JSON_BODY,
      '{"latitude":1,"longitude":2,"\\ud800":1}',
      400,
      'invalid-request',
    ],
    [
      'with a number beyond all bounds',
      JSON_BODY,
      '{"latitude":1e999,"longitude":2}',
      400,
      'invalid-request',
    ],
    [
      'with a long number',
      JSON_BODY,
      `{"latitude":1,"longitude":2,"time":${'1'.repeat(60_000)}}`,
      400,
      'invalid-request',
    ],
    ['that is a list', JSON_BODY, '[1]', 400, 'invalid-request'],
    [
      'of a type that is none',
      { 'content-type': 'application/json x' },
      valid,
      415,
      'unsupported-media-type',
    ],
    ['of an empty type', { 'content-type': '' }, valid, 415, 'unsupported-media-type'],
    ['that is large', JSON_BODY, Buffer.alloc(70_000, 0x20), 413, 'body-too-large'],
  ] as const) {
    test(what, async () => {
      const reply = await ask(shared.gateway, { method: 'PUT', path: PATH, headers, body });
      assert.deepEqual([reply.status, problemIn(reply)], [status, problem]);
      await assertServes(shared);
    });
  }

  test('that never ends', async () => {
    const head = `PUT ${PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    const reply = await sendRaw(shared, head, ...Array<string>(20).fill(chunk));
    assert.deepEqual(reply, { status: 413, problem: 'body-too-large' });
    await assertServes(shared);
  });

  test('of a type that goes on and on, at once', async () => {
    // By a regular expression that tries all ways to divide the spaces, each of these took a second.
    const headers = { 'content-type': `application/json;charset=utf-8${' '.repeat(15_000)}x` };
    const replies = await Promise.all(
      Array.from({ length: 100 }, () =>
        ask(shared.gateway, { method: 'PUT', path: PATH, headers, body: valid }),
      ),
    );
    for (const reply of replies) assert.equal(problemIn(reply), 'unsupported-media-type');
    await assertServes(shared);
  });
});

describe('what is no HTTP is told', () => {
  for (const [what, bytes, status, problem] of [
    ['a line of the text protocol', 'IAMAT kiwi +1+1 1\r\n\r\n', 400, 'malformed-http'],
    ['a bad header', 'GET / HTTP/1.1\r\nHost: localhost\r\nB ad\r\n\r\n', 400, 'malformed-http'],
    [
      'two lengths',
      'PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'malformed-http',
    ],
    [
      'length and chunks',
      'PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'malformed-http',
    ],
    [
      'a bad chunk',
      `PUT ${PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
      400,
      'malformed-http',
    ],
    [
      'a flood of headers',
      `GET / HTTP/1.1\r\nHost: localhost\r\n${`X: ${'y'.repeat(100)}\r\n`.repeat(200)}\r\n`,
      431,
      'headers-too-large',
    ],
    [
      'a long path',
      `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      431,
      'headers-too-large',
    ],
  ] as const) {
    test(what, async () => {
      assert.deepEqual(await sendRaw(shared, bytes), { status, problem });
      await assertServes(shared);
    });
  }
});

describe('a request is refused', () => {
  for (const [what, path, headers, status, problem] of [
    ['with a path that is no UTF-8', '/v1/clients/%FF', {}, 400, 'invalid-request'],
    ['with a path that is cut short', '/v1/clients/%F', {}, 400, 'invalid-request'],
    ['with a zero byte', '/v1/clients/a%00b%20', {}, 400, 'invalid-request'],
    ['with a long client', `/v1/clients/${'x'.repeat(5000)}`, {}, 400, 'invalid-request'],
    ['with a parameter twice', '/v1/clients?limit=1&limit=2', {}, 400, 'invalid-request'],
    [
      'with a thousand parameters',
      `/v1/clients?${'a=1&'.repeat(1000)}`,
      {},
      400,
      'invalid-request',
    ],
    ['with a prototype', '/v1/clients?__proto__=1', {}, 400, 'invalid-request'],
    [
      'for a type of thousands of kinds',
      '/v1/clients',
      { accept: 'a/b,'.repeat(3000) },
      406,
      'not-acceptable',
    ],
    [
      'with a token that is none',
      '/v1/clients',
      { 'consistency-token': ','.repeat(10_000) },
      400,
      'invalid-request',
    ],
  ] as const) {
    test(what, async () => {
      const reply = await ask(shared.gateway, { path, headers });
      assert.deepEqual([reply.status, problemIn(reply)], [status, problem]);
      await assertServes(shared);
    });
  }
});

describe('a batch', () => {
  const post = (body: string | Uint8Array, headers = {}) =>
    ask(shared.gateway, {
      method: 'POST',
      path: '/v1/locations',
      headers: { ...NDJSON_BODY, ...headers },
      body,
    });

  test('of millions of empty lines is read in passing', async () => {
    const blank = Buffer.alloc(4 * 1024 * 1024, '\r\n');
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => post(gzipSync(blank), { 'content-encoding': 'gzip' })),
    );
    assert.deepEqual(
      replies.map(({ status, bytes }) => [status, bytes.length]),
      replies.map(() => [200, 0]),
    );
  });

  test('of too many lines, and of more than fits, is refused', async () => {
    const lines = await post('{}\n'.repeat(10_001));
    assert.deepEqual([lines.status, problemIn(lines)], [413, 'body-too-large']);
    const bomb = await post(gzipSync(Buffer.alloc(20e6)), { 'content-encoding': 'gzip' });
    assert.deepEqual([bomb.status, problemIn(bomb)], [413, 'body-too-large']);
  });

  test('of lines that are wrong in all ways says of each what is', async () => {
    const body = Buffer.concat([
      Buffer.from(`{\n{"client":"a","client":"b"}\n${'['.repeat(50)}\n"`),
      Buffer.from([0xff]),
      Buffer.from(`"\n${' '.repeat(9000)}{}\n{"client":"kiwi","latitude":1,"longitude":2}`),
    ]);
    const { status, bytes } = await post(body);
    const results = bytes.toString().trim().split('\n');
    const parsed = results.map((line) => JSON.parse(line) as { problem?: { type: string } });
    assert.equal(status, 200);
    assert.deepEqual(
      parsed.map(({ problem }) => problem?.type.split(':').at(-1)),
      [
        'malformed-json',
        'malformed-json',
        'malformed-json',
        'malformed-json',
        'body-too-large',
        undefined,
      ],
    );
  });
});

test('a body that comes in pieces of a byte is a body', async () => {
  const body = '{"latitude":1,"longitude":2}';
  await using client = await TestClient.connect(shared.gateway);
  client.send(
    `PUT ${PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json; charset="UTF-8";\r\n`,
  );
  client.send('Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n');
  for (const byte of body) client.send(`1\r\n${byte}\r\n`);
  client.send('0\r\n\r\n');
  assert.match((await client.readAll()).toString(), /^HTTP\/1\.1 204 /);
});

test('a caller that breaks off in a body, or reads no answers, leaves the others undisturbed', async () => {
  await using server = await OwnServer.start({ gateway });
  {
    await using broken = await TestClient.connect(server.gateway);
    broken.send(
      `PUT ${PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    );
    await using packed = await TestClient.connect(server.gateway);
    packed.send(
      `PUT ${PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 100\r\n\r\n`,
    );
    packed.send(gzipSync('{').subarray(0, 12));
    await assertServes(server);
  }
  await using deaf = await TestClient.connect(server.gateway);
  deaf.socket.pause();
  deaf.send('GET /v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(2000));
  await assertServes(server);
  assert.deepEqual(server.troubles, []);
  const logged = await server.stop();
  assert.deepEqual(
    logged.filter(({ event }) => event === 'http-failed'),
    [],
  );
});

test('bodies that do not fit in memory together wait for another time', async () => {
  const server = shared;
  const size = 4 * 1024 * 1024;
  const head = `POST /v1/locations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: ${size}\r\n\r\n`;
  const clients = await Promise.all(
    Array.from({ length: 17 }, () => TestClient.connect(server.gateway)),
  );
  for (const client of clients) {
    client.send(head);
    client.send(Buffer.alloc(size - 1, 0x20));
  }
  // One of them, since all others may be in memory; which one is chance.
  const first = await Promise.any(clients.map((client) => client.readLine()));
  assert.equal(first, 'HTTP/1.1 503 Service Unavailable\r');
  await assertServes(server);
  await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  await eventuallyTrue('there is room again', async () => {
    const headers = { 'content-type': 'application/x-ndjson' };
    const body = Buffer.alloc(size, 0x20);
    return (
      (await ask(server.gateway, { method: 'POST', path: '/v1/locations', headers, body }))
        .status === 200
    );
  });
});

test('a server that stops answers what has come, and then closes', async () => {
  await using server = await OwnServer.start({ gateway });
  await using idle = await TestClient.connect(server.gateway);
  await using half = await TestClient.connect(server.gateway);
  half.send('GET /v1/herd HTTP/1.1\r\nHost: localhost\r\n\r\n');
  assert.equal(await half.readLine(), 'HTTP/1.1 200 OK\r');
  await server.stop();
  assert.equal((await idle.readAll()).length, 0);
});

describe('where no token is asked for', () => {
  const PAGE = { origin: 'https://else.example', 'sec-fetch-site': 'cross-site' };

  test('a name that a site has made its own is not meant (DNS rebinding)', async () => {
    const { port } = shared.gateway;
    for (const [host, status] of [
      [`127.0.0.1:${port}`, 200],
      [`localhost:${port}`, 200],
      ['herd.localhost', 200],
      [`[::1]:${port}`, 200],
      [`else.example:${port}`, 421],
      ['127.0.0.1.else.example', 421],
      ['localhost.else.example', 421],
    ] as const) {
      const reply = await ask(shared.gateway, { path: '/v1/clients', headers: { host } });
      assert.equal(reply.status, status, host);
      if (status === 421) assert.equal(problemIn(reply), 'wrong-host');
    }
    const headers = { host: 'else.example' };
    assert.equal((await ask(shared.gateway, { path: '/healthz', headers })).status, 200);
  });

  test('a page of another site may not report as a phone', async () => {
    const path = '/in/osmand?id=page&lat=1&lon=2';
    const reply = await ask(shared.gateway, { path, headers: PAGE });
    assert.equal(problemIn(reply), 'forbidden');
    assert.equal((await ask(shared.gateway, { path: '/v1/clients/page' })).status, 404);
  });

  test('an origin that is named may do both', async () => {
    await using server = await OwnServer.start({
      gateway,
      gatewayOrigins: ['https://map.example', 'https://else.example'],
    });
    const path = '/in/osmand?id=page&lat=1&lon=2';
    const headers = { ...PAGE, host: 'map.example' };
    assert.equal((await ask(server.gateway, { path, headers })).status, 200);
    assert.equal((await ask(server.gateway, { path: '/v1/clients/page', headers })).status, 200);
  });
});
