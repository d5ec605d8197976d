import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { locate } from '../support/commands.ts';
import { DIAGRAM, TestHerd } from '../support/herd.ts';
import { ask, put } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';
import { untilLink } from '../support/server-log.ts';

const EARTH_RADIUS_METRES = 6_371_000;

test('a report over HTTP at one server of five is read at each other, over HTTP and by WHATSAT', async () => {
  await using herd = await TestHerd.make({ ...DIAGRAM, hasGateways: true });
  await herd.up();
  for (const [a, b] of DIAGRAM.links ?? []) await untilLink(herd, a, b, 'link-up');
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
});

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
