import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import { benchFailures } from '#src/cli/bench/bench-report.js';
import { removeClients } from '#src/cli/bench/remove-clients.js';
import { runLoad, type Loaded, type LoadPlan } from '#src/cli/bench/run-load.js';
import { openGateway } from '#src/cli/gateway-client.js';
import type { Address } from '#src/transport/address.js';
import { accessOptions } from '../support/access.ts';
import { ask } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';

const CLIENTS = Array.from({ length: 20 }, (_, n) => `bench-${n}`);
const PLAN: LoadPlan = {
  clients: CLIENTS,
  depth: 5,
  ratePerSecond: undefined,
  questionShare: 0,
  durationMs: Infinity,
  count: 500,
  deadlineMs: 60_000,
};
const NEVER = new Promise<never>(() => undefined);

/** Makes a load over four connections. */
async function load(
  address: Address,
  plan: LoadPlan,
  stopped: Promise<unknown> = NEVER,
): Promise<Loaded> {
  const sockets = Array.from({ length: 4 }, () => connect({ ...address, allowHalfOpen: true }));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  return runLoad(sockets, plan, stopped, () => undefined);
}

test('a load is answered, and its clients are removed', async () => {
  await using server = await OwnServer.start({ gateway: { host: '127.0.0.1', port: 0 } });
  for (const ratePerSecond of [undefined, 5_000]) {
    const loaded = await load(server.clients, { ...PLAN, ratePerSecond, questionShare: 0.2 });
    assert.deepEqual(benchFailures(loaded), []);
    const { tally } = loaded;
    assert.deepEqual([tally.sent, tally.replies, loaded.unsent], [500, 500, 0]);
    // Each connection asks one in five, and begins with a report.
    assert.ok(tally.questions.count > 90 && tally.questions.count <= 100);
    assert.equal(tally.reports.count + tally.questions.count, 500);
  }
  const list = { path: '/v1/clients?name=bench-*' };
  const known = (await ask(server.gateway, list)).json as { clients: unknown[] };
  assert.equal(known.clients.length, CLIENTS.length);
  const url = `http://127.0.0.1:${server.gateway.port}`;
  const gateway = await openGateway({ gateway: url }, {}, '--client CLIENT');
  try {
    await removeClients(gateway, CLIENTS);
  } finally {
    await gateway.close();
  }
  assert.deepEqual((await ask(server.gateway, list)).json, { clients: [] });
});

test('a load that is stopped waits for what is in flight', async () => {
  await using server = await OwnServer.start({});
  const stopped = new Promise((resolve) => setImmediate(resolve));
  const { tally } = await load(server.clients, { ...PLAN, count: Infinity }, stopped);
  assert.equal(tally.sent, tally.replies);
  assert.equal(tally.lost, 0);
});

test('commands that are refused are failures', async () => {
  const access = accessOptions({ clients: 'always', gateway: 'always' });
  await using server = await OwnServer.start({ access });
  const loaded = await load(server.clients, { ...PLAN, count: 8 });
  assert.match(
    benchFailures(loaded).join('\n'),
    /^8 commands were answered with a question mark, the first one with \? IAMAT bench-\d+ /,
  );
});

async function listening(
  context: TestContext,
  onSocket: (socket: Socket) => void,
): Promise<Address> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    onSocket(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

test('a server that closes loses what is in flight', async (context) => {
  const address = await listening(context, (socket) => socket.once('data', () => socket.end()));
  assert.deepEqual(benchFailures(await load(address, PLAN)), [
    'no command was answered',
    '20 commands were not answered',
    'a connection was lost: it closed the connection',
  ]);
});

test('a server that is silent is not waited for beyond the deadline', async (context) => {
  const address = await listening(context, (socket) => socket.resume());
  for (const ratePerSecond of [undefined, 1_000_000]) {
    const loaded = await load(address, { ...PLAN, ratePerSecond, deadlineMs: 20 });
    const failures = benchFailures(loaded);
    assert.deepEqual(failures.slice(0, 3), [
      'no command was answered',
      '20 commands were not answered',
      'a connection was lost: no reply in time',
    ]);
    if (ratePerSecond !== undefined) assert.match(failures[3] ?? '', /^480 commands were due/);
  }
});
