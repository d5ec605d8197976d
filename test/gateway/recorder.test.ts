import type { AccessOptions } from '#src/access/rules.js';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { WebSocket } from 'ws';
import { testToken, type TestToken } from '../support/access.ts';
import { exchange } from '../support/client.ts';
import { ask, problemIn, type HttpReply } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';

/* The API of OwnTracks' recorder: what its own web page, and others that know it, read. */

const FAMILY = testToken('family', { groups: ['family'], report: ['anna/pixel'] });
const EVERYBODY = testToken('everybody', { read: ['*'] });
const REPORTER = testToken('reporter', { report: ['anna/pixel'] });

const access: AccessOptions = {
  clients: 'never',
  gateway: 'always',
  groups: [{ name: 'family', clients: ['anna/*', 'ben'] }],
  tokens: [FAMILY.rule, EVERYBODY.rule, REPORTER.rule],
};
const server = await OwnServer.start({ gateway: { host: '127.0.0.1', port: 0 }, access });
after(() => server[Symbol.asyncDispose]());
await exchange(
  server.clients,
  [
    'anna/tablet +2+1 1000',
    'ben +3+1 1000.5',
    'anna/x +4+1 253402300800',
    'stranger/phone +5+1 1000',
  ]
    .map((report) => `IAMAT ${report}\n`)
    .join(''),
);
const card = {
  _type: 'card',
  name: 'Anna B.',
  face: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
};
const fix = { _type: 'location', lat: 1, lon: 1, tst: 1000, acc: 5, vel: 36, batt: 80, tid: 'AB' };
for (const message of [fix, card]) {
  const body = JSON.stringify(message);
  await ask(server.gateway, { method: 'POST', path: `/in/owntracks/${FAMILY.token}`, body });
}

function read({ token }: TestToken, path: string): Promise<HttpReply> {
  return ask(server.gateway, { path, headers: { authorization: `Bearer ${token}` } });
}

async function results(token: TestToken, query: string): Promise<unknown> {
  const { json } = await read(token, `/api/0/list${query}`);
  return (json as { results: unknown }).results;
}

test('the version is there for everybody', async () => {
  const { json } = await ask(server.gateway, { path: '/api/0/version' });
  assert.match((json as { version: string }).version, /^\d+\.\d+\.\d+/);
});

test('users are listed, and the devices of each, as far as the token may read them', async () => {
  assert.deepEqual(await results(FAMILY, ''), ['anna', 'ben']);
  assert.deepEqual(await results(FAMILY, '?user=anna'), ['pixel', 'tablet', 'x']);
  assert.deepEqual(await results(FAMILY, '?user=ben'), ['phone']);
  assert.deepEqual(await results(FAMILY, '?user=stranger'), []);
  assert.deepEqual(await results(FAMILY, '?user=an*'), []);
  assert.deepEqual(await results(FAMILY, '?user=anna&device=pixel&from=x'), []);
  assert.deepEqual(await results(EVERYBODY, ''), ['anna', 'ben', 'stranger']);
  assert.equal(problemIn(await read(REPORTER, '/api/0/list')), 'forbidden');
});

test('the last location of each device is as the recorder has it', async () => {
  const { json } = await read(FAMILY, '/api/0/last?user=anna&device=pixel');
  const [{ isorcv, ...anna }] = json as [Record<string, unknown>];
  assert.match(String(isorcv), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual(anna, {
    ...fix,
    tid: 'AB',
    topic: 'owntracks/anna/pixel',
    username: 'anna',
    device: 'pixel',
    isotst: '1970-01-01T00:16:40Z',
    disptst: '1970-01-01 00:16:40',
    name: 'Anna B.',
    face: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  });
  const fields = await read(FAMILY, '/api/0/last?fields=topic,tst,isotst');
  assert.deepEqual(fields.json, [
    { tst: 1000, topic: 'owntracks/anna/pixel', isotst: '1970-01-01T00:16:40Z' },
    { tst: 1000, topic: 'owntracks/anna/tablet', isotst: '1970-01-01T00:16:40Z' },
    { tst: 253402300800, topic: 'owntracks/anna/x', isotst: '+010000-01-01T00:00:00Z' },
    { tst: 1000, topic: 'owntracks/ben/phone', isotst: '1970-01-01T00:16:40Z' },
  ]);
  const stranger = await read(FAMILY, '/api/0/last?user=stranger&device=phone');
  assert.deepEqual(stranger.json, []);
});

test('the track of a device is where it is', async () => {
  const path = '/api/0/locations?from=2020-01-01&to=2020-01-02&format=json&user=ben&device=phone';
  const { json } = await read(FAMILY, path);
  const { count, data, status } = json as {
    count: number;
    data: { lat: number }[];
    status: number;
  };
  assert.deepEqual([count, data.map(({ lat }) => lat), status], [1, [3], 200]);
  assert.equal(problemIn(await read(FAMILY, '/api/0/locations?format=gpx')), 'invalid-request');
});

/** Messages of a WebSocket, as `lat` of each location. */
class Page implements AsyncDisposable {
  readonly socket: WebSocket;
  /** Done when it is open. */
  readonly opened: Promise<unknown>;
  readonly #unread: string[] = [];

  constructor({ token }: TestToken, query = '') {
    const { host, port } = server.gateway;
    const headers = { authorization: `Bearer ${token}` };
    this.socket = new WebSocket(`ws://${host}:${port}/ws/last${query}`, { headers });
    this.opened = once(this.socket, 'open');
    this.socket.on('message', (message: Buffer) => {
      const { _type, topic, lat } = JSON.parse(String(message)) as Record<string, unknown>;
      assert.equal(_type, 'location');
      this.#unread.push(`${String(topic)} ${String(lat)}`);
    });
  }

  /** The next messages, in the order of their texts. */
  async take(count: number): Promise<string[]> {
    while (this.#unread.length < count) await once(this.socket, 'message');
    return this.#unread.splice(0, count).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.terminate();
  }
}

test('upon LAST a page gets each location, then those that are reported, and all upon LAST again', async () => {
  await using page = new Page(FAMILY);
  await using ofBen = new Page(EVERYBODY, '?user=ben');
  for (const { socket, opened } of [page, ofBen]) {
    await opened;
    socket.send('LAST');
  }
  const anna = ['owntracks/anna/pixel 1', 'owntracks/anna/tablet 2', 'owntracks/anna/x 4'];
  assert.deepEqual(await page.take(4), [...anna, 'owntracks/ben/phone 3']);
  assert.deepEqual(await ofBen.take(1), ['owntracks/ben/phone 3']);
  await exchange(server.clients, 'IAMAT stranger/phone +7+1 2000\nIAMAT ben +8+1 2000\n');
  assert.deepEqual(await page.take(1), ['owntracks/ben/phone 8']);
  assert.deepEqual(await ofBen.take(1), ['owntracks/ben/phone 8']);
  page.socket.send('LAST');
  assert.deepEqual(await page.take(4), [...anna, 'owntracks/ben/phone 8']);
});

test('a page that says something else is closed, and without an upgrade there is nothing', async () => {
  await using page = new Page(FAMILY);
  await page.opened;
  page.socket.send('FIRST');
  const [code, reason] = (await once(page.socket, 'close')) as [number, Buffer];
  assert.deepEqual([code, String(reason)], [1008, 'this stream takes LAST alone']);
  const plain = await read(FAMILY, '/ws/last');
  assert.equal(problemIn(plain), 'upgrade-required');
  assert.equal(plain.status, 426);
  assert.equal(problemIn(await read(REPORTER, '/ws/last')), 'forbidden');
});
