import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Address } from '#src/transport/address.js';
import { accessOptions, TOKENS } from '../support/access.ts';
import { EventReader, type StreamEvent } from '../support/event-source.ts';
import { eventually } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { ask, problemIn, put } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';

const gateway = { host: '127.0.0.1', port: 0 };
const HOME = { latitude: 1, longitude: 1 };
const AWAY = { latitude: 2, longitude: 1 };

type Headers = Readonly<Record<string, string>>;

/** What a transition says, in short; nothing of other events. */
function transitionOf({ kind, data }: StreamEvent): string[] {
  if (kind !== 'enter' && kind !== 'leave') return [];
  const { client, geofence, reason, location } = data as Record<string, string | undefined>;
  const where = location === undefined ? 'without' : 'with';
  return [[kind, client, geofence, reason ?? '', where].join(' ')];
}

/** The next transition of a stream, and what came before. */
async function next(stream: EventReader): Promise<string> {
  for (;;) {
    const [event] = await stream.take(1);
    const [transition] = event === undefined ? [] : transitionOf(event);
    if (transition !== undefined) return transition;
  }
}

async function putHome(server: Address, headers: Headers = {}): Promise<void> {
  const shape = { type: 'circle', ...HOME, radiusM: 1000 };
  const { status } = await put(server, '/v1/geofences/home', { shape }, headers);
  assert.equal(status, 204);
}

async function move(
  server: Address,
  client: string,
  where: typeof HOME,
  headers: Headers = {},
): Promise<void> {
  const body = { ...where, time: Date.now() / 1000, accuracyM: 10 };
  const { status } = await put(server, `/v1/clients/${client}/location`, body, headers);
  assert.ok(status < 300, String(status));
}

/** The names of the geofences that a client is in, as a server says. */
async function geofencesOf(server: Address, client: string): Promise<unknown> {
  const { json } = await ask(server, { path: `/v1/clients/${client}` });
  return (json as { geofences?: string[] }).geofences;
}

test('a geofence of one server, a report at a second: who enters and leaves is seen at a third, and goes on at another', async () => {
  const servers = ['Riley', 'Jaquez', 'Juzang'];
  const [a = '', b = '', c = ''] = servers;
  await using herd = await TestHerd.make({
    servers,
    links: [
      [a, b],
      [b, c],
    ],
    hasGateways: true,
  });
  await herd.serveAll();
  await putHome(herd.gateway(a));
  for (const server of servers) {
    await eventually(`${server} has the geofence`, async () => {
      const { status } = await ask(herd.gateway(server), { path: '/v1/geofences/home' });
      return status === 200 ? true : undefined;
    });
  }
  const stream = await EventReader.open(herd.gateway(c), '/v1/events');
  await stream.until('ready');
  await move(herd.gateway(b), 'kiwi', HOME);
  assert.equal(await next(stream), 'enter kiwi home  with');
  for (const server of servers) {
    const names = await eventually(`${server} says where kiwi is`, () =>
      geofencesOf(herd.gateway(server), 'kiwi'),
    );
    assert.deepEqual(names, ['home']);
  }
  const before = stream.lastEventId;
  const cursor = await eventually('a cursor behind it', async () =>
    stream.lastEventId === before ? undefined : stream.lastEventId,
  );
  await stream[Symbol.asyncDispose]();
  await move(herd.gateway(b), 'kiwi', AWAY);
  await move(herd.gateway(b), 'kiwi', HOME);
  await move(herd.gateway(b), 'emu', HOME);
  await eventually('the first one knows them', () => geofencesOf(herd.gateway(a), 'emu'));

  const headers = { 'last-event-id': cursor };
  await using second = await EventReader.open(herd.gateway(a), '/v1/events', headers);
  const missed = await second.until('ready');
  assert.ok(!missed.some(({ kind }) => kind === 'reset'));
  assert.deepEqual(missed.flatMap(transitionOf), [
    'leave kiwi home moved with',
    'enter kiwi home  with',
    'enter emu home  with',
  ]);
  await ask(herd.gateway(b), { method: 'DELETE', path: '/v1/clients/emu' });
  assert.equal(await next(second), 'leave emu home client-removed without');
  await ask(herd.gateway(c), { method: 'DELETE', path: '/v1/geofences/home' });
  assert.equal(await next(second), 'leave kiwi home geofence-removed without');
  assert.equal(await geofencesOf(herd.gateway(a), 'kiwi'), undefined);
});

test('a stream is of those in a geofence; share links are told nothing of geofences', async () => {
  await using server = await OwnServer.start({
    gateway,
    access: accessOptions({ clients: 'never', gateway: 'always' }),
  });
  const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });
  await putHome(server.gateway, bearer(TOKENS.right.token));
  const open = (query: string, token: string): Promise<EventReader> =>
    EventReader.open(server.gateway, `/v1/events${query}`, bearer(token));
  await using family = await open('?geofence=home', TOKENS.right.token);
  await using link = await open('', TOKENS.share.token);
  for (const stream of [family, link]) await stream.until('ready');
  const report = (where: typeof HOME): Promise<void> =>
    move(server.gateway, 'anna', where, bearer(TOKENS.right.token));
  await report(HOME);
  const [enter, location] = await family.take(2);
  assert.deepEqual([enter?.kind, location?.kind], ['enter', 'location']);
  assert.deepEqual(location?.data['geofences'], ['home']);
  const [shown] = await link.take(1);
  assert.equal(shown?.kind, 'location');
  assert.ok(shown !== undefined && !('geofences' in shown.data));
  await report(AWAY);
  assert.deepEqual(
    (await family.take(2)).map(({ kind }) => kind),
    ['leave', 'left'],
  );
  const path = '/v1/events?geofence=home';
  const refused = await ask(server.gateway, { path, headers: bearer(TOKENS.share.token) });
  assert.equal(problemIn(refused), 'forbidden');
});
