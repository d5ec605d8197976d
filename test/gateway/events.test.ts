import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessOptions, TOKENS } from '../support/access.ts';
import { exchange } from '../support/client.ts';
import { report } from '../support/commands.ts';
import { brief, EventReader } from '../support/event-source.ts';
import { eventually } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { ask, problemIn, put } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';

const gateway = { host: '127.0.0.1', port: 0 };

async function locate(server: OwnServer, client: string, latitude: number): Promise<void> {
  const body = { latitude, longitude: 1, time: Date.now() / 1000 };
  const { status } = await put(server.gateway, `/v1/clients/${client}/location`, body);
  assert.ok(status < 300, String(status));
}

test('a stream has what there is, and then what changes, as the API says it', async () => {
  await using server = await OwnServer.start({ gateway });
  await exchange(server.clients, 'IAMAT kiwi +1+1 1000\nIAMAT emu +2+2 1000\n');
  await using stream = await EventReader.open(server.gateway, '/v1/events');
  const { headers } = stream.response;
  assert.equal(headers['content-type'], 'text/event-stream');
  assert.equal(headers['cache-control'], 'no-store, no-transform');
  const [first, second, ready] = await stream.take(3);
  assert.deepEqual(
    [first, second, ready].map((event) => event && brief(event)),
    ['location kiwi 1 1', 'location emu 2 2', 'ready'],
  );
  const { json } = await ask(server.gateway, { path: '/v1/clients/kiwi' });
  const { ageSeconds, ...location } = json as Record<string, unknown>;
  const { ageSeconds: before, ...streamed } = first?.data ?? {};
  assert.deepEqual(streamed, location);
  assert.ok(Number(before) <= Number(ageSeconds));

  await locate(server, 'kiwi', 3);
  assert.deepEqual((await stream.take(1)).map(brief), ['location kiwi 3 1']);
  await ask(server.gateway, { method: 'DELETE', path: '/v1/clients/kiwi' });
  assert.deepEqual((await stream.take(1)).map(brief), ['removed kiwi']);
});

test('a stream is of those that are asked for', async () => {
  await using server = await OwnServer.start({ gateway });
  await exchange(
    server.clients,
    'IAMAT kiwi +1+1 1000\nIAMAT kid-1 +2+2 1000\nIAMAT kid-2 +50+2 1000\n',
  );
  for (const [query, expected] of [
    ['client=kiwi&client=kid-2', ['location kiwi 1 1', 'location kid-2 50 2']],
    ['name=kid-*', ['location kid-1 2 2', 'location kid-2 50 2']],
    ['bbox=0,40,10,60', ['location kid-2 50 2']],
    ['near=1,1&radius=200000', ['location kiwi 1 1', 'location kid-1 2 2']],
    ['name=k*&bbox=-10,-10,10,10', ['location kiwi 1 1', 'location kid-1 2 2']],
  ] as const) {
    await using stream = await EventReader.open(server.gateway, `/v1/events?${query}`);
    assert.deepEqual((await stream.until('ready')).map(brief), [...expected, 'ready'], query);
  }
  await using around = await EventReader.open(server.gateway, '/v1/events?bbox=0,40,10,60');
  await around.until('ready');
  await locate(server, 'kid-2', 30);
  await locate(server, 'kid-1', 41);
  assert.deepEqual((await around.take(2)).map(brief), ['left kid-2', 'location kid-1 41 1']);
});

test('a stream goes on at another server: what changed meanwhile comes, and nothing else', async () => {
  await using herd = await TestHerd.make({
    servers: ['Riley', 'Jaquez'],
    links: [['Riley', 'Jaquez']],
    hasGateways: true,
  });
  await herd.serveAll();
  const now = (): string => (Date.now() / 1000).toFixed(3);
  await report(herd, 'Riley', 'kiwi', now());
  await report(herd, 'Riley', 'emu', now());
  const first = await EventReader.open(herd.gateway('Riley'), '/v1/events');
  await first.until('ready');
  const cursor = await eventually('a cursor', async () => first.lastEventId);
  await first[Symbol.asyncDispose]();

  await report(herd, 'Jaquez', 'moa', now());
  await report(herd, 'Riley', 'kiwi', now());
  await eventually('Jaquez knows both', async () => {
    const paths = ['/v1/clients/moa', '/v1/clients/kiwi'];
    const answers = await Promise.all(paths.map((path) => ask(herd.gateway('Jaquez'), { path })));
    return answers.every(({ status }) => status === 200) ? true : undefined;
  });
  const headers = { 'last-event-id': cursor };
  await using second = await EventReader.open(herd.gateway('Jaquez'), '/v1/events', headers);
  const events = await second.until('ready');
  const clients = events.map(({ data }) => String(data['client'])).slice(0, -1);
  assert.ok(clients.includes('moa') && !clients.includes('emu'), clients.join());
  assert.ok(!events.some(({ kind }) => kind === 'reset'));
  await report(herd, 'Riley', 'emu', now());
  const seen = new Set(clients);
  while (!seen.has('emu') || !seen.has('kiwi')) {
    const [event] = await second.take(1);
    seen.add(String(event?.data['client']));
  }
});

test('a stream of what is not understood is refused', async () => {
  await using server = await OwnServer.start({ gateway });
  for (const query of [
    'cursor=x',
    'cursor=1~Riley:z',
    'near=1,1',
    'radius=5',
    'bbox=1,2,3',
    'bbox=0,0,1,1&near=1,1&radius=1',
    'client=a%20b',
    'group=nobody',
    'what=else',
  ]) {
    const answer = await ask(server.gateway, { path: `/v1/events?${query}` });
    assert.equal(problemIn(answer), 'invalid-request', query);
  }
  const head = await ask(server.gateway, { method: 'HEAD', path: '/v1/events' });
  assert.equal(head.status, 405);
});

test('where tokens are demanded, a ticket opens a stream of those whom its token may read', async () => {
  await using server = await OwnServer.start({
    gateway,
    access: accessOptions({ clients: 'never', gateway: 'always' }),
  });
  await exchange(server.clients, 'IAMAT anna +1+1 1000\nIAMAT ben +2+2 1000\n');
  const ticketOf = async (token: string): Promise<string> => {
    const headers = { authorization: `Bearer ${token}` };
    const { json } = await ask(server.gateway, { method: 'POST', path: '/v1/tickets', headers });
    return (json as { ticket: string }).ticket;
  };
  const ticket = await ticketOf(TOKENS.share.token);
  await using stream = await EventReader.open(server.gateway, `/v1/events?ticket=${ticket}`);
  assert.deepEqual((await stream.until('ready')).map(brief), ['location anna 1 1', 'ready']);
  for (const query of ['', '?ticket=', `?ticket=${ticket}0`, `?ticket=${TOKENS.share.token}`]) {
    const answer = await ask(server.gateway, { path: `/v1/events${query}` });
    assert.equal(problemIn(answer), 'unauthorized', query);
  }
  const other = await ask(server.gateway, { path: `/v1/events?ticket=${ticket}&client=ben` });
  assert.equal(problemIn(other), 'forbidden');
  const elsewhere = await ask(server.gateway, { path: `/v1/clients/anna?ticket=${ticket}` });
  assert.equal(elsewhere.status, 401, 'it opens nothing but streams');
  const log = JSON.stringify(await server.stop());
  assert.ok(!log.includes(ticket.slice(0, 30)) && !log.includes(TOKENS.share.token));
});

test('a reader that stands still costs nobody anything, and then gets the latest', async () => {
  await using server = await OwnServer.start({ gateway });
  await using slow = await EventReader.open(server.gateway, '/v1/events');
  await slow.until('ready');
  slow.response.pause();
  // Many times what sockets and the stream buffer.
  const ids = Array.from({ length: 500 }, (_, index) => `client-${index}`);
  for (let round = 1; round <= 40; round++) {
    await exchange(
      server.clients,
      ids.map((id) => `IAMAT ${id} +${round}+1 ${1000 + round}\n`).join(''),
    );
  }
  await using quick = await EventReader.open(server.gateway, '/v1/events');
  assert.equal((await quick.until('ready')).length, ids.length + 1);
  slow.response.resume();
  const last = new Map<string, number>();
  let count = 0;
  while (![...ids].every((id) => last.get(id) === 40)) {
    const [event] = await slow.take(1);
    const { client, latitude } = event?.data ?? {};
    assert.ok(Number(latitude) >= (last.get(String(client)) ?? 0), 'never back');
    last.set(String(client), Number(latitude));
    count += 1;
  }
  assert.ok(count < 40 * ids.length, `${count} events: some were never sent`);
});

test('a server that stops ends its streams', async () => {
  await using server = await OwnServer.start({ gateway });
  await using stream = await EventReader.open(server.gateway, '/v1/events');
  await stream.until('ready');
  await server.stop();
  await eventually('the end', async () => (stream.isEnded ? true : undefined));
  assert.ok(stream.response.complete, 'in good order');
});
