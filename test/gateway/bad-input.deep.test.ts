import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { OPEN_SEA } from '../support/commands.ts';
import { eventually } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { ask } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';
import { having } from '../support/server-log.ts';

const JSON_HEAD =
  'PUT /v1/clients/kiwi/location HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

test('callers that are slow on purpose are answered with 408, and nobody notices', async () => {
  await using server = await OwnServer.start({ gateway: { host: '127.0.0.1', port: 0 } });
  const openings = {
    headers: 'GET /v1/herd HTTP/1.1\r\nHost: localhost\r\n',
    body: `${JSON_HEAD}Content-Length: 60000\r\n\r\n`,
    chunks: `${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n`,
  };
  const drops = { headers: 'X: y\r\n', body: ' ', chunks: '1\r\n \r\n' };
  const answers = await Promise.all(
    (['headers', 'body', 'chunks'] as const).map(async (kind) => {
      await using client = await TestClient.connect(server.gateway);
      client.send(openings[kind]);
      const timer = setInterval(() => client.send(drops[kind]), 500);
      try {
        return (await client.readAll()).toString();
      } finally {
        clearInterval(timer);
      }
    }),
  );
  for (const answer of answers) {
    assert.match(answer, /^HTTP\/1\.1 408 /);
    assert.match(answer, /urn:proxy-herd:problem:request-timeout/);
  }
  assert.equal((await ask(server.gateway, { path: '/v1/herd' })).status, 200);
  assert.deepEqual(having(await server.stop(), { event: 'http-failed' }), []);
});

/** How many ask for a stream. */
const SUBSCRIBERS = 10_000;
/** How many of them get one. */
const STREAMS = 5_000;
/** What a stream may take: its connection, in Node and in the hub, and room for the garbage of ten thousand requests. */
const STREAM_KIB = 60;

test('of ten thousand subscribers half are served, and the herd goes on as without them', async () => {
  await using herd = await TestHerd.make({ servers: ['Riley'], hasGateways: true });
  const { pid } = await herd.serve('Riley');
  const gateway = herd.gateway('Riley');
  await ask(gateway, { path: '/v1/herd' });
  const before = await residentKib(pid);
  const clients: TestClient[] = [];
  try {
    const statuses = new Map<string, number>();
    for (let n = 0; n < SUBSCRIBERS; n += 100) {
      const some = await Promise.all(
        Array.from({ length: 100 }, () => TestClient.connect(gateway)),
      );
      clients.push(...some);
      for (const client of some)
        client.send('GET /v1/events?client=kiwi HTTP/1.1\r\nHost: localhost\r\n\r\n');
      for (const client of some) {
        const [, status = ''] = (await client.readLine()).split(' ');
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status !== '200') await client[Symbol.asyncDispose]();
      }
    }
    assert.deepEqual(Object.fromEntries(statuses), { 200: STREAMS, 503: SUBSCRIBERS - STREAMS });
    const grown = (await residentKib(pid)) - before;
    assert.ok(grown < STREAMS * STREAM_KIB, `${grown} KiB more`);

    await using reporter = await TestClient.connect(herd.clients('Riley'));
    for (let n = 1; n <= 2000; n++) {
      assert.match(await reporter.ask(`IAMAT emu ${OPEN_SEA} ${n}`), /^AT Riley /);
    }
    assert.equal((await ask(gateway, { path: '/v1/clients/emu' })).status, 200);
    // Now one is reported that all of them wait for.
    await reporter.ask(`IAMAT kiwi ${OPEN_SEA} 1`);
    await Promise.all(
      clients
        .filter(({ socket }) => !socket.destroyed)
        .map(async (client) => {
          while (!(await client.readLine()).startsWith('data: {"client":"kiwi"'));
        }),
    );
  } finally {
    await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  }
  await eventually('there is room again', async () => {
    const { status } = await ask(gateway, { path: '/v1/events' });
    return status === 200 || undefined;
  });
});

/** The memory of a process, in KiB. */
async function residentKib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
}
