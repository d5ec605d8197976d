import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { historySchema } from '#src/gateway/api/herd-history.js';
import { serverSchema, type ServerDetails } from '#src/gateway/api/server-schema.js';
import { herdSchema, type HerdAnswer, type ServerAnswer } from '#src/gateway/api/herd-schema.js';
import { locate } from '../support/commands.ts';
import { eventually, eventuallyTrue } from '../support/eventually.ts';
import { DIAGRAM, TestHerd } from '../support/herd.ts';
import { ask, problemIn, put, type HttpReply } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';
import { runCli } from '../support/process.ts';
import { IS_ON_NATS } from '../support/replication.ts';
import { untilLink, untilLogged } from '../support/server-log.ts';

const EARTH_RADIUS_METRES = 6_371_000;

test('a herd of five', async (t) => {
  await using herd = await TestHerd.make({ ...DIAGRAM, hasGateways: true });
  await herd.up();
  for (const [a, b] of DIAGRAM.links ?? []) await untilLink(herd, a, b, 'link-up');
  await t.test('each server is ready once it has heard from a neighbour', async () => {
    for (const server of herd.servers) {
      await eventuallyTrue(`${server} is ready`, async () => {
        return (await ask(herd.gateway(server), { path: '/readyz' })).status === 200;
      });
    }
  });
  await t.test(
    'a report over HTTP at one server is read at each other, over HTTP and by WHATSAT',
    () => checkReports(herd),
  );
  await t.test('a geofence is put at one server, read at each other and removed at another', () =>
    checkGeofences(herd),
  );
  if (!IS_ON_NATS) {
    await t.test('the way of a report through the herd is at the servers that it came to', () =>
      checkWay(herd),
    );
  }
  await t.test('the last minutes of each server are known', () => checkHistory(herd));
  await t.test('every server knows that one hangs, was killed, and is there again', () =>
    checkStatuses(herd),
  );
});

async function checkReports(herd: TestHerd): Promise<void> {
  const time = '2021-05-19T22:53:47.959498503Z';
  const at = { latitude: 34.06893, longitude: -118.445127, time, speedMps: 1.5 };
  for (const [index, server] of herd.servers.entries()) {
    const path = `/v1/clients/from-${server}`;
    const { status, headers } = await put(herd.gateway(server), `${path}/location`, at);
    const token = String(headers['consistency-token']);
    assert.equal(status, 204);
    for (const other of herd.servers) {
      const reply = await ask(herd.gateway(other), {
        path,
        headers: { 'consistency-token': token },
      });
      const { skew, ...rest } = reply.json as Record<string, unknown>;
      assert.deepEqual({ ...rest, ...at, server }, rest, `${server} to ${other}`);
      const line = await locate(herd, other, `from-${server}`);
      const expected = `AT ${server} ${String(skew)} from-${server} +34.06893-118.445127 1621464827.959498503`;
      assert.equal(line, expected);
      const list = await ask(herd.gateway(other), { path: '/v1/clients?near=34,-118' });
      assert.equal((list.json as { clients: object[] }).clients.length, index + 1);
    }
  }
}

/** The arrivals of a report at all servers, put together: it went over links alone, and came to each server once as news. */
async function checkWay(herd: TestHerd): Promise<void> {
  const links = new Set((DIAGRAM.links ?? []).flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]));
  // Of each second the first report is traced: there is one as soon as another second has begun.
  const { newest, token } = await eventually('a report of Riley is traced', async () => {
    const said = await reportOfEmu(herd);
    return (await wayTo(herd, 'Jaquez', said)) === undefined ? undefined : said;
  });
  for (const server of herd.servers.filter((name) => name !== 'Riley')) {
    const record = await wayTo(herd, server, { newest, token });
    const came = record?.arrivals ?? [];
    assert.equal(came.filter(({ news }) => news).length, 1, server);
    for (const { neighbour, at } of came) {
      assert.ok(links.has(`${neighbour} ${server}`), `${neighbour} to ${server}`);
      assert.ok(Date.parse(at) >= Date.parse(record?.receivedAt ?? ''), 'one clock');
    }
  }
  const { links: carried } = await detailsOf(herd, 'Jaquez');
  assert.deepEqual(carried.map(({ neighbour }) => neighbour).sort(), [
    'Bernard',
    'Campbell',
    'Riley',
  ]);
  assert.ok(carried.reduce((sum, { newer }) => sum + newer, 0) > 0);
}

/** A report at Riley: its consistency token, and the number that Riley gave to it. */
interface Said {
  readonly token: string;
  readonly newest: number;
}

async function reportOfEmu(herd: TestHerd): Promise<Said> {
  const body = { latitude: 1, longitude: 2 };
  const { status, headers } = await put(herd.gateway('Riley'), '/v1/clients/emu/location', body);
  assert.equal(status, 204);
  const { vector } = await detailsOf(herd, 'Riley');
  const numbers = vector.filter(({ server }) => server === 'Riley').map((each) => each.sequence);
  return { token: String(headers['consistency-token']), newest: Math.max(...numbers) };
}

/** How a report came to a server, once it is there; `undefined` where it is not traced. */
async function wayTo(
  herd: TestHerd,
  server: string,
  { token, newest }: Said,
): Promise<ServerDetails['arrivals'][number] | undefined> {
  const headers = { 'consistency-token': token };
  await ask(herd.gateway(server), { path: '/v1/clients/emu', headers });
  const { arrivals } = await detailsOf(herd, server);
  return arrivals.find((each) => each.server === 'Riley' && each.sequence === newest);
}

async function detailsOf(herd: TestHerd, server: string): Promise<ServerDetails> {
  const { json } = await ask(herd.gateway(server), { path: '/v1/server' });
  return serverSchema.parse(json);
}

async function checkHistory(herd: TestHerd): Promise<void> {
  const path = '/v1/herd/history';
  const { json } = await ask(herd.gateway('Riley'), { path });
  const { times, servers } = historySchema.parse(json);
  assert.ok(times.length > 0);
  const own = servers.find(({ server }) => server === 'Riley');
  assert.ok((own?.memoryBytes[0] ?? 0) > 10_000_000, String(own?.memoryBytes[0]));
  assert.equal(own?.reports.length, times.length);
  const one = await ask(herd.gateway('Riley'), { path: `${path}?server=Riley` });
  const only = historySchema.parse(one.json).servers.map(({ server }) => server);
  assert.deepEqual(only, ['Riley']);
}

/** The acceptance of `GET /v1/herd` and `proxy-herd status`: one of five servers hangs, and is killed. */
async function checkStatuses(herd: TestHerd): Promise<void> {
  const others = herd.servers.filter((name) => name !== 'Bernard');
  await untilAll(herd, herd.servers, ({ servers }) => {
    return servers.length === 5 && servers.every((each) => isWell(each) && hasLinksUp(each));
  });
  const [{ pid } = { pid: 0 }] = await untilLogged(herd, 'Bernard', { event: 'start' });
  process.kill(Number(pid), 'SIGSTOP');
  try {
    await untilAll(herd, others, ({ servers }) => {
      return servers.every((each) =>
        each.server === 'Bernard' ? each.state !== 'reachable' : isWithout(each, 'Bernard'),
      );
    });
    const status = ['status', '--config', herd.configFile, '--server', 'Campbell'];
    const { code, stdout, stderr } = await runCli(status);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.match(stdout, /^test-herd: 4 of 5 servers reachable, /);
    assert.match(stdout, /^Bernard +unreachable +\d+s ago +\d/m);
    assert.match(stdout, /^Riley +reachable +\ds ago +\d/m);
    if (!IS_ON_NATS) {
      assert.match(stdout, / 4 of 7 links up /);
      assert.match(stdout, /^(Campbell - Bernard|Bernard - Campbell) +down /m);
      assert.match(stdout, /^(Riley - Jaquez|Jaquez - Riley) +up /m);
    }
  } finally {
    process.kill(Number(pid), 'SIGKILL');
  }
  const before = await herdOf(herd, 'Riley');
  const startOf = ({ servers }: HerdAnswer): string | undefined => {
    const found = servers.find(({ server }) => server === 'Bernard');
    return found?.lastHeardAt === null ? undefined : found?.startedAt;
  };
  await untilAll(herd, herd.servers, (answer) => {
    return answer.servers.every(isWell) && startOf(answer) !== startOf(before);
  });
}

function isWell(server: ServerAnswer): boolean {
  return server.state === 'reachable' && server.lastHeardAt !== null;
}

function hasLinksUp(server: ServerAnswer): boolean {
  return server.lastHeardAt !== null && server.links.every(({ up }) => up);
}

/** Whether a server is reached, and has lost its link with one of them, and no other. */
function isWithout(server: ServerAnswer, lost: string): boolean {
  if (!isWell(server) || server.lastHeardAt === null) return false;
  return server.links.every(({ neighbour, up }) => up === (neighbour !== lost));
}

async function herdOf(herd: TestHerd, server: string): Promise<HerdAnswer> {
  const { json } = await ask(herd.gateway(server), { path: '/v1/herd' });
  return herdSchema.parse(json);
}

/** Waits until what each of these servers says of the herd is so. */
async function untilAll(
  herd: TestHerd,
  servers: readonly string[],
  isSo: (answer: HerdAnswer) => boolean,
): Promise<void> {
  for (const server of servers) {
    await eventuallyTrue(`what ${server} says of the herd`, async () => {
      const answer = await herdOf(herd, server).catch(() => undefined);
      return answer !== undefined && isSo(answer);
    });
  }
}

async function checkGeofences(herd: TestHerd): Promise<void> {
  const [first = '', , third = ''] = herd.servers;
  const path = '/v1/geofences/campus';
  const shape = { type: 'circle', latitude: 34.06893, longitude: -118.445127, radiusM: 400 };
  const written = await put(herd.gateway(first), path, { shape });
  for (const server of herd.servers) {
    const reply = await ask(herd.gateway(server), { path, headers: tokenIn(written) });
    assert.deepEqual(reply.json, { name: 'campus', shape, minimumDwellS: 0 }, server);
  }
  const removed = await ask(herd.gateway(third), { method: 'DELETE', path });
  for (const server of herd.servers) {
    const reply = await ask(herd.gateway(server), { path, headers: tokenIn(removed) });
    assert.equal(problemIn(reply), 'unknown-geofence', server);
  }
}

function tokenIn({ status, headers }: HttpReply): { 'consistency-token': string } {
  assert.equal(status, 204);
  return { 'consistency-token': String(headers['consistency-token']) };
}

/** The distance on the sphere in metres, by the haversine formula. */
function distance(a: Place, b: Place): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const hav = (angle: number): number => Math.sin(angle / 2) ** 2;
  const [from, to] = [radians(a.latitude), radians(b.latitude)];
  const h =
    hav(to - from) + Math.cos(from) * Math.cos(to) * hav(radians(b.longitude - a.longitude));
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.sqrt(h));
}

interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

test('who is near is who a look at everybody finds', async () => {
  await using server = await OwnServer.start({ gateway: { host: '127.0.0.1', port: 0 } });
  const degrees = (most: number) =>
    fc.integer({ min: -most * 1e4, max: most * 1e4 }).map((value) => value / 1e4);
  const place = fc.record({ latitude: degrees(90), longitude: degrees(180) });
  const near = fc.record({ latitude: degrees(1), longitude: degrees(1) });
  const anyPlace = fc.oneof(place, near);
  const places = fc.sample(anyPlace, { numRuns: 500, seed: 1 });
  const body = places
    .map((each, n) => `${JSON.stringify({ client: `c${n}`, ...each, time: 1000 })}\n`)
    .join('');
  const headers = { 'content-type': 'application/x-ndjson' };
  await ask(server.gateway, { method: 'POST', path: '/v1/locations', headers, body });
  const questions = fc.sample(
    fc.record({ from: anyPlace, radius: fc.integer({ min: 1, max: 3_000_000 }) }),
    { numRuns: 40, seed: 2 },
  );
  for (const { from, radius } of questions) {
    const expected = places
      .map((each, n) => ({ client: `c${n}`, metres: distance(from, each) }))
      .filter(({ metres }) => metres <= radius)
      .toSorted((a, b) => a.metres - b.metres);
    const query = `near=${from.latitude},${from.longitude}&radius=${radius}&limit=1000`;
    const { json } = await ask(server.gateway, { path: `/v1/clients?${query}` });
    const { clients } = json as { clients: { client: string; distanceM: number }[] };
    const found = new Set(clients.map(({ client }) => client));
    assert.deepEqual(found, new Set(expected.map(({ client }) => client)), query);
    for (const [index, { distanceM }] of clients.entries()) {
      assert.ok(Math.abs(distanceM - (expected[index]?.metres ?? NaN)) < 0.1, query);
    }
  }
});
