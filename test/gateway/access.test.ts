import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accessOptions, testToken, TOKENS } from '../support/access.ts';
import { exchange } from '../support/client.ts';
import { moment, OPEN_SEA } from '../support/commands.ts';
import { ask, problemIn, type HttpAsk, type HttpReply } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';
import { having } from '../support/server-log.ts';

/* Who may do what over HTTP: every route with no, wrong, narrow, right, expired and revoked tokens. */

const gateway = { host: '127.0.0.1', port: 0 };
const DEMANDED = accessOptions({ clients: 'never', gateway: 'always' });

type Shown = keyof typeof TOKENS | 'none';
const ALL_SHOWN = [...(Object.keys(TOKENS) as (keyof typeof TOKENS)[]), 'none'] as const;

/** What becomes of a request. */
type Outcome = 'allowed' | 'forbidden' | 'unauthorized';

/** What each token may do with `anna`. */
const COVERED: Readonly<Record<Shown, readonly Scope[]>> = {
  none: [],
  wrong: [],
  expired: [],
  revoked: [],
  narrow: ['read of some', 'read geofences'],
  reporter: ['report'],
  share: ['read', 'read of some'],
  right: ['report', 'read', 'read of some', 'read geofences', 'operate'],
};

/** Who may read anybody may read geofences, but for share links. */
type Scope = 'public' | 'any' | 'report' | 'read' | 'read of some' | 'read geofences' | 'operate';

/** A route, asked about `anna`. */
interface RouteCase {
  readonly scope: Scope;
  readonly asked: HttpAsk;
  /** What who may do it asks before, so that there is something to ask about. */
  readonly before?: HttpAsk;
  /** Whether an answer of success shows nothing of `anna`, or took nothing of hers. */
  readonly isWithheld?: (reply: HttpReply) => boolean;
  /** The status of who may; 200 or 204 where it is not given. */
  readonly allowed?: number;
}

const LOCATION = '{"latitude": 1, "longitude": 2}';

const PUT_HOME: HttpAsk = {
  method: 'PUT',
  path: '/v1/geofences/home',
  headers: { 'content-type': 'application/json' },
  body: '{"shape": {"type": "circle", "latitude": 1, "longitude": 2, "radiusM": 50}}',
};

const CARD_PATH = '/v1/clients/anna/card';
const PUT_CARD: HttpAsk = {
  method: 'PUT',
  path: CARD_PATH,
  headers: { 'content-type': 'application/json' },
  body: '{"name": "Anna"}',
};

/** Every route that the OpenAPI document has. */
const ROUTES: Readonly<Record<string, RouteCase>> = {
  'GET /v1/clients': {
    scope: 'read',
    asked: { path: '/v1/clients' },
    isWithheld: ({ bytes }) => !bytes.includes('anna'),
  },
  'GET /v1/cells': {
    scope: 'read',
    asked: { path: '/v1/cells?zoom=0&name=anna' },
    before: {
      method: 'PUT',
      path: '/v1/clients/anna/location',
      headers: { 'content-type': 'application/json' },
      body: LOCATION,
    },
    isWithheld: ({ json }) => (json as { total: number }).total === 0,
  },
  'GET /v1/clients/{id}': { scope: 'read', asked: { path: '/v1/clients/anna' } },
  'GET /v1/clients/{id}/places': { scope: 'read', asked: { path: '/v1/clients/anna/places' } },
  'PUT /v1/clients/{id}/location': {
    scope: 'report',
    asked: {
      method: 'PUT',
      path: '/v1/clients/anna/location',
      headers: { 'content-type': 'application/json' },
      body: LOCATION,
    },
  },
  'POST /v1/locations': {
    scope: 'report',
    asked: {
      method: 'POST',
      path: '/v1/locations',
      headers: { 'content-type': 'application/x-ndjson' },
      body: `{"client": "anna", ${LOCATION.slice(1)}\n`,
    },
    isWithheld: ({ json }) => !(json as { accepted: boolean }).accepted,
  },
  'DELETE /v1/clients/{id}': {
    scope: 'report',
    asked: { method: 'DELETE', path: '/v1/clients/anna' },
  },
  'GET /v1/clients/{id}/phone': { scope: 'operate', asked: { path: '/v1/clients/anna/phone' } },
  'POST /v1/phones/set-up': {
    scope: 'operate',
    asked: {
      method: 'POST',
      path: '/v1/phones/set-up',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ app: 'owntracks', token: TOKENS.reporter.token }),
    },
  },
  'GET /v1/geofences': { scope: 'read geofences', asked: { path: '/v1/geofences' } },
  'GET /v1/geofences/{name}': {
    scope: 'read geofences',
    asked: { path: '/v1/geofences/home' },
    before: PUT_HOME,
  },
  'PUT /v1/geofences/{name}': { scope: 'operate', asked: PUT_HOME },
  'DELETE /v1/geofences/{name}': {
    scope: 'operate',
    asked: { method: 'DELETE', path: '/v1/geofences/home' },
    before: PUT_HOME,
  },
  'GET /v1/access': { scope: 'any', asked: { path: '/v1/access' } },
  'GET /v1/groups': {
    scope: 'read of some',
    asked: { path: '/v1/groups' },
  },
  'GET /v1/cards': {
    scope: 'read',
    asked: { path: '/v1/cards' },
    before: PUT_CARD,
    isWithheld: ({ bytes }) => !bytes.includes('anna'),
  },
  'GET /v1/clients/{id}/card': {
    scope: 'read',
    asked: { path: CARD_PATH },
    before: PUT_CARD,
  },
  'PUT /v1/clients/{id}/card': { scope: 'report', asked: PUT_CARD },
  'DELETE /v1/clients/{id}/card': {
    scope: 'report',
    asked: { method: 'DELETE', path: CARD_PATH },
  },
  'GET /v1/herd': { scope: 'operate', asked: { path: '/v1/herd' } },
  // Who may is answered that this server, alone, has no demo.
  'GET /v1/demo': { scope: 'public', asked: { path: '/v1/demo' } },
  'PUT /v1/demo': {
    scope: 'operate',
    asked: { method: 'PUT', path: '/v1/demo' },
    allowed: 409,
  },
  'DELETE /v1/demo': {
    scope: 'operate',
    asked: { method: 'DELETE', path: '/v1/demo' },
    allowed: 409,
  },
  'GET /v1/herd/history': { scope: 'operate', asked: { path: '/v1/herd/history' } },
  'GET /v1/server': { scope: 'operate', asked: { path: '/v1/server' } },
  'GET /v1/map': { scope: 'read of some', asked: { path: '/v1/map' } },
  'POST /v1/commands': {
    scope: 'any',
    asked: {
      method: 'POST',
      path: '/v1/commands',
      headers: { 'content-type': 'application/octet-stream' },
      body: 'WHATSAT anna 10 1\n',
    },
  },
  'GET /v1/events': { scope: 'read', asked: { path: '/v1/events?client=anna' } },
  'POST /v1/tickets': { scope: 'read of some', asked: { method: 'POST', path: '/v1/tickets' } },
  'GET /api/0/version': { scope: 'public', asked: { path: '/api/0/version' } },
  'GET /api/0/list': {
    scope: 'read',
    asked: { path: '/api/0/list' },
    isWithheld: ({ bytes }) => !bytes.includes('anna'),
  },
  'GET /api/0/last': {
    scope: 'read',
    asked: { path: '/api/0/last?user=anna&device=phone' },
    isWithheld: ({ bytes }) => !bytes.includes('anna'),
  },
  'GET /api/0/locations': {
    scope: 'read',
    asked: { path: '/api/0/locations?user=anna&device=phone' },
    isWithheld: ({ bytes }) => !bytes.includes('anna'),
  },
  'GET /ws/last': { scope: 'read of some', asked: { path: '/ws/last' }, allowed: 426 },
  'GET /healthz': { scope: 'public', asked: { path: '/healthz' } },
  'GET /readyz': { scope: 'public', asked: { path: '/readyz' } },
  'GET /metrics': { scope: 'operate', asked: { path: '/metrics' } },
  'GET /v1/openapi.json': { scope: 'public', asked: { path: '/v1/openapi.json' } },
};

/** Asks with a token, in one of the ways to show it. */
function askAs(
  server: OwnServer,
  shown: Shown,
  asked: HttpAsk,
  way: 'Bearer' | 'Basic' = 'Bearer',
): Promise<HttpReply> {
  if (shown === 'none') return ask(server.gateway, asked);
  const { token } = TOKENS[shown];
  const basic = Buffer.from(`anna:${token}`).toString('base64');
  const authorization = way === 'Bearer' ? `Bearer ${token}` : `Basic ${basic}`;
  return ask(server.gateway, { ...asked, headers: { ...asked.headers, authorization } });
}

/** What became of a request; any other answer fails. */
function outcomeOf(reply: HttpReply, { isWithheld, allowed }: RouteCase): Outcome {
  if (reply.status === 401) {
    assert.equal(problemIn(reply), 'unauthorized');
    assert.match(String(reply.headers['www-authenticate']), /^Bearer /);
    return 'unauthorized';
  }
  if (reply.status === 403) {
    assert.equal(problemIn(reply), 'forbidden');
    return 'forbidden';
  }
  const statuses = allowed === undefined ? [200, 204] : [allowed];
  assert.ok(statuses.includes(reply.status), `${reply.status} ${String(reply.bytes)}`);
  return isWithheld?.(reply) === true ? 'forbidden' : 'allowed';
}

function expected(shown: Shown, scope: Scope): Outcome {
  if (scope === 'public') return 'allowed';
  if (['none', 'wrong', 'expired', 'revoked'].includes(shown)) return 'unauthorized';
  return scope === 'any' || COVERED[shown].includes(scope) ? 'allowed' : 'forbidden';
}

const report = (client: string): string => `IAMAT ${client} ${OPEN_SEA} ${moment(0)}\n`;

describe('every route, where a token is demanded', () => {
  for (const [route, each] of Object.entries(ROUTES)) {
    test(route, async () => {
      await using server = await OwnServer.start({ gateway, access: DEMANDED });
      await exchange(server.clients, report('anna') + report('ben'));
      for (const shown of ALL_SHOWN) {
        for (const way of ['Bearer', 'Basic'] as const) {
          if (each.asked.method === 'DELETE') await exchange(server.clients, report('anna'));
          if (each.before !== undefined) await askAs(server, 'right', each.before);
          const reply = await askAs(server, shown, each.asked, way);
          assert.equal(outcomeOf(reply, each), expected(shown, each.scope), `${shown} by ${way}`);
        }
      }
      const log = JSON.stringify(await server.stop());
      for (const { token } of Object.values(TOKENS)) assert.ok(!log.includes(token.slice(3, 20)));
    });
  }
});

test('the matrix has every route that there is', async () => {
  await using server = await OwnServer.start({ gateway });
  const { json } = await ask(server.gateway, { path: '/v1/openapi.json' });
  const { paths } = json as { paths: Record<string, Record<string, unknown>> };
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  assert.deepEqual(routes.sort(), Object.keys(ROUTES).sort());
});

test('a list has what the token may read, and says nothing of the rest', async () => {
  await using server = await OwnServer.start({ gateway, access: DEMANDED });
  await exchange(server.clients, ['anna', 'ben', 'kid-1', 'stranger'].map(report).join(''));
  const listed = async (shown: Shown, query = ''): Promise<string[]> => {
    const { json } = await askAs(server, shown, { path: `/v1/clients${query}` });
    return (json as { clients: { client: string }[] }).clients.map(({ client }) => client).sort();
  };
  assert.deepEqual(await listed('right'), ['anna', 'kid-1'], 'the group');
  assert.deepEqual(await listed('narrow'), ['ben']);
  assert.deepEqual(await listed('narrow', '?group=family'), []);
  assert.deepEqual(await listed('reporter'), []);
  const counted = async (shown: Shown): Promise<number> => {
    const { json } = await askAs(server, shown, { path: '/v1/cells?zoom=0' });
    return (json as { total: number }).total;
  };
  assert.deepEqual(
    [await counted('right'), await counted('narrow'), await counted('reporter')],
    [2, 1, 0],
  );
  const near = await askAs(server, 'narrow', { path: '/v1/clients?nearClient=stranger' });
  assert.equal(near.status, 403, 'no client may be found by who is near it');
  const nobody = await askAs(server, 'narrow', { path: '/v1/clients/nobody' });
  assert.equal(nobody.status, 403, 'nor is it said that there is none');
});

test('a share link of a group shows its members and nothing else, until its time is over', async () => {
  const of = { isShare: true, groups: ['family'] };
  const link = testToken('link', { ...of, expiresMs: Date.now() + 3_600_000 });
  const old = testToken('old', { ...of, expiresMs: Date.now() - 2000 });
  const access = { ...DEMANDED, tokens: [link.rule, old.rule] };
  await using server = await OwnServer.start({ gateway, access });
  await exchange(server.clients, ['anna', 'ben', 'kid-1'].map(report).join(''));
  const asWith = ({ token }: { readonly token: string }, asked: HttpAsk): Promise<HttpReply> => {
    const headers = { ...asked.headers, authorization: `Bearer ${token}` };
    return ask(server.gateway, { ...asked, headers });
  };
  const { json } = await asWith(link, { path: '/v1/clients?group=family' });
  const shown = (json as { clients: { client: string }[] }).clients.map(({ client }) => client);
  assert.deepEqual(shown.sort(), ['anna', 'kid-1']);
  for (const asked of [
    { path: '/v1/clients/ben' },
    { path: '/v1/events?client=ben' },
    { path: '/v1/herd' },
    { method: 'DELETE', path: '/v1/clients/anna' },
  ]) {
    assert.equal((await asWith(link, asked)).status, 403, asked.path);
  }
  assert.equal((await asWith(old, { path: '/v1/clients/anna' })).status, 401);
});

test('a token that stands where it does not belong is not logged', async () => {
  await using server = await OwnServer.start({ gateway, access: DEMANDED });
  const { token } = TOKENS.right;
  const paths = ['/v1/clients/TOKEN', '/v1/clients?name=TOKEN', '/TOKEN', '/v1/herd?token=TOKEN'];
  for (const path of paths) {
    await askAs(server, 'narrow', { path: path.replace('TOKEN', token) });
    await ask(server.gateway, { path: path.replace('TOKEN', token.toUpperCase()) });
  }
  const log = JSON.stringify(await server.stop());
  assert.ok(!log.toLowerCase().includes(token.slice(3, 20)), log);
});

test('where none is demanded, who shows none may do everything, and who shows one what it says', async () => {
  const access = accessOptions({ clients: 'never', gateway: 'beyond-loopback' });
  await using server = await OwnServer.start({ gateway, access });
  await exchange(server.clients, report('anna'));
  const read = async (shown: Shown): Promise<number> =>
    (await askAs(server, shown, { path: '/v1/clients/anna' })).status;
  assert.equal(await read('none'), 200);
  assert.equal(await read('right'), 200);
  assert.equal(await read('narrow'), 403);
  assert.equal(await read('wrong'), 401);
});

test('many wrong tokens of one address are told to wait, and a right one is let in', async () => {
  await using server = await OwnServer.start({ gateway, access: DEMANDED });
  await exchange(server.clients, report('anna'));
  const statuses = new Set<number>();
  for (let n = 0; n < 25; n++) {
    const reply = await askAs(server, 'wrong', { path: '/v1/clients/anna' });
    statuses.add(reply.status);
    if (reply.status === 429) assert.match(String(reply.headers['retry-after']), /^[1-9]\d*$/);
  }
  assert.deepEqual([...statuses], [401, 429]);
  assert.equal((await askAs(server, 'right', { path: '/v1/clients/anna' })).status, 200);
  assert.equal((await askAs(server, 'expired', { path: '/v1/clients/anna' })).status, 401);
  const log = await server.stop();
  // Of what anybody can cause some lines are logged, and how many others there were.
  for (const [of, least] of [
    ['token-refused', 21],
    ['http-answered', 26],
  ] as const) {
    const lines = having(log, { event: of }).filter(({ status = 400 }) => Number(status) >= 400);
    const leftOut = having(log, { event: 'left-out', of });
    assert.ok(leftOut.length > 0, of);
    const all = leftOut.reduce((sum, { lines: more }) => sum + Number(more), lines.length);
    assert.ok(all >= least && all <= 26, `${all} of ${of}`);
  }
});
