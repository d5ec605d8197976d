import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { exchange } from '../support/client.ts';
import { ask, problemIn, put } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';

const gateway = { host: '127.0.0.1', port: 0 };
const NDJSON = 'application/x-ndjson';

/** What a batch was answered. */
interface Result {
  readonly line: number;
  readonly accepted: boolean;
  readonly problem?: { readonly type: string; readonly detail: string };
}

function post(server: OwnServer, body: string | Uint8Array, headers = {}) {
  const all = { 'content-type': NDJSON, ...headers };
  return ask(server.gateway, { method: 'POST', path: '/v1/locations', headers: all, body });
}

function resultsIn({ bytes }: { bytes: Buffer }): Result[] {
  const lines = bytes.toString().trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Result);
}

describe('a report', () => {
  test('is told by HTTP and by the text protocol', async () => {
    await using server = await OwnServer.start({ gateway });
    const location = {
      latitude: 34.06893,
      longitude: -118.445127,
      time: '2021-05-19T22:53:47.959498503Z',
      accuracyM: 12.5,
      altitudeM: -3,
      speedMps: 0,
      courseDeg: 359.9,
      batteryPercent: 80,
      charging: false,
      attributes: { network: 'wifi' },
    };
    const { status, headers } = await put(server.gateway, '/v1/clients/kiwi/location', location);
    assert.equal(status, 204);
    assert.match(String(headers['consistency-token']), /^Riley:\w+:1$/);
    const { json } = await ask(server.gateway, { path: '/v1/clients/kiwi' });
    assert.deepEqual({ ...(json as object), ...location }, json);
    const said = (await exchange(server.clients, 'WHATSAT kiwi 1 1\n')).toString();
    assert.match(said, /^AT Riley \S+ kiwi \+34\.06893-118\.445127 1621464827\.959498503\n/);
    const more = await ask(server.gateway, {
      path: '/v1/clients/kiwi',
      headers: { accept: 'application/geo+json' },
    });
    const { geometry } = more.json as { geometry: unknown };
    assert.deepEqual(geometry, { type: 'Point', coordinates: [-118.445127, 34.06893, -3] });
  });

  test('keeps the nanoseconds of a time in any form, and is of now without one', async () => {
    await using server = await OwnServer.start({ gateway });
    const path = '/v1/clients/kiwi/location';
    const headers = { 'content-type': 'application/json' };
    for (const [time, expected] of [
      ['1621464827.959498503', '2021-05-19T22:53:47.959498503Z'],
      ['"1621464828.1"', '2021-05-19T22:53:48.1Z'],
      ['"2021-05-20T00:53:49+02:00"', '2021-05-19T22:53:49Z'],
    ]) {
      const body = `{"latitude":1,"longitude":2,"time":${time}}`;
      assert.equal((await ask(server.gateway, { method: 'PUT', path, headers, body })).status, 204);
      const { json } = await ask(server.gateway, { path: '/v1/clients/kiwi' });
      assert.equal((json as { time: string }).time, expected);
    }
    await put(server.gateway, path, { latitude: 1, longitude: 2 });
    const { json } = await ask(server.gateway, { path: '/v1/clients/kiwi' });
    assert.ok((json as { ageSeconds: number }).ageSeconds < 60);
  });

  test('that is older changes nothing, and is answered alike', async () => {
    await using server = await OwnServer.start({ gateway });
    const path = '/v1/clients/kiwi/location';
    await put(server.gateway, path, { latitude: 1, longitude: 1, time: 1000 });
    assert.equal(
      (await put(server.gateway, path, { latitude: 2, longitude: 2, time: 999 })).status,
      204,
    );
    const { json } = await ask(server.gateway, { path: '/v1/clients/kiwi' });
    assert.equal((json as { latitude: number }).latitude, 1);
  });

  for (const [what, body] of [
    ['nothing', {}],
    ['a latitude beyond a pole', { latitude: 91, longitude: 0 }],
    ['a position of text', { latitude: '1', longitude: 0 }],
    ['milliseconds', { latitude: 1, longitude: 1, time: 1_621_464_827_959 }],
    ['no time', { latitude: 1, longitude: 1, time: 'noon' }],
    ['an unknown member', { latitude: 1, longitude: 1, colour: 'red' }],
    ['a battery above full', { latitude: 1, longitude: 1, batteryPercent: 101 }],
    ['an attribute of a bad name', { latitude: 1, longitude: 1, attributes: { 'a b': 1 } }],
    ['long attributes', { latitude: 1, longitude: 1, attributes: { note: 'x'.repeat(600) } }],
    ['a list', [1]],
    ['null', null],
  ] as const) {
    test(`of ${what} is refused`, async () => {
      await using server = await OwnServer.start({ gateway });
      const reply = await put(server.gateway, '/v1/clients/kiwi/location', body);
      assert.deepEqual([reply.status, problemIn(reply)], [400, 'invalid-request']);
      assert.equal(
        problemIn(await ask(server.gateway, { path: '/v1/clients/kiwi' })),
        'unknown-client',
      );
    });
  }

  test('is refused where there is no room for a new client', async () => {
    await using server = await OwnServer.start({ gateway, maxClients: 1 });
    const at = { latitude: 1, longitude: 1 };
    assert.equal((await put(server.gateway, '/v1/clients/a/location', at)).status, 204);
    const reply = await put(server.gateway, '/v1/clients/b/location', at);
    assert.deepEqual([reply.status, problemIn(reply)], [507, 'full']);
  });
});

describe('a batch', () => {
  const line = (client: string, more = {}) =>
    JSON.stringify({ client, latitude: 1, longitude: 2, time: 5, ...more });

  test('has a result for each line, in order, and takes what it can', async () => {
    await using server = await OwnServer.start({ gateway });
    const lines = [
      line('a'),
      '{',
      '',
      line('b', { latitude: 100 }),
      `{"client":"c","client":"d"}`,
      line('e'),
    ];
    const reply = await post(server, `${lines.join('\n')}\n`);
    assert.equal(reply.headers['content-type'], `${NDJSON}; charset=utf-8`);
    assert.match(String(reply.headers['consistency-token']), /^Riley:\w+:2$/);
    const results = resultsIn(reply);
    assert.deepEqual(
      results.map(({ line: number, accepted, problem }) => [
        number,
        accepted,
        problem?.type.split(':').at(-1),
      ]),
      [
        [1, true, undefined],
        [2, false, 'malformed-json'],
        [4, false, 'invalid-request'],
        [5, false, 'malformed-json'],
        [6, true, undefined],
      ],
    );
    for (const client of ['a', 'e']) {
      assert.equal((await ask(server.gateway, { path: `/v1/clients/${client}` })).status, 200);
    }
  });

  test('is taken in bytes of any coding, and a line of none is one that is refused', async () => {
    await using server = await OwnServer.start({ gateway });
    const packed = await post(server, gzipSync(line('a')), { 'content-encoding': 'gzip' });
    assert.deepEqual(resultsIn(packed), [{ line: 1, accepted: true }]);
    const broken = Buffer.concat([Buffer.from(`"\xff"\n`, 'latin1'), Buffer.from(line('b'))]);
    assert.deepEqual(
      resultsIn(await post(server, broken)).map(({ accepted }) => accepted),
      [false, true],
    );
    const long = await post(server, `${line('x'.repeat(9000))}\n${line('c')}`);
    assert.deepEqual(
      resultsIn(long).map(({ accepted }) => accepted),
      [false, true],
    );
    assert.equal((await post(server, '')).bytes.length, 0);
  });

  test('of thousands is taken, and of too many is not', async () => {
    await using server = await OwnServer.start({ gateway });
    const many = Array.from({ length: 10_000 }, (_, n) => line(`c${n}`));
    const results = resultsIn(await post(server, many.join('\n')));
    assert.ok(results.length === 10_000 && results.every(({ accepted }) => accepted));
    const reply = await post(server, [...many, line('more')].join('\n'));
    assert.deepEqual([reply.status, problemIn(reply)], [413, 'body-too-large']);
  });
});

test('a client that is removed is gone until it reports again', async () => {
  await using server = await OwnServer.start({ gateway });
  const path = '/v1/clients/kiwi';
  const at = { latitude: 1, longitude: 1 };
  await put(server.gateway, `${path}/location`, at);
  const remove = () => ask(server.gateway, { method: 'DELETE', path });
  const { status, headers } = await remove();
  assert.equal(status, 204);
  assert.match(String(headers['consistency-token']), /^Riley:/);
  assert.equal(problemIn(await ask(server.gateway, { path })), 'unknown-client');
  assert.equal(
    (await exchange(server.clients, 'WHATSAT kiwi 1 1\n')).toString(),
    '? WHATSAT kiwi 1 1\n',
  );
  assert.equal((await remove()).status, 204);
  await put(server.gateway, `${path}/location`, at);
  assert.equal((await ask(server.gateway, { path })).status, 200);
});

test('a token of another life of the herd is not there in time, and what is none is refused', async () => {
  await using server = await OwnServer.start({ gateway });
  const get = (token: string) =>
    ask(server.gateway, { path: '/v1/clients', headers: { 'consistency-token': token } });
  const late = await get('Riley:zzzz:1, Jaquez:1:1');
  assert.deepEqual(
    [late.status, problemIn(late), late.headers['retry-after']],
    [503, 'not-caught-up', '1'],
  );
  const { missing } = late.json as {
    missing: { server: string; have: number; expected: number }[];
  };
  assert.deepEqual(
    missing.map(({ server: name, have, expected }) => [name, have, expected]),
    [
      ['Riley', 0, 1],
      ['Jaquez', 0, 1],
    ],
  );
  for (const token of ['x', 'Riley:1', 'Riley:1:-1', '']) {
    assert.equal(problemIn(await get(token)), 'invalid-request', token);
  }
});
