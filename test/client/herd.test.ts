import type { HerdEvent } from '#src/client/index.js';
import type { Address } from '#src/transport/address.js';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Herd, HerdError, ProblemError, UnreachableError } from '#src/client/index.js';
import { formatAddress } from '#src/transport/address.js';
import { accessOptions, testToken, TOKENS } from '../support/access.ts';
import { eventually } from '../support/eventually.ts';
import { ask } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { testFailover } from './failover-test.ts';

/*
 * The library against a real server, whose gateway asks for tokens.
 */

const gateway = { host: '127.0.0.1', port: 0 };
/** May do everything with `anna` and the kids. */
const OWNER = testToken('owner', { report: ['anna', 'kid-*'], groups: ['family'], operate: true });
const { token } = OWNER;

let server: OwnServer;
before(async () => {
  const access = accessOptions({ clients: 'never', gateway: 'always' });
  const tokens = [...access.tokens, OWNER.rule];
  server = await OwnServer.start({ gateway, access: { ...access, tokens } });
});
after(() => server[Symbol.asyncDispose]());

function urlOf(address: Address): string {
  return `http://${formatAddress(address)}`;
}

function open(options: Partial<ConstructorParameters<typeof Herd>[0]> = {}): Herd {
  const patience = { deadlineMs: PATIENCE_MS, attemptMs: PATIENCE_MS };
  return new Herd({ servers: [urlOf(server.gateway)], token, ...patience, ...options });
}

/** The first events of a subscription, in short, and no more. */
async function take(events: AsyncIterable<HerdEvent>, count: number): Promise<string[]> {
  const taken: string[] = [];
  for await (const event of events) {
    const { client } = event.type === 'location' ? event.location : { client: '', ...event };
    taken.push(`${event.type} ${client}`.trim());
    if (taken.length === count) break;
  }
  return taken;
}

test('a report is confirmed, and all of it is read again, to the nanosecond', async () => {
  await using herd = open();
  const time = '2026-05-19T22:53:47.959498503Z';
  const known = { accuracyM: 12, altitudeM: 71.5, speedMps: 1.5, courseDeg: 270 };
  const report = { ...known, batteryPercent: 80, charging: true, attributes: { network: 'wifi' } };
  await herd.report({
    client: 'anna',
    latitude: 34.06893,
    longitude: -118.445127,
    time,
    ...report,
  });
  const { skew, ageSeconds, receivedAt, lastSeenAt, ...location } =
    (await herd.locate('anna')) ?? {};
  assert.deepEqual(location, {
    client: 'anna',
    latitude: 34.06893,
    longitude: -118.445127,
    time,
    server: 'Riley',
    ...report,
  });
  assert.match(skew ?? '', /^[+-]\d+\.\d{9}$/);
  assert.ok(Number(ageSeconds) >= 0 && receivedAt === lastSeenAt);
  // A location that was read can be reported: what a report does not have is left out.
  await herd.report({ ...(await herd.locate('anna')), client: 'anna', latitude: 1, longitude: 2 });
  assert.equal((await herd.locate('anna'))?.latitude, 1);
});

test('of many reports each has its own result', async () => {
  await using herd = open();
  const kids = Array.from({ length: 20 }, (_, n) => `kid-${n}`);
  const results = await herd.reportAll(
    [...kids, 'ben'].map((client) => ({ client, latitude: 10, longitude: 20 })),
  );
  assert.deepEqual(
    results.filter(({ isConfirmed }) => isConfirmed).map(({ client }) => client),
    kids,
  );
  const refused = results.at(-1);
  assert.ok(refused?.client === 'ben' && refused.error instanceof ProblemError);
  assert.deepEqual([refused.error.code, refused.error.status], ['forbidden', 403]);
});

test('clients are listed over many pages, each once, and the nearest first', async () => {
  await using herd = open();
  await herd.reportAll(
    Array.from({ length: 600 }, (_, n) => ({
      client: `kid-${n}`,
      latitude: 10 + n / 1000,
      longitude: 20,
    })),
  );
  const clients = new Set<string>();
  let count = 0;
  for await (const { client } of herd.clients({ name: 'kid-*' })) {
    clients.add(client);
    count += 1;
  }
  assert.ok(count === clients.size && count >= 600, `${count} and ${clients.size}`);
  const near: string[] = [];
  for await (const { client, distanceM } of herd.near(
    { latitude: 10, longitude: 20 },
    { name: 'kid-*', limit: 3, radiusM: 5000 },
  )) {
    near.push(client);
    assert.ok(distanceM < 5000);
  }
  assert.deepEqual(near, ['kid-0', 'kid-1', 'kid-2']);
  const around: string[] = [];
  for await (const { client } of herd.near('kid-0', { limit: 2 })) around.push(client);
  assert.deepEqual(around, ['kid-1', 'kid-2']);
  const boxed: string[] = [];
  const box = { west: 19, south: 9, east: 21, north: 10.0005 };
  for await (const { client } of herd.clients({ box, group: 'family' })) boxed.push(client);
  assert.deepEqual(boxed, ['kid-0']);
});

test('places are those near a client', async () => {
  await using herd = open();
  await herd.report({ client: 'anna', latitude: 34.06893, longitude: -118.445127 });
  const { location, places, attributions } = await herd.places('anna', {
    radiusM: 10_000,
    limit: 2,
    rank: 'distance',
    types: ['locality'],
  });
  assert.equal(location.client, 'anna');
  assert.equal(places.length, 2);
  assert.ok((places[0]?.distanceM ?? 0) <= (places[1]?.distanceM ?? 0));
  assert.match(attributions.join(), /GeoNames/);
});

test('what is not there is undefined, and a refusal is a problem that does not show the token', async () => {
  await using herd = open();
  await herd.remove('anna');
  assert.equal(await herd.locate('anna'), undefined);
  assert.equal(await herd.geofences.get('nowhere'), undefined);
  await assert.rejects(herd.geofences.remove('nowhere'), { code: 'unknown-geofence' });
  await assert.rejects(herd.places('anna', { limit: 500 }), { code: 'invalid-request' });
  for (const [wrong, code] of [
    [TOKENS.wrong.token, 'unauthorized'],
    [TOKENS.share.token, 'forbidden'],
  ] as const) {
    await using stranger = open({ token: wrong });
    await assert.rejects(
      stranger.report({ client: 'anna', latitude: 1, longitude: 2 }),
      (error) => {
        assert.ok(error instanceof HerdError && error.code === code, String(error));
        const shown = `${JSON.stringify(error)} ${String(error.stack)} ${JSON.stringify(error.cause)}`;
        assert.ok(!shown.includes(wrong.slice(3)), shown);
        return true;
      },
    );
  }
  await using nobody = open({ servers: ['http://127.0.0.1:9'], deadlineMs: 100 });
  await assert.rejects(nobody.locate('anna'), (error) => {
    assert.ok(error instanceof UnreachableError);
    assert.ok(!JSON.stringify(error).includes(token.slice(3)));
    return error.attempts[0]?.server === 'http://127.0.0.1:9';
  });
  assert.throws(
    () => open({ token: `${token}\n` }),
    (error) => !String(error).includes(token),
  );
});

test('geofences are put, replaced, listed and removed, and subscribers told who enters and leaves', async () => {
  await using herd = open();
  const shape = { type: 'circle', latitude: 50, longitude: 8, radiusM: 500 } as const;
  await herd.geofences.put({ name: 'yard', shape, minimumDwellS: 5 });
  await herd.geofences.put({ name: 'yard', shape });
  assert.deepEqual(await herd.geofences.get('yard'), { name: 'yard', shape, minimumDwellS: 0 });
  assert.deepEqual(
    (await herd.geofences.list()).map(({ name }) => name),
    ['yard'],
  );
  await herd.report({ client: 'anna', latitude: 51, longitude: 8 });
  const subscription = herd.subscribe({ clients: ['anna'] });
  const moves = (async () => {
    const told: HerdEvent[] = [];
    for await (const event of subscription) {
      if (event.type === 'ready') {
        await herd.report({ client: 'anna', latitude: 50, longitude: 8 });
        await herd.report({ client: 'anna', latitude: 51, longitude: 8 });
      }
      if (event.type === 'enter' || event.type === 'leave') told.push(event);
      if (event.type === 'leave') break;
    }
    return told;
  })();
  const [enter, leave] = await moves;
  assert.ok(enter?.type === 'enter' && enter.geofence === 'yard' && enter.location.latitude === 50);
  assert.ok(leave?.type === 'leave' && leave.reason === 'moved' && leave.client === 'anna');
  await herd.geofences.remove('yard');
  assert.deepEqual(await herd.geofences.list(), []);
});

test('a subscription ends when it is left, closed, or broken off, and goes on from its cursor', async () => {
  await using herd = open();
  await herd.report({ client: 'anna', latitude: 1, longitude: 2 });
  const first = herd.subscribe({ clients: ['anna'] });
  assert.equal(first.server, undefined);
  const read = first[Symbol.asyncIterator]();
  assert.equal((await read.next()).value?.type, 'location');
  assert.equal(first.server, urlOf(server.gateway));
  assert.equal((await read.next()).value?.type, 'ready');
  const waiting = read.next();
  const cursor = await eventually('a cursor', () => first.cursor);
  first.close();
  assert.deepEqual(await waiting, { done: true, value: undefined });
  assert.throws(() => first[Symbol.asyncIterator](), TypeError);

  await herd.report({ client: 'anna', latitude: 3, longitude: 2 });
  const second = herd.subscribe({ clients: ['anna'] }, { cursor });
  assert.deepEqual(await take(second, 2), ['location anna', 'ready']);

  const stop = new AbortController();
  const reason = new Error('enough');
  const third = herd.subscribe({ clients: ['anna'] }, { signal: stop.signal });
  const ended = assert.rejects(async () => {
    for await (const { type } of third) if (type === 'ready') stop.abort(reason);
  }, reason);
  await ended;
  await using other = open();
  const open4 = other.subscribe({ clients: ['anna'] });
  await assert.rejects(
    async () => {
      for await (const { type } of open4) if (type === 'ready') void other.close();
    },
    { code: 'closed' },
  );
  await assert.rejects(take(herd.subscribe({ clients: ['ben'] }), 1), { code: 'forbidden' });
});

test('a client that has not said where it is was seen: asked for, and told as it happens', async () => {
  await using herd = open();
  const client = 'kid-unlocated';
  assert.equal(await herd.lastSeen(client), undefined);
  const path = `/in/traccar/${token}`;
  const body = `id=${client}&batt=81`;
  assert.equal((await ask(server.gateway, { method: 'POST', path, body })).status, 200);
  const seen = await herd.lastSeen(client);
  assert.match(seen?.lastSeenAt ?? '', /Z$/);
  assert.deepEqual(seen, { client, lastSeenAt: seen?.lastSeenAt, batteryPercent: 81 });
  assert.equal(await herd.locate(client), undefined);
  const told = await take(herd.subscribe({ clients: [client], seen: true }), 2);
  assert.deepEqual(told.toSorted(), ['ready', `seen ${client}`]);
  assert.deepEqual(await take(herd.subscribe({ clients: [client] }), 1), ['ready']);
  await herd.report({ client, latitude: 1, longitude: 2 });
  const location = await herd.locate(client);
  assert.equal((await herd.lastSeen(client))?.lastSeenAt, location?.lastSeenAt);
});

test('calls are broken off by their signal, and refused once it is closed', async () => {
  const herd = open();
  const stop = new AbortController();
  stop.abort(new Error('never mind'));
  for (const call of [
    herd.locate('anna', { signal: stop.signal }),
    herd.report({ client: 'anna', latitude: 1, longitude: 2 }, { signal: stop.signal }),
    herd.flush({ signal: stop.signal }),
  ]) {
    await assert.rejects(call, /never mind/);
  }
  await herd.close();
  await assert.rejects(herd.locate('anna'), { code: 'closed' });
  assert.throws(() => herd.enqueue({ client: 'anna', latitude: 1, longitude: 2 }), {
    code: 'closed',
  });
});

test('the status of the herd is that of its servers', async () => {
  await using herd = open();
  const { herd: name, servers } = await herd.status();
  assert.equal(name, 'test-herd');
  const [self] = servers;
  assert.ok(self?.lastHeardAt !== null && self?.server === 'Riley' && self.state === 'reachable');
});

test('enqueued reports are confirmed in the background; what a server refuses is told', async () => {
  const dropped: string[] = [];
  await using herd = open({
    onDrop: ({ report, reason, error }) => {
      dropped.push(`${report.client} ${reason} ${error?.code}`);
    },
  });
  for (let n = 0; n < 50; n++) herd.enqueue({ client: 'anna', latitude: n, longitude: 2 });
  herd.enqueue({ client: 'ben', latitude: 1, longitude: 2 });
  assert.deepEqual(await herd.flush(), { confirmed: 50, dropped: 1, unsent: 0 });
  assert.equal((await herd.locate('anna'))?.latitude, 49);
  assert.deepEqual(dropped, ['ben refused forbidden']);
});

testFailover();
