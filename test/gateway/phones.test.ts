import assert from 'node:assert/strict';
import { Agent, request as requestHttp, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { accessOptions, TOKENS } from '../support/access.ts';
import { exchange } from '../support/client.ts';
import { ask, problemIn } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';
import { having } from '../support/server-log.ts';

/* What phone apps send, over sockets. What each app's words mean is in its fixtures, in src/gateway/ingest/. */

const gateway = { host: '127.0.0.1', port: 0 };
const DEMANDED = accessOptions({ clients: 'never', gateway: 'always' });

interface Shown {
  readonly latitude: number;
  readonly speedMps?: number;
}

/** Where a client is. */
async function locationOf(server: OwnServer, client: string): Promise<Shown> {
  const { status, json } = await ask(server.gateway, {
    path: `/v1/clients/${encodeURIComponent(client)}`,
  });
  assert.equal(status, 200);
  return json as Shown;
}

function ownTracks(latitude: number, tst: number, more = {}): string {
  return JSON.stringify({ _type: 'location', lat: latitude, lon: 8, tst, ...more });
}

describe('a phone', () => {
  test('shows its token in the path, or in a header, and is then who the token says', async () => {
    await using server = await OwnServer.start({ gateway, access: DEMANDED });
    const { token } = TOKENS.reporter;
    const basic = `Basic ${Buffer.from(`somebody:${token}`).toString('base64')}`;
    for (const [tst, path, headers] of [
      [1000, `/in/owntracks/${token}`, {}],
      [1001, '/in/owntracks', { authorization: `Bearer ${token}` }],
      [1002, '/in/owntracks', { authorization: basic }],
      [1003, `/in/owntracks/${token}`, { authorization: basic, 'x-limit-d': 'device' }],
      [1004, '/in/owntracks', { 'x-api-key': token, authorization: 'Basic of something else' }],
    ] as const) {
      const body = ownTracks(tst / 100, tst, { topic: 'owntracks/somebody/else' });
      const { status, bytes } = await ask(server.gateway, { method: 'POST', path, headers, body });
      assert.deepEqual([status, bytes.toString()], [200, '[]']);
      const said = (await exchange(server.clients, 'WHATSAT anna 1 1\n')).toString();
      assert.match(said, new RegExp(`^AT Riley \\S+ anna \\+${tst / 100}\\S* ${tst}\\n`));
    }
    const log = await server.stop();
    assert.ok(!JSON.stringify(log).includes(token));
  });

  test('whose token is not good, or is for others, is told so', async () => {
    await using server = await OwnServer.start({ gateway, access: DEMANDED });
    for (const [shown, expected] of [
      ['wrong', 401],
      ['expired', 401],
      ['revoked', 401],
      ['share', 403],
      ['reporter', 200],
      ['right', 200],
    ] as const) {
      const path = `/in/osmand/${TOKENS[shown].token}?id=anna&lat=1&lon=2`;
      const { status } = await ask(server.gateway, { path });
      assert.equal(status, expected, shown);
    }
    for (const path of ['/in/osmand?id=anna&lat=1&lon=2', '/in/osmand/else?id=anna&lat=1&lon=2']) {
      assert.equal(problemIn(await ask(server.gateway, { path })), 'unauthorized');
    }
  });

  test('is told that there is no such app', async () => {
    await using server = await OwnServer.start({ gateway });
    const reply = await ask(server.gateway, { path: '/in/ownTracks/x' });
    assert.equal(problemIn(reply), 'no-such-resource');
    assert.match((reply.json as { detail: string }).detail, /expected owntracks, traccar, osmand/);
  });
});

describe('without a token', () => {
  test('two phones share a connection, and ten requests come at once', async () => {
    await using server = await OwnServer.start({ gateway });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (const [device, latitude] of [
      ['anna', 1],
      ['ben', 2],
      ['anna', 3],
    ]) {
      const query = new URLSearchParams({ id: String(device), lat: String(latitude), lon: '8' });
      const asked = requestHttp({ ...server.gateway, path: `/in/osmand?${String(query)}`, agent });
      asked.end();
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      assert.equal(await text(response), '');
    }
    agent.destroy();
    const body = (device: string): string => JSON.stringify({ id: device, lat: 5, lon: 8, tst: 1 });
    const devices = Array.from({ length: 10 }, (_, n) => `phone-${n}`);
    const asks = devices.map((device) =>
      ask(server.gateway, { method: 'POST', path: '/in/colota', body: body(device) }),
    );
    for (const { status } of await Promise.all(asks)) assert.equal(status, 200);
    assert.equal((await locationOf(server, 'anna')).latitude, 3);
    assert.equal((await locationOf(server, 'ben')).latitude, 2);
    for (const device of devices) assert.equal((await locationOf(server, device)).latitude, 5);
  });

  test('a backlog that comes oldest first, after a newer point, leaves the newer one', async () => {
    await using server = await OwnServer.start({ gateway });
    const path = '/in/owntracks';
    for (const tst of [5000, 1000, 2000, 3000]) {
      const body = ownTracks(tst / 1000, tst, { tid: 'an' });
      assert.equal((await ask(server.gateway, { method: 'POST', path, body })).status, 200);
    }
    assert.equal((await locationOf(server, 'an')).latitude, 5);
  });

  test('a thousand points of one request are all taken, the current one among them', async () => {
    await using server = await OwnServer.start({ gateway });
    const feature = (latitude: number, seconds: number) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [8, latitude] },
      properties: { timestamp: new Date(seconds * 1000).toISOString(), device_id: 'anna' },
    });
    const locations = Array.from({ length: 1000 }, (_, n) => feature(n / 1000, n));
    const body = JSON.stringify({ locations, current: feature(50, 5000) });
    const asked = { method: 'POST', path: '/in/overland', body };
    assert.equal((await ask(server.gateway, asked)).bytes.toString(), '{"result":"ok"}');
    assert.equal((await locationOf(server, 'anna')).latitude, 50);
  });

  test('a body that comes in pieces is read whole', async () => {
    await using server = await OwnServer.start({ gateway });
    const asked = requestHttp({
      ...server.gateway,
      method: 'POST',
      path: '/in/traccar',
      agent: false,
    });
    for (const piece of ['id=an', 'na&lat=4', '&lon=8&speed=', '10']) {
      await new Promise((resolve) => asked.write(piece, resolve));
    }
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    assert.equal(response.statusCode, 200);
    const { latitude, speedMps = 0 } = await locationOf(server, 'anna');
    assert.equal(latitude, 4);
    assert.ok(Math.abs(speedMps - 5.144) < 0.001);
  });

  test('what is of no use is answered as a success, logged by its reason, and changes nothing', async () => {
    await using server = await OwnServer.start({ gateway });
    const cases = [
      ['/in/owntracks', '{"_type":"card","tid":"an"}', 'other-message'],
      ['/in/owntracks', '{"_type":"location","lat":1,"lon":2,"tst":3}', 'no-device'],
      ['/in/traccar', 'id=anna', 'no-position'],
      ['/in/osmand?id=anna&lat=x&lon=2', undefined, 'invalid-position'],
      ['/in/overland', '[', 'not-understood'],
      ['/in/colota', 'x'.repeat(3 * 1024 * 1024), 'too-large'],
      [`/in/osmand?id=${'x'.repeat(5000)}&lat=1&lon=2`, undefined, 'invalid-device'],
    ] as const;
    for (const [path, body, reason] of cases) {
      const method = body === undefined ? 'GET' : 'POST';
      const asked = { method, path, ...(body === undefined ? {} : { body }) };
      assert.equal((await ask(server.gateway, asked)).status, 200, reason);
    }
    const { json } = await ask(server.gateway, { path: '/v1/clients' });
    assert.deepEqual((json as { clients: unknown[] }).clients, []);
    const log = await server.stop();
    for (const [path, , reason] of cases) {
      const app = /^\/in\/([^?]*)/.exec(path)?.[1];
      assert.equal(having(log, { event: 'phone-data-unused', app, reason }).length, 1, reason);
    }
  });

  test('what is of no use is logged a few times in a while, and always counted', async () => {
    await using server = await OwnServer.start({ gateway });
    const path = '/in/osmand?id=anna';
    for (let n = 0; n < 30; n++) await ask(server.gateway, { path });
    await ask(server.gateway, { path: `${path}&lat=1&lon=2` });
    const { bytes } = await ask(server.gateway, { path: '/metrics' });
    const counts = String(bytes).match(/^proxy_herd_phone_.*$/gm);
    assert.deepEqual(counts, [
      'proxy_herd_phone_reports_total{app="osmand"} 1',
      'proxy_herd_phone_unused_total{app="osmand",reason="no-position"} 30',
    ]);
    const log = await server.stop();
    assert.equal(having(log, { event: 'phone-data-unused' }).length, 10);
    assert.equal(having(log, { event: 'left-out', of: 'phone-data-unused', lines: 20 }).length, 1);
  });

  test('a server that has no room says that nothing was stored', async () => {
    await using server = await OwnServer.start({ gateway, maxClients: 1 });
    const path = '/in/osmand?lat=1&lon=2&id=';
    assert.equal((await ask(server.gateway, { path: `${path}anna` })).status, 200);
    const { status } = await ask(server.gateway, { path: `${path}ben` });
    assert.equal(status, 507);
  });
});
