import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import type { ImportedPlace } from './imported-place.ts';
import { readGeoJson } from './read-geojson.ts';

async function read(content: string | Buffer | object) {
  const folder = await mkdtemp(join(tmpdir(), 'proxy-herd-'));
  try {
    const path = join(folder, 'places.geojson');
    await writeFile(
      path,
      typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content),
    );
    const invalid: string[] = [];
    const places: ImportedPlace[] = [];
    const reading = readGeoJson(path, {
      onInvalid: ({ where, fault }) => void invalid.push(`${where}: ${fault}`),
      onNote: () => undefined,
      onRead: () => undefined,
      signal: new AbortController().signal,
    });
    for await (const place of reading) places.push(place);
    return { places, invalid };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function collection(...features: readonly unknown[]) {
  return { type: 'FeatureCollection', features };
}

function feature(type: string, coordinates: unknown, properties: object = {}) {
  return {
    type: 'Feature',
    geometry: { type, coordinates },
    properties: { name: 'A', ...properties },
  };
}

test('a point has all that its properties say', async () => {
  const { places } = await read(
    collection({
      ...feature('Point', [13.4, 52.5, 30], {
        types: ['cafe', 'bar'],
        prominence: 7,
        address: 'Torstraße 1',
        'name:ko': '카페',
        phone: '+49',
        ignored: { deep: true },
      }),
      id: 17,
    }),
  );
  assert.deepEqual(places, [
    {
      id: '17',
      name: 'A',
      latitude: 52.5,
      longitude: 13.4,
      types: ['cafe', 'bar'],
      prominence: 7,
      vicinity: 'Torstraße 1',
      country: '',
      details: { phone: '+49', names: { ko: '카페' } },
    },
  ]);
});

for (const [type, coordinates, middle] of [
  [
    'MultiPoint',
    [
      [0, 0],
      [4, 2],
    ],
    [1, 2],
  ],
  [
    'LineString',
    [
      [0, 0],
      [1, 5],
      [4, 2],
    ],
    [2.5, 2],
  ],
  [
    'MultiLineString',
    [
      [
        [0, 0],
        [1, 1],
      ],
      [
        [4, 2],
        [3, 2],
      ],
    ],
    [1, 2],
  ],
  [
    'Polygon',
    [
      [
        [0, 0],
        [4, 0],
        [4, 2],
        [0, 2],
        [0, 0],
      ],
    ],
    [1, 2],
  ],
  [
    'MultiPolygon',
    [
      [
        [
          [0, 0],
          [1, 0],
          [0, 0],
        ],
      ],
      [
        [
          [4, 2],
          [3, 2],
          [4, 2],
        ],
      ],
    ],
    [1, 2],
  ],
  // Across the antimeridian, as RFC 7946 forbids and files have it.
  [
    'Polygon',
    [
      [
        [179, 0],
        [-179, 0],
        [-179, 2],
        [179, 2],
        [179, 0],
      ],
    ],
    [1, 180],
  ],
  [
    'Polygon',
    [
      [
        [178, 0],
        [-176, 0],
        [-176, 2],
        [178, 2],
        [178, 0],
      ],
    ],
    [1, -179],
  ],
] as const) {
  test(`the middle of ${JSON.stringify(coordinates)} is ${middle.join(', ')}`, async () => {
    const { places } = await read(collection(feature(type, coordinates)));
    assert.deepEqual([places[0]?.latitude, places[0]?.longitude], middle);
  });
}

test("tags of OpenStreetMap say what a place is, as osmium's export has them", async () => {
  const tags = { amenity: 'cafe', opening_hours: '24/7', '@id': 'way/1' };
  const { places } = await read(collection(feature('Point', [0, 0], tags)));
  assert.deepEqual(places[0]?.types, ['cafe', 'food', 'point_of_interest', 'establishment']);
  assert.equal(places[0].prominence, 2);
  assert.deepEqual(places[0].details, { openingHours: { osm: '24/7' } });
});

test('properties are found whatever their case, first by their very name', async () => {
  const { places } = await read(
    collection(feature('Point', [0, 0], { NAME: 'B', Type: 'zoo', Address: 'x', vicinity: 'y' })),
  );
  const found = places.map(({ name, types, vicinity }) => ({ name, types, vicinity }));
  assert.deepEqual(found, [{ name: 'A', types: ['zoo'], vicinity: 'y' }]);
});

test('what is wrong with a feature is said with its number', async () => {
  const { places, invalid } = await read(
    collection(
      feature('Point', [200, 0]),
      feature('Point', [0]),
      feature('Point', ['0', '0']),
      feature('Polygon', []),
      { type: 'Feature', geometry: null, properties: { name: 'A' } },
      { type: 'Feature', properties: { name: 'A' } },
      feature('Point', [0, 0], { name: '' }),
      feature('Point', [0, 0], { name: null }),
      7,
      { type: 'Point', coordinates: [0, 0] },
      feature('Point', [0, 0]),
    ),
  );
  const geometry = (found: string) =>
    `geometry: found ${found}, expected a Point, LineString or Polygon, or several, with [longitude, latitude]`;
  const noFeature = 'found something else, expected a GeoJSON Feature';
  const noName = 'name: found none, expected a text';
  assert.deepEqual(invalid, [
    'feature 1: longitude: found "200", expected decimal degrees from -180 to 180',
    `feature 2: ${geometry('{"type":"Point","coordinates":[0]}')}`,
    `feature 3: ${geometry('{"type":"Point","coordinates":["0","0"]}')}`,
    `feature 4: ${geometry('{"type":"Polygon","coordinates":[]}')}`,
    `feature 5: ${geometry('null')}`,
    `feature 6: ${geometry('none')}`,
    `feature 7: ${noName}`,
    `feature 8: ${noName}`,
    `feature 9: ${noFeature}`,
    `feature 10: ${noFeature}`,
  ]);
  assert.equal(places.length, 1);
});

test('a byte order mark is taken, and so is a collection of nothing', async () => {
  assert.deepEqual((await read(`\uFEFF${JSON.stringify(collection())}`)).places, []);
});

for (const [name, content, message] of [
  ['an empty file', '', /places\.geojson: it is empty$/],
  [
    'a feature a line',
    `${JSON.stringify(feature('Point', [0, 0]))}\n{}`,
    /after feature 0: found "\{" at byte \d+, expected one JSON value and nothing after it$/,
  ],
  [
    'what is no JSON after a feature',
    `{"features":[${JSON.stringify(feature('Point', [0, 0]))},NaN]}`,
    /after feature 1: found "N" at byte \d+, expected JSON$/,
  ],
  [
    'bytes that are not UTF-8',
    Buffer.from('{"features":[{"name":"Caf\xe9"}]}', 'latin1'),
    /after feature 0: found bytes that are not UTF-8$/,
  ],
  [
    'a file that was cut off',
    JSON.stringify(collection(feature('Point', [0, 0]))).slice(0, -2),
    /after feature 1 it ends within JSON/,
  ],
  ['no JSON', '<osm>', /after feature 0: found "<" at byte 0, expected JSON$/],
  [
    'one feature',
    JSON.stringify(feature('Point', [0, 0])),
    /found "Feature"; expected .* "FeatureCollection"/,
  ],
  ['a list', '[]', /found no type/],
] as const) {
  test(`${name} ends the import`, async () => {
    await assert.rejects(read(content), { name: 'ImportError', message });
  });
}
