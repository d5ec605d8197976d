import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';

import { PbfWriter } from 'pbf';

import type { ImportedPlace } from './imported-place.ts';
import { readOsm } from './read-osm.ts';

type Tags = Readonly<Record<string, string>>;
/** An ID, longitude and latitude, tags. */
type Node = readonly [number, number, number, Tags?];
/** An ID, the IDs of its nodes, tags. */
type Way = readonly [number, readonly number[], Tags];

/** A row of elements; nodes as most files have them (`dense`), or one by one (`plain`). */
interface Group {
  readonly dense?: readonly Node[];
  readonly plain?: readonly Node[];
  readonly ways?: readonly Way[];
  readonly relations?: readonly Tags[];
}

const GRANULARITY = 1000;
const OFFSET = 5_000;

function block(group: Group): Uint8Array {
  const texts = [''];
  const text = (wanted: string): number => {
    if (!texts.includes(wanted)) texts.push(wanted);
    return texts.indexOf(wanted);
  };
  const units = (degrees: number): number => Math.round((degrees * 1e9 - OFFSET) / GRANULARITY);
  const writeTags = (tags: Tags, pbf: PbfWriter): void => {
    pbf.writePackedVarint(2, Object.keys(tags).map(text));
    pbf.writePackedVarint(3, Object.values(tags).map(text));
  };
  const groups = new PbfWriter();
  const differences = (numbers: readonly number[]): number[] =>
    numbers.map((number, i) => number - (numbers[i - 1] ?? 0));
  const { dense = [], plain = [], ways = [], relations = [] } = group;
  for (const [id, longitude, latitude, tags = {}] of plain) {
    groups.writeMessage(
      1,
      (_, pbf) => {
        pbf.writeSVarintField(1, id);
        writeTags(tags, pbf);
        pbf.writeSVarintField(8, units(latitude));
        pbf.writeSVarintField(9, units(longitude));
      },
      undefined,
    );
  }
  if (dense.length > 0) {
    groups.writeMessage(
      2,
      (_, pbf) => {
        pbf.writePackedSVarint(1, differences(dense.map(([id]) => id)));
        pbf.writePackedSVarint(8, differences(dense.map(([, , latitude]) => units(latitude))));
        pbf.writePackedSVarint(9, differences(dense.map(([, longitude]) => units(longitude))));
        const tags: number[] = [];
        for (const [, , , of = {}] of dense) tags.push(...Object.entries(of).flat().map(text), 0);
        if (tags.length > dense.length) pbf.writePackedVarint(10, tags);
      },
      undefined,
    );
  }
  for (const [id, nodes, tags] of ways) {
    groups.writeMessage(
      3,
      (_, pbf) => {
        pbf.writeVarintField(1, id);
        writeTags(tags, pbf);
        pbf.writePackedSVarint(8, differences(nodes));
      },
      undefined,
    );
  }
  for (const tags of relations) groups.writeMessage(4, (_, pbf) => writeTags(tags, pbf), undefined);
  const whole = new PbfWriter();
  whole.writeMessage(
    1,
    (_, pbf) => {
      for (const each of texts) pbf.writeBytesField(1, Buffer.from(each));
    },
    undefined,
  );
  whole.writeBytesField(2, groups.finish());
  whole.writeVarintField(17, GRANULARITY);
  whole.writeVarintField(19, OFFSET);
  whole.writeVarintField(20, OFFSET);
  return whole.finish();
}

function blob(type: string, data: Uint8Array, field: 'raw' | 'zlib' | 'lzma'): Buffer {
  const content = new PbfWriter();
  if (field === 'raw') content.writeBytesField(1, data);
  else content.writeVarintField(2, data.length);
  if (field === 'zlib') content.writeBytesField(3, deflateSync(data));
  if (field === 'lzma') content.writeBytesField(4, data);
  const bytes = content.finish();
  const header = new PbfWriter();
  header.writeStringField(1, type);
  header.writeVarintField(3, bytes.length);
  const headerBytes = header.finish();
  const length = Buffer.alloc(4);
  length.writeUInt32BE(headerBytes.length);
  return Buffer.concat([length, headerBytes, bytes]);
}

function header(...features: readonly string[]): Buffer {
  const pbf = new PbfWriter();
  for (const feature of ['OsmSchema-V0.6', 'DenseNodes', ...features])
    pbf.writeStringField(4, feature);
  return blob('OSMHeader', pbf.finish(), 'zlib');
}

function file(...groups: readonly Group[]): Buffer {
  const blobs = groups.map((group, i) =>
    blob('OSMData', block(group), i % 2 === 0 ? 'zlib' : 'raw'),
  );
  return Buffer.concat([header(), ...blobs]);
}

async function read(content: Buffer, maxWayNodes?: number) {
  const folder = await mkdtemp(join(tmpdir(), 'proxy-herd-'));
  try {
    const path = join(folder, 'region.osm.pbf');
    await writeFile(path, content);
    const [invalid, notes, steps]: [string[], string[], string[]] = [[], [], []];
    const places: ImportedPlace[] = [];
    const reading = readOsm(
      path,
      {
        onInvalid: ({ where, fault }) => void invalid.push(`${where}: ${fault}`),
        onNote: (note) => void notes.push(note),
        onRead: ({ step }) => void steps.push(step),
        signal: new AbortController().signal,
      },
      maxWayNodes,
    );
    for await (const place of reading) places.push(place);
    return { places, invalid, notes, steps };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const CAFE = { name: 'Café', amenity: 'cafe' };

test('a node that is a place has all that its tags say', async () => {
  const tags = {
    ...CAFE,
    'name:ko': '카페',
    'addr:street': 'Torstraße',
    'addr:housenumber': '1',
    phone: '+49',
    wheelchair: 'limited',
  };
  const expected: ImportedPlace = {
    id: 'osm:node/9000000001',
    name: 'Café',
    latitude: -52.512345,
    longitude: 13.4,
    types: ['cafe', 'food', 'point_of_interest', 'establishment'],
    prominence: 2,
    vicinity: 'Torstraße 1',
    country: '',
    details: { phone: '+49', wheelchair: 'limited', names: { ko: '카페' } },
  };
  const node: Node = [9_000_000_001, 13.4, -52.512345, tags];
  for (const group of [{ dense: [node] }, { plain: [node] }]) {
    const { places, notes } = await read(file(group));
    assert.deepEqual(places, [expected]);
    assert.deepEqual(notes, []);
  }
});

test('what has no name, or is no place, is left out', async () => {
  const { places } = await read(
    file({
      dense: [
        [1, 0, 0],
        [2, 0, 0, { amenity: 'cafe' }],
        [3, 0, 0, { name: 'Street', highway: 'residential' }],
        [4, 0, 0, { name: 'Rails', railway: 'rail' }],
        [5, 0, 0, { name: 'Stop', railway: 'halt' }],
        [6, 0, 0],
      ],
    }),
  );
  assert.deepEqual(
    places.map(({ name }) => name),
    ['Stop'],
  );
});

const WAYS: readonly Group[] = [
  {
    dense: [
      [1, 10, 50],
      [2, 10.4, 50],
      [3, 10.4, 50.2],
      [7, 20, -10],
      [8, 179.9, 0],
      [9, -179.7, 0],
    ],
  },
  {
    ways: [
      [100, [1, 2, 3, 1], { name: 'Park', leisure: 'park' }],
      [101, [1, 2], { name: 'Street', highway: 'residential' }],
      [102, [9, 8], { name: 'Seam', tourism: 'zoo' }],
      // Of a way at the border of a region some nodes are missing, or all.
      [103, [7, 5_000], { name: 'Border', tourism: 'zoo' }],
      [104, [5_001], { name: 'Beyond', tourism: 'zoo' }],
    ],
  },
];

for (const maxWayNodes of [undefined, 1, 3, 6]) {
  test(`ways lie in the middle of their boxes, ${maxWayNodes ?? 'all'} nodes at a time`, async () => {
    const groups = [...WAYS, { relations: [{ name: 'Campus', amenity: 'university' }] }];
    const { places, notes } = await read(file(...groups), maxWayNodes);
    assert.deepEqual(
      places.map(({ id, name, latitude, longitude }) => [id, name, latitude, longitude]),
      [
        ['osm:way/100', 'Park', 50.1, 10.2],
        ['osm:way/102', 'Seam', 0, -179.9],
        ['osm:way/103', 'Border', -10, 20],
      ],
    );
    assert.deepEqual(notes, [
      'relations that are places are left out: 1',
      'ways without any of their nodes in the file are left out: 1',
    ]);
  });
}

test('a region with more ways than fit is read again for the others', async () => {
  const rounds = async (most?: number) => (await read(file(...WAYS), most)).steps.length;
  const once = await rounds();
  assert.equal(await rounds(6), 2 * once);
  assert.equal(await rounds(1), 4 * once);
});

test('what cannot be imported is said with its ID', async () => {
  const { places, invalid } = await read(
    file({
      dense: [
        [1, 0, 90.1, CAFE],
        [2, 0, 0, { ...CAFE, name: 'x'.repeat(100_000) }],
        [3, 180, -90, CAFE],
      ],
    }),
  );
  assert.deepEqual(invalid, [
    'node 1: found the position 90.1, 0, expected degrees',
    'node 2: name: found 100000 characters, expected at most 1000',
  ]);
  assert.equal(places.length, 1);
});

test('a file that was cut off is told, wherever that is', async () => {
  const whole = file({ dense: [[1, 0, 0, CAFE]] });
  for (let length = 1; length < whole.length; length += 7) {
    // A header alone is a region without anything.
    if (length === header().length) continue;
    await assert.rejects(read(whole.subarray(0, length)), (error) => {
      assert.match(String(error), /ends within a block, \d+ bytes too early|header is missing/);
      return true;
    });
  }
});

const DATA = blob('OSMData', block({ dense: [[1, 0, 0, CAFE]] }), 'zlib');

for (const [name, content, message] of [
  ['an empty file', Buffer.alloc(0), /region\.osm\.pbf: it is empty$/],
  ['a file without a header', DATA, /its header is missing/],
  [
    'a file of another kind',
    Buffer.from('<?xml version="1.0"?><osm/>'),
    /at byte 0: found no block/,
  ],
  ['zeros', Buffer.alloc(100), /at byte 0: found no block/],
  [
    'a file that needs more',
    Buffer.concat([header('LocationsOnWays'), DATA]),
    /knows LocationsOnWays/,
  ],
  [
    'another compression',
    Buffer.concat([header(), blob('OSMData', DATA, 'lzma')]),
    /another method than zlib/,
  ],
  [
    'a damaged block',
    Buffer.concat([header(), Buffer.from(DATA).fill(7, DATA.length - 9)]),
    /damaged block/,
  ],
  ['a node after a way', file(...WAYS, { dense: [[9, 0, 0]] }), /osmium sort/],
] as const) {
  test(`${name} is refused`, async () => {
    await assert.rejects(read(content), { name: 'ImportError', message });
  });
}
