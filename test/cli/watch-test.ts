import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import { pathOf } from '#src/cli/commands/watch.js';
import { CliError } from '#src/cli/errors.js';
import { openGateway } from '#src/cli/gateway-client.js';
import { GatewayError } from '#src/cli/gateway-error.js';
import { follow } from '#src/cli/watch/follow.js';
import type { SseEvent } from '#src/client/sse-parser.js';
import { eventually } from '../support/eventually.ts';

test('filters are those of the route', () => {
  assert.equal(pathOf([], {}), '/v1/events');
  assert.equal(
    pathOf(['kiwi', 'e&mu'], { near: '34,-118', radius: '500', geofence: ['a', 'b'], json: true }),
    '/v1/events?client=kiwi&client=e%26mu&near=34%2C-118&radius=500&geofence=a&geofence=b',
  );
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** What answers as a gateway would, in a way that a real one does not when it is wanted. */
async function answering(context: TestContext, answer: Answer): Promise<Server> {
  const server = createServer(answer);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Followed {
  readonly events: SseEvent[];
  readonly notices: string[];
  readonly done: Promise<void>;
  stop(): Promise<void>;
}

async function following(context: TestContext, url: string): Promise<Followed> {
  const gateway = await openGateway({ gateway: url }, {}, '--read CLIENT');
  const stop = new AbortController();
  const events: SseEvent[] = [];
  const notices: string[] = [];
  const done = follow({
    gateway,
    path: '/v1/events',
    signal: stop.signal,
    onEvent: async (event) => void events.push(event),
    onNotice: (notice) => notices.push(notice),
  });
  done.catch(() => undefined); // thrown to who waits for it
  context.after(() => gateway.close());
  return {
    events,
    notices,
    done,
    stop() {
      stop.abort();
      return done;
    },
  };
}

test('a stream that breaks or ends goes on after the last event', async (context) => {
  const asked: (string | undefined)[] = [];
  const server = await answering(context, (request, response) => {
    asked.push(request.headers['last-event-id'] as string | undefined);
    const count = asked.length;
    if (count === 3) {
      response.writeHead(503, { 'content-type': 'application/problem+json' });
      response.end('{"detail":"the journal is being read"}');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: ${count}\n\nid: after-${count}\n\ndata: half`, () => {
      if (count === 1) response.destroy();
      if (count === 2) response.end();
    });
  });
  const followed = await following(context, urlOf(server));
  await eventually('three streams', async () => (followed.events.length === 3 ? true : undefined));
  await followed.stop();
  assert.deepEqual(asked, [undefined, 'after-1', 'after-2', 'after-2']);
  assert.deepEqual(
    followed.events.map(({ data }) => data),
    ['1', '2', '4'],
  );
  const [lost = '', on, problem = '', again] = followed.notices;
  assert.match(lost, /^lost http:\/\/127\.0\.0\.1:\d+: /);
  assert.equal(on, `going on at ${urlOf(server)}`);
  assert.match(problem, /the journal is being read/);
  assert.equal(again, on);
});

test('what no other try would change is an error', async (context) => {
  const server = await answering(context, (_, response) => {
    response.writeHead(400, { 'content-type': 'application/problem+json' });
    response.end('{"detail":"bbox: expected west,south,east,north"}');
  });
  const followed = await following(context, urlOf(server));
  await assert.rejects(followed.done, (error) => {
    assert.ok(error instanceof GatewayError && error instanceof CliError);
    assert.match(error.message, /expected west,south,east,north/);
    return true;
  });
});

test('where no gateway answers at the start, watch fails', async (context) => {
  const server = await answering(context, () => undefined);
  const url = urlOf(server);
  server.close();
  const followed = await following(context, url);
  await assert.rejects(followed.done, /nothing listens there/);
});
