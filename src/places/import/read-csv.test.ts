import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import type { ImportedPlace } from './imported-place.ts';
import { readCsv } from './read-csv.ts';

interface Read {
  readonly places: readonly ImportedPlace[];
  readonly invalid: readonly string[];
  readonly notes: readonly string[];
}

/** All that is read of a file with this content. */
async function read(content: string | Buffer, controller = new AbortController()): Promise<Read> {
  const folder = await mkdtemp(join(tmpdir(), 'proxy-herd-'));
  try {
    const path = join(folder, 'places.csv');
    await writeFile(path, content);
    const [invalid, notes]: [string[], string[]] = [[], []];
    const places: ImportedPlace[] = [];
    const reading = readCsv(path, {
      onInvalid: ({ where, fault }) => void invalid.push(`${where}: ${fault}`),
      onNote: (note) => void notes.push(note),
      onRead: () => undefined,
      signal: controller.signal,
    });
    for await (const place of reading) places.push(place);
    return { places, invalid, notes };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a row has all that its columns say', async () => {
  const { places, notes } = await read(
    'id,name,latitude,longitude,types,prominence,vicinity,country,opening_hours,phone,website,wheelchair,name:ko,colour\n' +
      'x1,"Café ""Mitte""",52.5,-13.4,cafe;bar,7,"Torstraße 1, Berlin",DE,Mo-Fr 08:00-18:00,+49 30 1,example.org,yes,카페,red\n',
  );
  assert.deepEqual(places, [
    {
      id: 'x1',
      name: 'Café "Mitte"',
      latitude: 52.5,
      longitude: -13.4,
      types: ['cafe', 'bar'],
      prominence: 7,
      vicinity: 'Torstraße 1, Berlin',
      country: 'DE',
      details: {
        openingHours: { osm: 'Mo-Fr 08:00-18:00' },
        phone: '+49 30 1',
        website: 'https://example.org/',
        wheelchair: 'yes',
        names: { ko: '카페' },
      },
    },
  ]);
  assert.deepEqual(notes, ['columns that are not used: colour']);
});

test('a byte order mark, CRLF, other separators, empty lines and line ends in quotes are taken', async () => {
  for (const [separator, end] of [
    [',', '\r\n'],
    [';', '\n'],
    ['\t', '\r\n'],
  ] as const) {
    const rows = [
      ['Name', 'LAT', 'lon', 'type'],
      ['"A\nB"', '90', '180', 'zoo'],
      [],
      ['C', '-90', '-180', ''],
    ];
    const text = rows.map((row) => row.join(separator)).join(end);
    const { places, invalid } = await read(`\uFEFF${text}`);
    assert.deepEqual(invalid, []);
    assert.deepEqual(
      places.map(({ name, latitude, longitude, types }) => [name, latitude, longitude, types]),
      [
        ['A\nB', 90, 180, ['zoo']],
        ['C', -90, -180, []],
      ],
    );
  }
});

test('a place without an ID has one of its own, the same each time', async () => {
  const csv = 'name,lat,lon\nA,1,2\nA,1,2\nA,1,3\n';
  const ids = (await read(csv)).places.map(({ id }) => id);
  assert.equal(ids[0], ids[1]);
  assert.notEqual(ids[0], ids[2]);
  assert.match(ids[0] ?? '', /^file:[\w-]{16}$/);
});

test('columns of OpenStreetMap say what a place is, where there are no types', async () => {
  const csv = 'name,lat,lon,amenity,types\nA,1,2,museum,\nB,1,2,hospital,\nC,1,2,hospital,zoo\n';
  const found = (await read(csv)).places.map(({ types, prominence }) => [types[0], prominence]);
  assert.deepEqual(found, [
    ['point_of_interest', 1],
    ['hospital', 3],
    ['zoo', 0],
  ]);
});

test('what is wrong with a row is said with its line', async () => {
  const { places, invalid } = await read(
    [
      'name,lat,lon,types,prominence,country',
      ',1,2,,,',
      '"two',
      'lines",91,2,,,',
      'A,north,2,,,',
      'A,1,,,,',
      'A,1,2,Café,,',
      'A,1,2,,-1,',
      'A,1,2,,1.5,',
      'A,1,2,,4294967296,',
      'A,1,2,,,de',
      'A,1,2',
      `${'x'.repeat(100_000)},1,2,,,`,
      'A,0x10,2,,,',
      'A,1,2,,,',
    ].join('\n'),
  );
  assert.deepEqual(invalid, [
    'line 2: name: found none, expected a text',
    'line 4: latitude: found "91", expected decimal degrees from -90 to 90: latitude and longitude may be swapped',
    'line 5: latitude: found "north", expected decimal degrees from -90 to 90',
    'line 6: longitude: found none, expected decimal degrees from -180 to 180',
    'line 7: types: found "Café", expected words such as cafe or train_station',
    'line 8: prominence: found "-1", expected a whole number from 0 to 4294967295',
    'line 9: prominence: found "1.5", expected a whole number from 0 to 4294967295',
    'line 10: prominence: found "4294967296", expected a whole number from 0 to 4294967295',
    'line 11: country: found "de", expected two capital letters (ISO 3166-1)',
    'line 12: found 3 columns, expected 6 as in the header',
    'line 13: name: found 100000 characters, expected at most 1000',
    'line 14: latitude: found "0x10", expected decimal degrees from -90 to 90',
  ]);
  assert.equal(places.length, 1);
});

test('the usual mistakes with coordinates are named', async () => {
  const { invalid } = await read('name;lat;lon\nA;52,5;13\nB;-118.4;34.1\nC;-118.4;134.1\n');
  const expected = 'expected decimal degrees from -90 to 90';
  assert.deepEqual(invalid, [
    `line 2: latitude: found "52,5", ${expected}, with a decimal point`,
    `line 3: latitude: found "-118.4", ${expected}: latitude and longitude may be swapped`,
    `line 4: latitude: found "-118.4", ${expected}`,
  ]);
});

test('a text that is not UTF-8 is said to be none', async () => {
  const { invalid } = await read(
    Buffer.from('name,lat,lon,vicinity\nCaf\xe9,1,2,\nCafe,1,2,Stra\xdfe\n', 'latin1'),
  );
  assert.deepEqual(invalid, [
    'line 2: name: found bytes that are not UTF-8',
    'line 3: vicinity: found bytes that are not UTF-8',
  ]);
});

for (const [name, content, message] of [
  ['an empty file', '', /places\.csv: it is empty$/],
  ['a header without a position', 'name,city\nA,B\n', /latitude, longitude are missing/],
  ['a column that is there twice', 'name,lat,lon,latitude\n', /the column latitude is there twice/],
  [
    'a header of other separators',
    'name|lat|lon\nA|1|2\n',
    /line 1: found name\|lat\|lon; .* separated by commas, semicolons or tabs: name, /,
  ],
  [
    'UTF-16',
    Buffer.from('\uFEFFname,lat,lon\nA,1,2\n', 'utf16le'),
    /found UTF-16, expected UTF-8$/,
  ],
  [
    'a quote that is not closed',
    'name,lat,lon\nA,1,2\n"B,1,2\nC,1,2\n',
    /in the row that begins at line 3: a quote is opened and never closed$/,
  ],
  [
    'a quote within a field',
    'name,lat,lon\nB,1,2\nA "x",1,2\n',
    /begins at line 3: found a quote within a field, expected the whole field in quotes/,
  ],
  [
    'text after a quote',
    'name,lat,lon\n"A"b,1,2\n',
    /begins at line 2: found text after a closing quote, expected "," or the end/,
  ],
  [
    'an endless row',
    `name,lat,lon\n"${'x'.repeat(1_100_000)}`,
    /begins at line 2: found more than 1000000 characters/,
  ],
] as const) {
  test(`${name} ends the import with its line`, async () => {
    await assert.rejects(read(content), { name: 'ImportError', message });
  });
}

test('a header alone has no places', async () => {
  assert.deepEqual((await read('name,lat,lon\n')).places, []);
});

test('a file that is not there is told', async () => {
  const { signal } = new AbortController();
  const nothing = () => undefined;
  const hooks = { onInvalid: nothing, onNote: nothing, onRead: nothing, signal };
  await assert.rejects(readCsv('/nowhere/a.csv', hooks).next(), { code: 'INPUT_UNREADABLE' });
});

test('a reading ends when it is stopped', async () => {
  const controller = new AbortController();
  controller.abort(new Error('stopped'));
  await assert.rejects(read('name,lat,lon\nA,1,2\n', controller), /stopped/);
});
