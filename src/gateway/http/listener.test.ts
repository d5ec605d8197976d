import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { text } from 'node:stream/consumers';

import { HttpListener, type HttpHandlers } from './listener.ts';

const UPGRADE = 'Connection: upgrade\r\nUpgrade: websocket\r\n';

/** A listener whose answers are loaded when the test says so. */
async function listening(t: TestContext) {
  let load: (handlers: HttpHandlers) => void = () => assert.fail('nothing is loaded yet');
  const handlers = new Promise<HttpHandlers>((resolve) => (load = resolve));
  let loads = 0;
  const listener = new HttpListener(undefined, () => {
    loads++;
    return handlers;
  });
  t.after(() => listener.close(0));
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
  return {
    server: listener.server,
    load,
    loads: () => loads,
    /** Sends a request, and resolves to all that comes until the connection ends. */
    ask: (path: string, headers = 'Connection: close\r\n'): Promise<string> => {
      const socket = connect(port, '127.0.0.1');
      socket.write(`GET ${path} HTTP/1.1\r\nHost: herd\r\n${headers}\r\n`);
      return text(socket);
    },
  };
}

test('requests that come before what answers is loaded wait for it', async (t) => {
  const { server, ask, load, loads } = await listening(t);
  const arrived = new Promise<void>((resolve) => {
    let count = 0;
    server.on('request', () => ++count === 2 && resolve());
  });
  const answers = Promise.all([ask('/one'), ask('/two')]);
  await arrived;
  load({
    answer: ({ url }, response) => response.end(`for ${url}`),
    upgrade: () => assert.fail('it is a request of HTTP'),
  });
  const [one, two] = await answers;
  assert.match(one, /for \/one$/);
  assert.match(two, /for \/two$/);
  assert.match(await ask('/three'), /for \/three$/);
  assert.equal(loads(), 1);
});

test('a request for another protocol waits as well', async (t) => {
  const { server, ask, load } = await listening(t);
  const arrived = new Promise((resolve) => server.once('upgrade', resolve));
  const answer = ask('/', UPGRADE);
  await arrived;
  load({
    answer: () => assert.fail('it is no request of HTTP'),
    upgrade: ({ url, socket }) => void socket.end(`switched for ${url}`),
  });
  assert.equal(await answer, 'switched for /');
});

test('a request for another protocol ahead of an answer ends its connection', async (t) => {
  const { ask, load } = await listening(t);
  const answer = ask('/', `\r\nGET / HTTP/1.1\r\nHost: herd\r\n${UPGRADE}`);
  load({
    answer: () => undefined,
    upgrade: () => assert.fail('it is not taken'),
  });
  assert.equal(await answer, '');
});
