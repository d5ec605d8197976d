import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { accessOptions, TOKENS } from '../support/access.ts';
import { exchange } from '../support/client.ts';
import { EventReader } from '../support/event-source.ts';
import { eventually } from '../support/eventually.ts';
import { TestFolder } from '../support/folder.ts';
import { ask, problemIn } from '../support/http.ts';
import { OwnServer, type OwnServerSpec } from '../support/own-server.ts';
import { takePorts } from '../support/ports.ts';

/* Heartbeats, statuses and late reports: who lives, and does not say where it is. */

const ANY = { host: '127.0.0.1', port: 0 };

interface Shown {
  readonly lastSeenAt?: string;
  readonly server?: string;
  readonly app?: string;
  readonly batteryPercent?: number;
  readonly charging?: boolean;
}

async function shown(server: OwnServer, client: string): Promise<Shown & { status: number }> {
  const { status, json } = await ask(server.gateway, { path: `/v1/clients/${client}` });
  return { ...(json as Shown), status };
}

/** A phone says that it lives, with Traccar Client. */
async function heartbeat(server: OwnServer, client: string, more = ''): Promise<void> {
  const path = '/in/traccar';
  const body = `id=${client}${more}`;
  const { status } = await ask(server.gateway, { method: 'POST', path, body });
  assert.equal(status, 200);
}

/** Two servers that are linked. */
async function startPair(): Promise<readonly [OwnServer, OwnServer]> {
  const [first = 0, second = 0] = await takePorts(2);
  const peers = (port: number) => ({ ...ANY, port });
  const start = (name: string, port: number, other: string, otherPort: number) => {
    const neighbours = [{ name: other, peers: peers(otherPort) }];
    return OwnServer.start({ name, gateway: ANY, peers: peers(port), neighbours });
  };
  return [
    await start('Riley', first, 'Bernard', second),
    await start('Bernard', second, 'Riley', first),
  ];
}

const [riley, bernard] = await startPair();
after(() => Promise.all([riley, bernard].map((server) => server[Symbol.asyncDispose]())));

describe('a heartbeat at one server', () => {
  test('of a client that never said where it is, is known at the other, and gone when it is removed', async () => {
    await heartbeat(riley, 'never-located', '&batt=81&charge=true');
    const seen = await eventually('the other one knows', async () => {
      const found = await shown(bernard, 'never-located');
      return found.lastSeenAt === undefined ? undefined : found;
    });
    const { lastSeenAt, ...rest } = seen;
    assert.ok(Date.now() - Date.parse(String(lastSeenAt)) < 60_000);
    const { status, server, app, batteryPercent, charging } = rest;
    assert.deepEqual(
      { status, server, app, batteryPercent, charging },
      { status: 404, server: 'Riley', app: 'traccar', batteryPercent: 81, charging: true },
    );
    const { json } = await ask(bernard.gateway, { path: '/v1/clients?name=never-*' });
    assert.deepEqual(json, { clients: [] });

    const path = '/v1/clients/never-located';
    assert.equal((await ask(bernard.gateway, { method: 'DELETE', path })).status, 204);
    await eventually('it is gone', async () => {
      const { status, lastSeenAt } = await shown(riley, 'never-located');
      return status === 404 && lastSeenAt === undefined ? true : undefined;
    });
  });

  test('is told the subscribers of the other who ask for it', async () => {
    const query = 'name=watched-*';
    await using asking = await EventReader.open(bernard.gateway, `/v1/events?${query}&seen=true`);
    await using other = await EventReader.open(bernard.gateway, `/v1/events?${query}`);
    for (const stream of [asking, other]) await stream.until('ready');
    await heartbeat(riley, 'watched-1', '&batt=7');
    const [seen] = await asking.take(1);
    const { lastSeenAt, ...data } = (seen?.data ?? {}) as Shown;
    assert.equal(seen?.kind, 'seen');
    assert.ok(Date.now() - Date.parse(String(lastSeenAt)) < 60_000);
    const client = 'watched-1';
    assert.deepEqual(data, { client, server: 'Riley', app: 'traccar', batteryPercent: 7 });
    await exchange(riley.clients, 'IAMAT watched-2 +1+1 1000\n');
    const [next] = await other.take(1);
    assert.equal(next?.kind, 'location', 'it was told of nothing before');
  });
});

test('after a restart a server knows from its journal whom it has seen', async () => {
  await using folder = await TestFolder.make();
  const options: OwnServerSpec = { gateway: ANY, journalFolder: folder.path };
  let seen: Shown;
  {
    await using before = await OwnServer.start(options);
    await heartbeat(before, 'phone', '&batt=50');
    seen = await shown(before, 'phone');
    assert.ok(seen.lastSeenAt !== undefined);
  }
  await using again = await OwnServer.start(options);
  assert.deepEqual(await shown(again, 'phone'), seen);
});

test('what a phone sends is a sign of life of whom its token is for, and of nobody else', async () => {
  const access = accessOptions({ clients: 'never', gateway: 'always' });
  await using server = await OwnServer.start({ gateway: ANY, access });
  const body = '{"_type":"status","topic":"owntracks/ben/phone"}';
  const { token } = TOKENS.reporter;
  await ask(server.gateway, { method: 'POST', path: `/in/owntracks/${token}`, body });
  const headers = { authorization: `Bearer ${TOKENS.right.token}` };
  for (const [client, app] of [
    ['anna', 'owntracks'],
    ['ben%2Fphone', undefined],
  ] as const) {
    const reply = await ask(server.gateway, { path: `/v1/clients/${client}`, headers });
    assert.ok(['unknown-client', 'forbidden'].includes(problemIn(reply)), client);
    assert.equal((reply.json as Shown).app, app, client);
  }
});
