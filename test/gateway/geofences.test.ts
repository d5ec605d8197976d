import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { ask, problemIn, put, type HttpReply } from '../support/http.ts';
import { TestFolder } from '../support/folder.ts';
import { OwnServer } from '../support/own-server.ts';

const gateway = { host: '127.0.0.1', port: 0 };
const GEOJSON = 'application/geo+json';
const CIRCLE = { type: 'circle', latitude: 34.06893, longitude: -118.445127, radiusM: 50 };
const TRIANGLE = {
  type: 'polygon',
  vertices: [
    { latitude: 34.1, longitude: -118.4 },
    { latitude: 34.2, longitude: -118.3 },
    { latitude: 34.1, longitude: -118.3 },
  ],
};

function tokenOf({ status, headers }: HttpReply): { 'consistency-token': string } {
  assert.equal(status, 204);
  return { 'consistency-token': String(headers['consistency-token']) };
}

const server = await OwnServer.start({ gateway });
after(() => server[Symbol.asyncDispose]());

/** Nothing is left of the test before. */
beforeEach(async () => {
  const { json } = await ask(server.gateway, { path: '/v1/geofences' });
  for (const { name } of (json as { geofences: { name: string }[] }).geofences) {
    const path = `/v1/geofences/${encodeURIComponent(name)}`;
    tokenOf(await ask(server.gateway, { method: 'DELETE', path }));
  }
});

describe('at one server', () => {
  test('a geofence is no client, and its name may be anything that can be seen', async () => {
    const names = ['Zuhause', '100% / home', '\u{1f3e0} \u{5bb6}'];
    for (const name of names) {
      await put(server.gateway, `/v1/geofences/${encodeURIComponent(name)}`, { shape: CIRCLE });
    }
    const { json } = await ask(server.gateway, { path: '/v1/geofences' });
    const { geofences } = json as { geofences: { name: string; minimumDwellS: number }[] };
    assert.deepEqual(geofences.map(({ name }) => name).toSorted(), names.toSorted());
    assert.ok(geofences.every(({ minimumDwellS }) => minimumDwellS === 0));
    const clients = await ask(server.gateway, { path: '/v1/clients' });
    assert.deepEqual(clients.json, { clients: [] });
    for (const name of ['%0A', '%20a', 'n'.repeat(65), '%ED%A0%80']) {
      const reply = await put(server.gateway, `/v1/geofences/${name}`, { shape: CIRCLE });
      assert.equal(problemIn(reply), 'invalid-request', name);
    }
  });

  test('a geofence outlives a restart, and so does that it was removed', async () => {
    await using folder = await TestFolder.make();
    const options = { gateway, journalFolder: folder.path };
    {
      await using before = await OwnServer.start(options);
      tokenOf(await put(before.gateway, '/v1/geofences/home', { shape: TRIANGLE }));
      tokenOf(await put(before.gateway, '/v1/geofences/work', { shape: CIRCLE }));
      tokenOf(await ask(before.gateway, { method: 'DELETE', path: '/v1/geofences/work' }));
    }
    await using again = await OwnServer.start(options);
    const { json } = await ask(again.gateway, { path: '/v1/geofences' });
    assert.deepEqual(json, { geofences: [{ name: 'home', shape: TRIANGLE, minimumDwellS: 0 }] });
  });

  test('what is read can be put again, as JSON and as GeoJSON', async () => {
    for (const shape of [CIRCLE, TRIANGLE]) {
      const path = '/v1/geofences/home';
      await put(server.gateway, path, { shape, minimumDwellS: 1.5 });
      const { json } = await ask(server.gateway, { path });
      const feature = await ask(server.gateway, { path, headers: { accept: GEOJSON } });
      assert.match(String(feature.headers['content-type']), /^application\/geo\+json/);
      await ask(server.gateway, { method: 'DELETE', path });
      tokenOf(await put(server.gateway, path, feature.json, { 'content-type': GEOJSON }));
      const again = await ask(server.gateway, { path, headers: { accept: GEOJSON } });
      assert.deepEqual(again.json, feature.json);
      tokenOf(await put(server.gateway, path, json));
      assert.deepEqual((await ask(server.gateway, { path })).json, json);
    }
  });

  test('a polygon is a ring to the left in GeoJSON, and a circle a point with a radius', async () => {
    await put(server.gateway, '/v1/geofences/a', { shape: CIRCLE });
    await put(server.gateway, '/v1/geofences/b', { shape: TRIANGLE });
    const headers = { accept: GEOJSON };
    const { json } = await ask(server.gateway, { path: '/v1/geofences', headers });
    const left = [
      [-118.3, 34.1],
      [-118.3, 34.2],
      [-118.4, 34.1],
      [-118.3, 34.1],
    ];
    assert.deepEqual(json, {
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          id: 'a',
          geometry: { type: 'Point', coordinates: [-118.445127, 34.06893] },
          properties: { name: 'a', radiusM: 50, minimumDwellS: 0 },
        },
        {
          type: 'Feature',
          id: 'b',
          geometry: { type: 'Polygon', coordinates: [left] },
          properties: { name: 'b', minimumDwellS: 0 },
        },
      ],
    });
  });

  test('an answer that the caller has is not sent again', async () => {
    await put(server.gateway, '/v1/geofences/a', { shape: CIRCLE });
    for (const path of ['/v1/geofences', '/v1/geofences/a']) {
      const { headers } = await ask(server.gateway, { path });
      const again = { path, headers: { 'if-none-match': headers.etag } };
      const { status, bytes } = await ask(server.gateway, again);
      assert.deepEqual([status, bytes.length], [304, 0], path);
      await put(server.gateway, '/v1/geofences/a', {
        shape: { ...CIRCLE, radiusM: Math.random() + 9 },
      });
      assert.equal((await ask(server.gateway, again)).status, 200, path);
    }
  });

  test('what cannot be a geofence is refused with what was wrong and where', async () => {
    const [first, second, third] = TRIANGLE.vertices;
    const polygon = (...vertices: unknown[]) => ({ shape: { type: 'polygon', vertices } });
    const feature = (geometry: unknown, properties: unknown = {}) => ({
      type: 'Feature',
      geometry,
      properties,
    });
    const ring = [
      [0, 0],
      [1, 0],
      [1, 1],
      [2, 2],
    ];
    const refused: readonly [value: unknown, detail: RegExp, type?: string][] = [
      [{}, /shape: expected an object whose type is "circle" or "polygon"/],
      [{ shape: { type: 'square' } }, /shape.*: expected an object whose type is/],
      [{ shape: { ...CIRCLE, radiusM: 0 } }, /shape\.radiusM: expected a number from 1 to 1000000/],
      [{ shape: CIRCLE, minimumDwellS: -1 }, /minimumDwellS: expected a number from 0 to 86400/],
      [{ shape: CIRCLE, dwell: 1 }, /no member "dwell"/],
      [{ shape: CIRCLE, name: 'work' }, /name: expected the name that the path has/],
      [polygon(first, second), /shape\.vertices: /],
      [polygon(first, second, third, first), /vertices\.\d: found a side that meets the one from/],
      [
        polygon({ latitude: 0, longitude: 179 }, { latitude: 0, longitude: -179 }, first),
        /antimeridian is two geofences/,
      ],
      [feature({ type: 'LineString', coordinates: ring }), /expected a Point/, GEOJSON],
      [feature({ type: 'Point', coordinates: [1, 2] }), /properties\.radiusM: expected/, GEOJSON],
      [feature({ type: 'Polygon', coordinates: [ring] }), /the first position again/, GEOJSON],
      [feature({ type: 'Polygon', coordinates: [ring, ring] }), /geometry\.coordinates/, GEOJSON],
      [
        feature({ type: 'Point', coordinates: [1, 91] }, { radiusM: 5 }),
        /latitude: found 91/,
        GEOJSON,
      ],
    ];
    for (const [value, detail, type = 'application/json'] of refused) {
      const reply = await put(server.gateway, '/v1/geofences/home', value, {
        'content-type': type,
      });
      assert.equal(problemIn(reply), 'invalid-request');
      assert.match((reply.json as { detail: string }).detail, detail, JSON.stringify(value));
    }
    const { json } = await ask(server.gateway, { path: '/v1/geofences' });
    assert.deepEqual(json, { geofences: [] });
    const unknown = await ask(server.gateway, { method: 'DELETE', path: '/v1/geofences/home' });
    assert.equal(problemIn(unknown), 'unknown-geofence');
  });
});
