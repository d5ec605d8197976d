import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { SET_UPS } from '#src/gateway/ingest/set-ups.js';
import type { SetUp } from '#src/gateway/ingest/set-up.js';
import { formatAddress } from '#src/transport/address.js';
import { accessOptions, TOKENS } from '../support/access.ts';
import { exchange } from '../support/client.ts';
import { ask, problemIn, type HttpAsk, type HttpReply } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';
import { testPhoneRequests } from './phone-requests-test.ts';

await testPhoneRequests(8, 17);

/*
 * A phone that was set up as it is said reports as the client of its token, or where the herd has no tokens as the one that
 * was named: each app does here what its set-up has it do.
 */

const gateway = { host: '127.0.0.1', port: 0 };
const server = await OwnServer.start({
  gateway,
  access: accessOptions({ clients: 'never', gateway: 'always' }),
});
after(() => server[Symbol.asyncDispose]());
const open = await OwnServer.start({ gateway });
after(() => open[Symbol.asyncDispose]());

const { token } = TOKENS.reporter;
const baseUrlOf = (at: OwnServer): string => `http://${formatAddress(at.gateway)}`;
const baseUrl = baseUrlOf(server);

/** The value that a link has as base64 of JSON. */
function inline({ link }: SetUp, parameter: string): unknown {
  const base64 = new URL(link ?? '').searchParams.get(parameter) ?? '';
  return JSON.parse(Buffer.from(base64, 'base64').toString()) as unknown;
}

/** The path and the query of a URL of a server's. */
function pathOf(url: string | null | undefined): string {
  const text = url ?? '';
  const base = [server, open].map(baseUrlOf).find((each) => text.startsWith(`${each}/`));
  assert.ok(base !== undefined, text);
  return text.slice(base.length);
}

/** The header with a token, where there is one. */
function bearer(shown: string | null | undefined): Record<string, string> {
  return shown === null || shown === undefined ? {} : { authorization: `Bearer ${shown}` };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

/** What each app sends of a latitude once it is set up. */
const SENT: Readonly<
  Record<string, (setUp: SetUp, latitude: number, at: OwnServer) => Promise<HttpAsk> | HttpAsk>
> = {
  owntracks: (setUp, lat) => {
    const { url, username, password, auth } = inline(setUp, 'inline') as Record<string, string>;
    const basic = Buffer.from(`${username}:${password}`).toString('base64');
    const shown = auth ? { authorization: `Basic ${basic}` } : {};
    const body = JSON.stringify({ _type: 'location', lat, lon: 8, topic: 'owntracks/user/phone' });
    const headers = {
      ...JSON_TYPE,
      ...shown,
      'x-limit-u': String(username),
      'x-limit-d': 'phone',
    };
    return { method: 'POST', path: pathOf(url), headers, body };
  },
  traccar: ({ code }, lat) => {
    const [url = '', query] = (code ?? '').split('?');
    const body = `id=${new URLSearchParams(query).get('id')}&lat=${lat}&lon=8`;
    return { method: 'POST', path: pathOf(url), headers: FORM_TYPE, body };
  },
  osmand: ({ code }, lat) => {
    const values: Readonly<Record<string, string>> = { 0: String(lat), 1: '8', 3: '7', 11: '63' };
    return { path: pathOf(code?.replace(/\{(\d+)\}/g, (_, n: string) => values[n] ?? '')) };
  },
  gpslogger: async ({ link }, lat, at) => {
    const profile = await ask(at.gateway, {
      path: pathOf(link?.replace('gpslogger://properties/', '')),
    });
    const settings = new Map(
      String(profile.bytes)
        .split('\n')
        .map((line): [string, string] => {
          const [name = ''] = line.split('=', 1);
          return [name, line.slice(name.length + 1)];
        }),
    );
    const body = settings.get('log_customurl_body')?.replace('%ALL', `lat=${lat}&lon=8&acc=0.0`);
    const method = settings.get('log_customurl_method') ?? '';
    return { method, path: pathOf(settings.get('log_customurl_url')), body: body ?? '' };
  },
  overland: ({ link }, lat) => {
    const { searchParams } = new URL(link ?? '');
    const geometry = { type: 'Point', coordinates: [8, lat] };
    const properties = { device_id: searchParams.get('device_id') };
    const body = JSON.stringify({ locations: [{ type: 'Feature', geometry, properties }] });
    const headers = { ...JSON_TYPE, ...bearer(searchParams.get('token')) };
    return { method: 'POST', path: pathOf(searchParams.get('url')), headers, body };
  },
  colota: (setUp, lat) => {
    const { endpoint, auth, httpMethod } = inline(setUp, 'config') as {
      endpoint: string;
      httpMethod: string;
      auth?: { bearerToken: string };
    };
    const headers = { ...JSON_TYPE, ...bearer(auth?.bearerToken) };
    return {
      method: httpMethod,
      path: pathOf(endpoint),
      headers,
      body: JSON.stringify({ lat, lon: 8 }),
    };
  },
  ulogger: ({ code, steps }, lat) => {
    const path = `${pathOf(code)}/client/index.php`;
    const [, user] = /the username (\w+),/.exec(steps.join('\n')) ?? [];
    const body = `action=addpos&user=${user}&lat=${lat}&lon=8`;
    return { method: 'POST', path, headers: FORM_TYPE, body };
  },
  'traccar-forward': ({ steps }, latitude) => {
    const [, url] = /<entry key='forward\.url'>(.*?)<\/entry>/.exec(steps.join('\n')) ?? [];
    const body = JSON.stringify({
      position: { latitude, longitude: 8 },
      device: { uniqueId: 'ben' },
    });
    return { method: 'POST', path: pathOf(url), headers: JSON_TYPE, body };
  },
};

for (const [index, [app, setUp]] of [...SET_UPS].entries()) {
  test(`${app}: reports once it is set up, with a token and without`, async () => {
    for (const [at, shown, client] of [
      [server, token, 'anna'],
      [open, undefined, 'ben'],
    ] as const) {
      const latitude = index + 1;
      const phone = { baseUrl: baseUrlOf(at), token: shown, passphrase: undefined, client };
      const asked = await SENT[app]?.(setUp(phone), latitude, at);
      assert.ok(asked !== undefined);
      assert.equal((await ask(at.gateway, asked)).status, 200);
      const said = (await exchange(at.clients, `WHATSAT ${client} 1 1\n`)).toString();
      assert.match(said, new RegExp(`^AT Riley \\S+ ${client} \\+0?${latitude}(\\.0*)?\\+0*8`));
    }
  });
}

const operator = { ...JSON_TYPE, authorization: `Bearer ${TOKENS.right.token}` };

/** Asks how to set up a phone, as an operator. */
function askSetUp(body: object, of = server, headers: object = operator): Promise<HttpReply> {
  const asked = { method: 'POST', path: '/v1/phones/set-up', body: JSON.stringify(body) };
  return ask(of.gateway, { ...asked, headers: { ...headers } });
}

test('the API says how, for the client of the token, at the URL that it was reached at or is given', async () => {
  for (const [app, setUp] of SET_UPS) {
    const { status, headers, json } = await askSetUp({ app, token });
    assert.deepEqual([status, headers['cache-control']], [200, 'no-store'], app);
    const { code, link, steps, ...facts } = json as Omit<SetUp, 'code'> & {
      addresses: string[];
      warnings: string[];
      code?: { text: string; svg: string };
    };
    assert.deepEqual(facts, {
      app,
      client: 'anna',
      url: baseUrl,
      addresses: facts.addresses,
      warnings: facts.warnings,
    });
    const expected = setUp({ baseUrl, token, passphrase: undefined, client: 'anna' });
    assert.deepEqual({ link, code: code?.text, steps }, expected);
    if (code !== undefined)
      assert.match(code.svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox=.*<\/svg>$/);
  }
  const url = 'https://herd.example.org/x/';
  const { json } = await askSetUp({ app: 'traccar', token, url });
  const { code } = json as { code: { text: string } };
  assert.ok(code.text.startsWith('https://herd.example.org/x/in/traccar/ph_'), code.text);
});

test('it says nothing for tokens that are not good or not for one client, and logs none', async () => {
  await using closed = await OwnServer.start({
    gateway: { host: '127.0.0.1', port: 0 },
    gatewayUrl: 'https://herd.example.org',
    access: accessOptions({ clients: 'never', gateway: 'always' }),
  });
  const shown: string[] = [];
  for (const [name, expected] of [
    ['wrong', 'unknown'],
    ['expired', 'expired'],
    ['revoked', 'revoked'],
    ['share', 'one client'],
  ] as const) {
    const reply = await askSetUp({ app: 'owntracks', token: TOKENS[name].token }, closed);
    assert.equal(problemIn(reply), 'invalid-request', name);
    assert.ok(String(reply.bytes).includes(expected), String(reply.bytes));
    shown.push(String(reply.bytes));
  }
  const bad = [{ app: 'owntracks' }, { app: 'x', token }, { app: 'osmand', token, url: 'ftp://x' }];
  for (const body of bad) shown.push(String((await askSetUp(body, closed)).bytes));
  const { json } = await askSetUp({ app: 'osmand', token }, closed);
  assert.equal((json as { url: string }).url, 'https://herd.example.org');
  const log = JSON.stringify(await closed.stop());
  for (const each of Object.values(TOKENS)) {
    assert.ok(!`${log}${shown.join('')}`.includes(each.token.slice(3)));
  }
});

test('a phone is set up with a token where the herd has them, and else by the name of the client', async () => {
  assert.equal(
    problemIn(await askSetUp({ app: 'owntracks', token }, open, JSON_TYPE)),
    'access-off',
  );
  const refused = [
    [server, { app: 'owntracks', client: 'ben' }],
    [server, { app: 'owntracks', client: 'anna', token }],
    [open, { app: 'owntracks' }],
    [open, { app: 'owntracks', client: 'a b' }],
  ] as const;
  for (const [at, body] of refused) {
    assert.equal(problemIn(await askSetUp(body, at)), 'invalid-request', JSON.stringify(body));
  }
  const { json } = await askSetUp({ app: 'traccar', client: 'ben' }, open, JSON_TYPE);
  const { client, url, code, warnings, addresses } = json as Record<string, unknown> & {
    addresses: string[];
  };
  const text = `${baseUrlOf(open)}/in/traccar?id=ben&interval=60&distance=50`;
  assert.deepEqual([client, url, (code as { text: string }).text], ['ben', baseUrlOf(open), text]);
  assert.match(String(warnings), /no phone reaches/);
  assert.ok(addresses.every((address) => !address.startsWith('127.')));
});

test('the profile of GPSLogger is for who shows a good token in its path', async () => {
  const path = (shown: string): string => `/in/gpslogger/${shown}/herd.properties`;
  const { status, headers } = await ask(server.gateway, { path: path(token) });
  assert.deepEqual([status, headers['cache-control']], [200, 'no-store']);
  for (const shown of [TOKENS.wrong.token, TOKENS.expired.token, 'x']) {
    assert.equal(problemIn(await ask(server.gateway, { path: path(shown) })), 'unauthorized');
  }
});
