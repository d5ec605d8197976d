import { encryptionKeyOf } from '#src/access/encryption-key.js';
import type { AccessOptions } from '#src/access/rules.js';
import { open, seal } from '#src/gateway/ingest/owntracks/secretbox.js';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { testToken, type TestToken } from '../support/access.ts';
import { eventually, eventuallyTrue } from '../support/eventually.ts';
import { ask, type HttpReply } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';
import { takePorts } from '../support/ports.ts';

/* What phones with OwnTracks see of each other, at two servers of one herd. */

const PASSPHRASE = 'correct horse';
const KEY = encryptionKeyOf(PASSPHRASE);

const PHONES = {
  anna: testToken('anna', { report: ['anna'], groups: ['family'], waypoints: true }),
  ben: testToken('ben', { report: ['ben'], groups: ['family'], encryptionKey: KEY }),
  kid: testToken('kid', { report: ['kid-1'], groups: ['family'] }),
  stranger: testToken('stranger', { report: ['stranger'], read: ['stranger'] }),
  reporter: testToken('reporter', { report: ['anna'] }),
  operator: testToken('operator', { read: ['*'], operate: true }),
} as const;

const access: AccessOptions = {
  clients: 'never',
  gateway: 'always',
  groups: [{ name: 'family', clients: ['anna', 'ben', 'kid-*'] }],
  tokens: Object.values(PHONES).map(({ rule }) => rule),
};

const [portA = 0, portB = 0] = await takePorts(2);
const host = '127.0.0.1';
const gateway = { host, port: 0 };
const [addressA, addressB] = [
  { name: 'A', peers: { host, port: portA } },
  { name: 'B', peers: { host, port: portB } },
];
const a = await OwnServer.start({ ...addressA, neighbours: [addressB], gateway, access });
const b = await OwnServer.start({ ...addressB, neighbours: [addressA], gateway, access });
after(async () => {
  await a[Symbol.asyncDispose]();
  await b[Symbol.asyncDispose]();
});
await a.untilLogged({ event: 'link-up' });
await b.untilLogged({ event: 'link-up' });

type Elements = readonly Readonly<Record<string, unknown>>[];

/** What a phone is answered to a message. */
async function post(server: OwnServer, phone: TestToken, message: object): Promise<HttpReply> {
  const path = `/in/owntracks/${phone.token}`;
  const reply = await ask(server.gateway, { method: 'POST', path, body: JSON.stringify(message) });
  assert.equal(reply.status, 200);
  return reply;
}

async function told(server: OwnServer, phone: TestToken, message: object): Promise<Elements> {
  return (await post(server, phone, message)).json as Elements;
}

const at = (lat: number, tst: number, more = {}): object => ({
  _type: 'location',
  lat,
  lon: 8,
  tst,
  ...more,
});

/** A fix of long ago, which changes nothing, and is answered with friends. */
const OLD = at(0, 1);

/** Asks for friends again until they are so many, since what one server has takes a moment to the other. */
function untilTold(server: OwnServer, phone: TestToken, count: number): Promise<Elements> {
  return eventually(`${count} elements`, async () => {
    const elements = await told(server, phone, OLD);
    return elements.length === count ? elements : undefined;
  });
}

test('two phones of a group see each other through different servers, and nobody else does', async () => {
  assert.deepEqual(await told(a, PHONES.stranger, at(50, 1000)), []);
  assert.deepEqual(
    await told(a, PHONES.anna, at(51, 1000, { acc: 5, vel: 36, alt: 20, cog: 90, batt: 80 })),
    [],
  );
  await post(b, PHONES.ben, at(52, 1001));
  const [anna] = await untilTold(b, PHONES.ben, 1);
  assert.deepEqual(anna, {
    _type: 'location',
    tid: 'an',
    lat: 51,
    lon: 8,
    tst: 1000,
    acc: 5,
    vel: 36,
    alt: 20,
    cog: 90,
    batt: 80,
  });
  const [ben] = await untilTold(a, PHONES.anna, 1);
  assert.deepEqual(ben, { _type: 'location', tid: 'be', lat: 52, lon: 8, tst: 1001 });
  assert.deepEqual(await told(a, PHONES.reporter, { _type: 'status' }), [], 'it may read nobody');
  assert.deepEqual(await told(b, PHONES.stranger, at(50, 1002)), [], 'it sees itself alone');
});

test('the nearest come first, and each has the same tracker ID at every server and for everybody', async () => {
  await post(b, PHONES.kid, at(51.5, 1000, { tid: 'AN' }));
  const byAnna = await untilTold(a, PHONES.anna, 2);
  const byBen = await untilTold(b, PHONES.ben, 2);
  const tids = (elements: Elements) => elements.map(({ lat, tid }) => [lat, tid]);
  assert.deepEqual(tids(byAnna), [
    [51.5, 'ki'], // anna comes first, and has what the other one says
    [52, 'be'],
  ]);
  assert.deepEqual(tids(byBen), [
    [51.5, 'ki'],
    [51, 'an'],
  ]);
  assert.deepEqual(tids(await told(b, PHONES.anna, OLD)), tids(byAnna));
});

test('a card is kept by the herd, and sent to each token once', async () => {
  const card = {
    _type: 'card',
    name: 'Anna B.',
    face: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  };
  await post(a, PHONES.anna, card);
  const elements = await untilTold(b, PHONES.ben, 3);
  assert.deepEqual(
    elements.find(({ _type }) => _type === 'card'),
    { ...card, tid: 'an' },
  );
  assert.equal((await told(b, PHONES.ben, OLD)).length, 2, 'ben has it');
  assert.equal((await told(b, PHONES.kid, OLD)).length, 3, 'the kid has not');
  await post(b, PHONES.anna, { ...card, name: 'Anna C.' });
  const again = await untilTold(b, PHONES.ben, 3);
  assert.equal(again.find(({ _type }) => _type === 'card')?.['name'], 'Anna C.');
  assert.equal((await told(b, PHONES.stranger, OLD)).length, 0);
});

test('an answer is encrypted where the request was, with the token’s own passphrase', async () => {
  const sealed = (key: Uint8Array, message: object): object => {
    const data = seal(JSON.stringify(message), { key, nonce: randomBytes(24) });
    return { _type: 'encrypted', data };
  };
  const reply = await post(b, PHONES.ben, sealed(KEY, at(52.5, 2000)));
  const { _type, data } = reply.json as { _type: string; data: string };
  assert.equal(_type, 'encrypted');
  const clear = JSON.parse(String(open(data, KEY))) as Elements;
  assert.deepEqual(
    clear.map(({ tid }) => tid),
    ['ki', 'an'],
  );
  const [, ben] = await told(b, PHONES.anna, OLD);
  assert.equal(ben?.['lat'], 52.5);
  const other = encryptionKeyOf('battery staple');
  assert.equal((await post(b, PHONES.ben, sealed(other, at(1, 3000)))).bytes.toString(), '[]');
  assert.equal((await post(b, PHONES.anna, sealed(KEY, at(1, 3000)))).bytes.toString(), '[]');
  const [wrong] = await b.untilLogged({ event: 'phone-data-unused', reason: 'not-decrypted' });
  assert.equal(wrong?.['client'], 'ben');
  await b.untilLogged({ event: 'phone-data-unused', reason: 'encrypted', client: 'anna' });
});

test('waypoints become geofences where the token allows it, and replace those of before', async () => {
  const headers = { authorization: `Bearer ${PHONES.operator.token}` };
  const list = async (): Promise<unknown> => {
    const { json } = await ask(b.gateway, { path: '/v1/geofences', headers });
    return (json as { geofences: unknown }).geofences;
  };
  const home = { _type: 'waypoint', desc: 'home', lat: 51, lon: 8, rad: 100, tst: 1 };
  await post(b, PHONES.kid, home);
  await b.untilLogged({ event: 'phone-data-unused', reason: 'waypoint-not-allowed' });
  assert.deepEqual(await list(), []);
  await post(b, PHONES.anna, home);
  const work = { ...home, desc: 'work', rad: 2e6 };
  const waypoints = [{ ...home, rad: 150 }, { ...home, desc: 'school' }, work];
  await post(b, PHONES.anna, { _type: 'waypoints', waypoints });
  const circle = (name: string, radiusM: number): object => ({
    name: `anna: ${name}`,
    shape: { type: 'circle', latitude: 51, longitude: 8, radiusM },
    minimumDwellS: 0,
  });
  assert.deepEqual(await list(), [circle('home', 150), circle('school', 100)]);
  await b.untilLogged({ event: 'phone-data-unused', reason: 'invalid-waypoint' });
});

test('a client that is removed is nobody’s friend, and its card is gone', async () => {
  const headers = { authorization: `Bearer ${PHONES.anna.token}` };
  await ask(a.gateway, { method: 'DELETE', path: '/v1/clients/anna', headers });
  const left = await untilTold(b, PHONES.ben, 1);
  assert.equal(left[0]?.['tid'], 'AN', 'which nobody before it has any more');
  await post(a, PHONES.anna, at(51, Math.floor(Date.now() / 1000) + 2));
  await eventuallyTrue('anna is there again', async () => {
    const elements = await told(b, PHONES.kid, OLD);
    assert.ok(elements.every(({ _type }) => _type === 'location'));
    return elements.length === 2;
  });
});

test('nothing of what was encrypted, and no passphrase, is in a log', async () => {
  const logs = JSON.stringify([await a.stop(), await b.stop()]);
  for (const secret of [
    PASSPHRASE,
    PHONES.ben.token,
    'iVBORw0KGgo',
    Buffer.from(KEY).toString('hex'),
  ]) {
    assert.ok(!logs.includes(secret));
  }
});
