import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { exchange, TestClient } from '../support/client.ts';
import { ask, problemIn } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';

const gateway = { host: '127.0.0.1', port: 0 };

/** A server whose clients are those of these reports, and what asks its gateway. */
async function serverWith(reports: readonly string[]) {
  const server = await OwnServer.start({ gateway });
  const lines = reports.map((report) => `IAMAT ${report}\n`).join('');
  const said = (await exchange(server.clients, Buffer.from(lines, 'latin1'))).toString('latin1');
  assert.equal(said.split('\n').length, reports.length + 1, said);
  const get = (path: string, headers = {}) => ask(server.gateway, { path, headers });
  return { server, get, said };
}

/** The IDs in a list. */
function idsIn(list: unknown): string[] {
  return (list as { clients: { client: string }[] }).clients.map(({ client }) => client);
}

describe('a client', () => {
  test('is where it said, as JSON and as GeoJSON', async () => {
    const { server, get, said } = await serverWith([
      'kiwi +34.068930-118.445127 1621464827.959498503',
    ]);
    await using _ = server;
    const { status, headers, json } = await get('/v1/clients/kiwi');
    const location = json as Record<string, unknown>;
    const { skew, receivedAt, ageSeconds, lastSeenAt, ...rest } = location;
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'application/json; charset=utf-8');
    assert.deepEqual(rest, {
      client: 'kiwi',
      latitude: 34.06893,
      longitude: -118.445127,
      time: '2021-05-19T22:53:47.959498503Z',
      server: 'Riley',
    });
    assert.equal(skew, said.split(' ')[2]);
    assert.equal(lastSeenAt, receivedAt);
    assert.match(String(receivedAt), /^20\d\d-\d\d-\d\dT.*Z$/);
    assert.ok(Number(ageSeconds) > 1e8);
    const geo = await get('/v1/clients/kiwi', { accept: 'application/geo+json' });
    assert.equal(geo.headers['content-type'], 'application/geo+json; charset=utf-8');
    const { geometry, properties } = geo.json as { geometry: unknown; properties: object };
    assert.deepEqual(geometry, { type: 'Point', coordinates: [-118.445127, 34.06893] });
    assert.ok('time' in properties && !('latitude' in properties));
    assert.equal(
      problemIn(await get('/v1/clients/kiwi', { accept: 'text/html' })),
      'not-acceptable',
    );
  });

  test('has an ID of any bytes', async () => {
    const { server, get } = await serverWith([
      'Zo\xc3\xab/?#% +1+1 1',
      'a\xffb +2+2 1',
      'base64:x +3+3 1',
    ]);
    await using _ = server;
    for (const [id, latitude] of [
      ['Zoë/?#%', 1],
      ['base64:Yf9i', 2],
      ['base64:YmFzZTY0Ong', 3],
    ] as const) {
      const { status, json } = await get(`/v1/clients/${encodeURIComponent(id)}`);
      const { client, latitude: found } = json as { client: string; latitude: number };
      assert.deepEqual([status, client, found], [200, id, latitude]);
    }
    assert.equal(problemIn(await get('/v1/clients/base64:YQ')), 'invalid-request');
    assert.equal(problemIn(await get('/v1/clients/a%20b')), 'invalid-request');
    assert.equal(problemIn(await get('/v1/clients/%ff')), 'invalid-request');
    assert.equal(problemIn(await get('/v1/clients/nobody')), 'unknown-client');
    const long = await get(`/v1/clients/${encodeURIComponent('ë'.repeat(2000))}`);
    assert.equal(problemIn(long), 'unknown-client');
  });

  test('is not sent again where it is still there', async () => {
    const { server, get } = await serverWith(['kiwi +1+1 1', 'other +1+1 1']);
    await using _ = server;
    const { headers } = await get('/v1/clients/kiwi');
    const etag = headers.etag ?? '';
    const known = { 'if-none-match': `"x", ${etag}` };
    const same = await get('/v1/clients/kiwi', known);
    assert.deepEqual([same.status, same.bytes.length, same.headers.etag], [304, 0, etag]);
    for (const [path, more] of [
      ['/v1/clients/other', {}],
      ['/v1/clients/kiwi', { accept: 'application/geo+json' }],
    ] as const) {
      assert.equal((await get(path, { ...known, ...more })).status, 200);
    }
    await exchange(server.clients, 'IAMAT kiwi +1+1 2\n');
    assert.equal((await get('/v1/clients/kiwi', known)).status, 200);
  });
});

describe('a list', () => {
  const CLIENTS = [
    'a +10+10 1',
    'b +10+11 1',
    'c +10.5+10 4000000000',
    'd -60+179.5 1',
    'kid-1 -60-179.5 1',
  ];

  test('has all, in answers of a limited length', async () => {
    const { server, get } = await serverWith(CLIENTS);
    await using _ = server;
    const seen: string[] = [];
    let path = '/v1/clients?limit=2';
    for (let answers = 1; ; answers++) {
      const { json, headers } = await get(path);
      seen.push(...idsIn(json));
      const [, next] = /^<(.*)>; rel="next"$/.exec(String(headers['link'] ?? '')) ?? [];
      assert.equal(next !== undefined, 'next' in (json as object));
      if (next === undefined) break;
      assert.ok(answers < 5);
      path = next;
    }
    assert.deepEqual(seen.toSorted(), ['a', 'b', 'c', 'd', 'kid-1']);
  });

  test('has those near a point or a client, nearest first', async () => {
    const { server, get } = await serverWith(CLIENTS);
    await using _ = server;
    const { json } = await get('/v1/clients?near=10,10.1&radius=100000');
    const { clients } = json as { clients: { client: string; distanceM: number }[] };
    assert.deepEqual(idsIn(json), ['a', 'c', 'b']);
    assert.ok(Math.abs((clients[0]?.distanceM ?? 0) - 10_950) < 10);
    assert.deepEqual(idsIn((await get('/v1/clients?nearClient=a&limit=2')).json), ['c', 'b']);
    assert.deepEqual(idsIn((await get('/v1/clients?nearClient=d&radius=60000')).json), ['kid-1']);
    assert.equal(problemIn(await get('/v1/clients?nearClient=nobody')), 'unknown-client');
    const geo = await get('/v1/clients?near=10,10&limit=1', { accept: 'application/geo+json' });
    const { features } = geo.json as { features: { id: string; properties: object }[] };
    assert.deepEqual(
      features.map(({ id }) => id),
      ['a'],
    );
    assert.ok('distanceM' in (features[0]?.properties ?? {}));
  });

  test('has those in a box, of a name, of an age', async () => {
    const { server, get } = await serverWith(CLIENTS);
    await using _ = server;
    const ids = async (query: string) => idsIn((await get(`/v1/clients?${query}`)).json).toSorted();
    assert.deepEqual(await ids('bbox=10,10,11,10.4'), ['a', 'b']);
    assert.deepEqual(await ids('bbox=179,-90,-179,90'), ['d', 'kid-1']);
    assert.deepEqual(await ids('name=kid-*'), ['kid-1']);
    assert.deepEqual(await ids('name=b'), ['b']);
    assert.deepEqual(await ids('maxAge=3600'), ['c']);
    assert.deepEqual(await ids('bbox=10,10,11,10.4&name=*-1'), []);
  });

  test('is counted, per cell of the map', async () => {
    const { server, get } = await serverWith(CLIENTS);
    await using _ = server;
    const count = async (query: string) => (await get(`/v1/cells?${query}`)).json;
    const cells = [{ x: 2, y: 1, count: 3, latitude: 10.16667, longitude: 10.33333 }];
    assert.deepEqual(await count('zoom=2&bbox=0,0,20,20'), { zoom: 2, total: 3, cells });
    const across = { zoom: 1, total: 2 };
    assert.deepEqual(await count('zoom=1&bbox=179,-90,-179,0'), {
      ...across,
      cells: [
        { x: 1, y: 1, count: 1, latitude: -60, longitude: 179.5 },
        { x: 0, y: 1, count: 1, latitude: -60, longitude: -179.5 },
      ],
    });
    assert.equal(((await count('zoom=6')) as { total: number }).total, 5);
    assert.equal(((await count('zoom=0&maxAge=3600')) as { total: number }).total, 1);
    for (const query of [
      '',
      'zoom=7',
      'zoom=23',
      'zoom=1.5',
      'zoom=20&bbox=0,0,1,1',
      'zoom=1&limit=1',
    ]) {
      assert.equal(problemIn(await get(`/v1/cells?${query}`)), 'invalid-request', query);
    }
  });

  for (const [query, where] of [
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['colour=red', ''],
    ['bbox=1,2,3', 'bbox'],
    ['bbox=0,10,0,-10', 'bbox'],
    ['near=91,0', 'near'],
    ['near=1e1,0', 'near'],
    ['near=1,1&nearClient=a', ''],
    ['radius=5', 'radius'],
    ['cursor=x', 'cursor'],
    ['cursor=WzUsMSwxLDFd', 'cursor'],
    ['name=%5Cq', 'name'],
    ['maxAge=-1', 'maxAge'],
    ['group=family', 'group'],
  ] as const) {
    test(`does not take ${query}`, async () => {
      const { server, get } = await serverWith([]);
      await using _ = server;
      const reply = await get(`/v1/clients?${query}`);
      assert.deepEqual([reply.status, problemIn(reply)], [400, 'invalid-request']);
      const { errors } = reply.json as { errors: { in: string; member: string }[] };
      assert.deepEqual([errors[0]?.in, errors[0]?.member], ['query', where]);
    });
  }
});

test('the places are those of WHATSAT', async () => {
  const { server, get } = await serverWith(['kiwi +34.068930-118.445127 1']);
  await using _ = server;
  const { json, status } = await get('/v1/clients/kiwi/places?radius=10000&limit=3');
  const { location, places } = json as { location: object; places: { id: string }[] };
  assert.ok(status === 200 && 'client' in location && places.length === 3);
  const said = (await exchange(server.clients, 'WHATSAT kiwi 10 3\n')).toString();
  const { results } = JSON.parse(said.slice(said.indexOf('\n'))) as {
    results: { place_id: string }[];
  };
  assert.deepEqual(
    places.map(({ id }) => id),
    results.map(({ place_id: id }) => id),
  );
  const geo = await get('/v1/clients/kiwi/places?radius=10000&limit=1', {
    accept: 'application/geo+json',
  });
  assert.equal((geo.json as { features: object[] }).features.length, 1);
  assert.equal(problemIn(await get('/v1/clients/kiwi/places?radius=50001')), 'invalid-request');
  assert.equal(problemIn(await get('/v1/clients/nobody/places')), 'unknown-client');
});

test('the herd is told with this server first', async () => {
  const { server, get } = await serverWith(['a +1+1 1', 'a +1+1 2', 'b +1+1 1']);
  await using _ = server;
  const { herd, servers } = (await get('/v1/herd')).json as {
    herd: string;
    servers: { server: string; clients: number; vector: { server: string; sequence: number }[] }[];
  };
  const [{ server: name, clients, vector } = { server: '', clients: 0, vector: [] }] = servers;
  assert.deepEqual([herd, name, clients], ['test-herd', 'Riley', 2]);
  assert.deepEqual([vector[0]?.server, vector[0]?.sequence], ['Riley', 3]);
});

describe('an answer', () => {
  test('is compressed where that is wanted and worth it', async () => {
    const { server, get } = await serverWith(['kiwi +1+1 1']);
    await using _ = server;
    const plain = await get('/v1/openapi.json');
    const packed = await get('/v1/openapi.json', { 'accept-encoding': 'gzip' });
    assert.equal(packed.headers['content-encoding'], 'gzip');
    assert.deepEqual(gunzipSync(packed.bytes), plain.bytes);
    const small = await get('/v1/clients/kiwi', { 'accept-encoding': 'gzip' });
    assert.equal(small.headers['content-encoding'], undefined);
    const same = await get('/v1/openapi.json', { 'if-none-match': plain.headers.etag });
    assert.equal(same.status, 304);
  });

  test('tells what is wrong with a path or a method', async () => {
    const { server, get } = await serverWith([]);
    await using _ = server;
    for (const path of [
      '/nowhere',
      '/v1',
      '/v1/clients/',
      '/v1/clients/a/b',
      '/V1/clients',
      '//v1/clients',
    ]) {
      const reply = await get(path);
      assert.equal(reply.status === 404 || reply.status === 400, true, path);
      problemIn(reply);
    }
    const patch = await ask(server.gateway, { method: 'PATCH', path: '/v1/clients/a', body: '{' });
    assert.equal(problemIn(patch), 'method-not-allowed');
    assert.match(patch.headers.allow ?? '', /^GET, HEAD/);
    const head = await ask(server.gateway, { method: 'HEAD', path: '/v1/herd' });
    assert.deepEqual([head.status, head.bytes.length], [200, 0]);
  });

  test('can be read by pages of the origins that are allowed, and by no others', async () => {
    const origin = 'https://map.example.org';
    await using server = await OwnServer.start({ gateway, gatewayOrigins: [origin] });
    const get = (headers: Record<string, string>, method = 'GET') =>
      ask(server.gateway, { method, path: '/v1/herd', headers });
    const allowed = async (from: string) =>
      (await get({ origin: from })).headers['access-control-allow-origin'];
    assert.deepEqual(
      [await allowed(origin), await allowed('https://evil.example')],
      [origin, undefined],
    );
    const asked = { origin, 'access-control-request-method': 'PUT' };
    const preflight = await get(asked, 'OPTIONS');
    assert.match(String(preflight.headers['access-control-allow-methods']), /PUT/);
    await using closed = await OwnServer.start({ gateway });
    const without = await ask(closed.gateway, { path: '/v1/herd', headers: { origin } });
    assert.equal(without.headers['access-control-allow-origin'], undefined);
  });
});

test('an address that asks too often is told to wait, and the text protocol goes on', async () => {
  const origin = 'https://map.example';
  const rate = { perSecond: 0.01, burst: 5 };
  await using server = await OwnServer.start({
    gateway,
    limits: { rate },
    gatewayOrigins: [origin],
  });
  const statuses: number[] = [];
  for (let n = 0; n < 7; n++) {
    const reply = await ask(server.gateway, { path: '/v1/herd', headers: { origin } });
    statuses.push(reply.status);
    if (reply.status === 200) continue;
    assert.equal(problemIn(reply), 'too-many-requests');
    assert.match(String(reply.headers['retry-after']), /^\d+$/);
    assert.equal(reply.headers['access-control-allow-origin'], origin, 'a page can read it');
  }
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429, 429]);
  await using client = await TestClient.connect(server.clients);
  assert.equal(await client.ask('hi'), '? hi');
});
