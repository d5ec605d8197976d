import assert from 'node:assert/strict';
import test, { after, describe } from 'node:test';
import { NO_CACHE } from '#src/server/small-options.test.js';
import { DEFAULT_CHOICES } from '#src/places/choices.js';
import { PLACE_TYPES } from '#src/places/place-types.js';
import { AnsweringUpstream } from '../places/answering-upstream.ts';
import { exchange } from '../support/client.ts';
import { ask, problemIn } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';

/* GET /v1/clients/{id}/places: with the embedded places, and with an upstream whose answers the test gives. */

const REPORT = 'IAMAT kiwi +34.068930-118.445127 1621464827.959498503\n';
const KIWI = { latitude: 34.06893, longitude: -118.445127 };

interface Place {
  readonly id: string;
  readonly name: string;
  readonly distanceM: number;
  readonly types: readonly string[];
  readonly vicinity: string;
}

async function start(spec: Parameters<typeof OwnServer.start>[0] = {}) {
  const server = await OwnServer.start({ gateway: { host: '127.0.0.1', port: 0 }, ...spec });
  after(() => server[Symbol.asyncDispose]());
  await exchange(server.clients, REPORT);
  const get = (query: string, headers = {}) =>
    ask(server.gateway, { path: `/v1/clients/kiwi/places?${query}`, headers });
  const places = async (query: string) => {
    const { status, json } = await get(query);
    assert.equal(status, 200, JSON.stringify(json));
    return (json as { places: Place[] }).places;
  };
  return { server, get, places };
}

describe('with the embedded places', async () => {
  const { server, get, places } = await start();

  test('each place has its distance from the client, in metres', async () => {
    const found = await places('radius=20000&rank=distance');
    const metres = found.map(({ distanceM }) => distanceM);
    assert.equal(metres.length, 20);
    assert.deepEqual(
      metres,
      metres.toSorted((a, b) => a - b),
    );
    assert.ok(metres.every((distanceM) => distanceM > 0 && distanceM <= 20_000));
  });

  test('rank changes the order, and nothing that WHATSAT says', async () => {
    const whatsat = async (): Promise<string> =>
      (await exchange(server.clients, 'WHATSAT kiwi 20 20\n')).toString();
    const before = await whatsat();
    const byProminence = await places('radius=20000');
    const byDistance = await places('radius=20000&rank=distance');
    assert.notDeepEqual(byProminence[0], byDistance[0]);
    assert.match(byProminence[0]?.name ?? '', /^Los Angeles$/);
    const { results } = JSON.parse(before.slice(before.indexOf('\n'))) as {
      results: Record<string, unknown>[];
    };
    assert.deepEqual(
      results.map(({ place_id: id }) => id),
      byProminence.map(({ id }) => id),
    );
    const members = ['geometry', 'name', 'place_id', 'types', 'vicinity'];
    for (const { population: _, iata_code: __, ...place } of results) {
      assert.deepEqual(Object.keys(place).sort(), members);
    }
    assert.equal(await whatsat(), before);
  });

  test('types leave out all others; of several one is enough', async () => {
    const sections = await places('radius=20000&types=sublocality');
    assert.ok(sections.length > 0);
    for (const { types } of sections) assert.ok(types.includes('sublocality'));
    const all = await places('radius=20000&types=sublocality,locality,airport');
    assert.deepEqual(all, await places('radius=20000'));
    assert.deepEqual(await places('radius=20000&types=cafe'), []);
  });

  test('language is that of the addresses', async () => {
    const [place] = await places('radius=20000&language=de&limit=1');
    assert.match(place?.vicinity ?? '', /Vereinigte Staaten$/);
  });

  test('a choice that there is not is told, with some that there are', async () => {
    for (const [query, expected] of [
      ['types=coffee', /query types: .*no type "coffee"; there are cafe, museum/],
      ['types=station', /no type "station"; there are .*train_station/],
      ['types=', /no type ""; there are cafe/],
      ['types=cafe,', /no type ""/],
      ['types=Cafe', /no type "Cafe"/],
      [`types=${'x'.repeat(5_000)}`, /no type "x{40}"/],
      [`types=${PLACE_TYPES.slice(0, 11).join()}`, /at most 10 types .*found 11/],
      ['rank=popularity', /query rank: expected prominence or distance/],
      ['language=de_DE', /query language: expected a language tag \(BCP 47\)/],
      ['language=', /query language/],
      [`language=${'de-'.repeat(30)}x`, /query language/],
      ['type=cafe', /no member "type"/],
    ] as const) {
      const reply = await get(query);
      assert.equal(problemIn(reply), 'invalid-request', query);
      assert.match((reply.json as { detail: string }).detail, expected);
    }
  });

  test('as GeoJSON a place has all that it has as JSON', async () => {
    const query = 'radius=20000&limit=1&rank=distance';
    const [place] = await places(query);
    const { json } = await get(query, { accept: 'application/geo+json' });
    const [{ id, geometry, properties } = { id: '', geometry: {}, properties: {} }] = (
      json as { features: { id: string; geometry: object; properties: object }[] }
    ).features;
    const { coordinates } = geometry as { coordinates?: number[] };
    const [longitude, latitude] = coordinates ?? [];
    assert.deepEqual({ id, latitude, longitude, ...properties }, place);
  });
});

const FULL_TAGS = {
  amenity: 'cafe',
  name: 'Kerckhoff',
  'name:de': 'Kaffee Kerckhoff',
  'name:zh-Hant': '克爾科夫',
  'name:etymology': 'a person',
  opening_hours: 'Mo-Fr 07:00-19:00',
  phone: '+1 310 555 0100',
  'contact:website': 'kerckhoff.example/menu',
  wheelchair: 'limited',
};

describe('with an upstream of OpenStreetMap', async () => {
  const upstream = await AnsweringUpstream.start((_request, response) => {
    const at = { lat: KIWI.latitude, lon: KIWI.longitude };
    const elements = [
      { type: 'node', id: 1, ...at, tags: FULL_TAGS },
      { type: 'node', id: 2, ...at, lat: at.lat + 0.001, tags: { shop: 'books', name: 'Books' } },
    ];
    response.end(JSON.stringify({ elements }));
  });
  after(() => upstream[Symbol.asyncDispose]());
  const cache = { ...NO_CACHE, ttlMs: 600_000, entries: 100 };
  const { get, places } = await start({
    places: {
      provider: 'overpass',
      settings: { url: upstream.url },
      key: '',
      choices: DEFAULT_CHOICES,
      cache,
      calls: { deadlineMs: 60_000, atOnce: 2 },
      budget: undefined,
    },
  });

  test('what the upstream knows of a place is passed on', async () => {
    const { places, attributions } = (await get('')).json as {
      places: object[];
      attributions: string[];
    };
    assert.deepEqual(places[0], {
      id: 'osm:node/1',
      name: 'Kerckhoff',
      ...KIWI,
      distanceM: 0,
      types: ['cafe', 'food', 'point_of_interest', 'establishment'],
      vicinity: '',
      openingHours: { osm: 'Mo-Fr 07:00-19:00' },
      phone: '+1 310 555 0100',
      website: 'https://kerckhoff.example/menu',
      wheelchair: 'limited',
      names: { de: 'Kaffee Kerckhoff', 'zh-Hant': '克爾科夫' },
    });
    assert.deepEqual(Object.keys(places[1] ?? {}), [
      'id',
      'name',
      'latitude',
      'longitude',
      'distanceM',
      'types',
      'vicinity',
    ]);
    assert.equal(attributions.length, 1);
  });

  test('one answer of the upstream is one for all languages, types and ranks', async () => {
    await places('');
    const asked = upstream.requests.length;
    const names = async (query: string) => (await places(query)).map(({ name }) => name);
    assert.deepEqual(await names('language=de'), ['Kaffee Kerckhoff', 'Books']);
    assert.deepEqual(await names('language=de-AT&types=cafe'), ['Kaffee Kerckhoff']);
    assert.deepEqual(await names('language=zh-Hant-TW&rank=distance'), ['克爾科夫', 'Books']);
    assert.deepEqual(await names('language=zh'), ['Kerckhoff', 'Books']);
    assert.deepEqual(await names('types=book_store,museum'), ['Books']);
    assert.deepEqual(await names('types=locality'), []);
    assert.equal(upstream.requests.length, asked);
  });
});

test('google-legacy has the nearest of some types alone', async () => {
  await using upstream = await AnsweringUpstream.start((_request, response) =>
    response.end(JSON.stringify({ status: 'ZERO_RESULTS', results: [] })),
  );
  const { get, places } = await start({
    places: {
      provider: 'google-legacy',
      settings: { url: upstream.url },
      key: 'key',
      choices: DEFAULT_CHOICES,
      cache: NO_CACHE,
      calls: { deadlineMs: 60_000, atOnce: 2 },
      budget: undefined,
    },
  });
  const reply = await get('rank=distance');
  assert.equal(problemIn(reply), 'invalid-request');
  assert.match((reply.json as { detail: string }).detail, /query types: expected at least one/);
  assert.equal(upstream.asked.length, 0);
  assert.deepEqual(await places('rank=distance&types=cafe'), []);
  assert.equal(upstream.asked.length, 1);
});
