import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';

import { HttpClient } from '#src/places/http/http-client.js';
import { AnsweringUpstream } from './answering-upstream.ts';
import { PATIENT_MS, untilAnswered } from './contract/asking.ts';

/** A proxy that takes everybody to one place, and notes where they wanted to go. */
async function startProxy(t: TestContext, to: AnsweringUpstream) {
  const wanted: string[] = [];
  const sockets = new Set<Socket>();
  const refuse: RequestListener = (request, response) => {
    wanted.push(request.url ?? '');
    response.writeHead(501).end();
  };
  const proxy = createServer(refuse);
  proxy.on('connect', ({ url = '' }, client: Socket) => {
    wanted.push(url);
    const upstream = connect(Number(new URL(to.url).port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  return { wanted, url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
}

const VARIABLES = [
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
];

/** Sets the variables that name proxies, and nothing else of the environment, until the test ends. */
function setEnvironment(t: TestContext, values: Readonly<Record<string, string>>): void {
  const before = VARIABLES.map((name) => [name, process.env[name]] as const);
  for (const name of VARIABLES) delete process.env[name];
  Object.assign(process.env, values);
  t.after(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
}

async function ask(t: TestContext, url: string): Promise<string> {
  const http = new HttpClient({ connections: 1, connectMs: PATIENT_MS });
  t.after(() => http.close());
  const request = { url: new URL(url), method: 'GET', headers: {} } as const;
  return (await http.ask(request, untilAnswered())).text;
}

test('an upstream is reached by the proxy of the environment, but for those that need none', async (t) => {
  await using upstream = await AnsweringUpstream.start((_request, response) => response.end('hi'));
  const proxy = await startProxy(t, upstream);
  setEnvironment(t, { HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1' });
  assert.equal(await ask(t, 'http://upstream.invalid/places'), 'hi');
  assert.deepEqual(proxy.wanted, ['upstream.invalid:80']);
  assert.equal(await ask(t, `${upstream.url}/places`), 'hi');
  assert.equal(proxy.wanted.length, 1);
  assert.deepEqual(
    upstream.asked.map(({ pathname }) => pathname),
    ['/places', '/places'],
  );
});
