import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { PLACE_TYPES } from '../place-types.ts';
import type { PlaceIndexErrorCode, PlaceRecord } from './place-index.ts';
import { openPlaceIndex } from './read-index.ts';
import { recordText } from './record.ts';
import { encodeIndex } from './write-index.ts';

const DESCRIPTION = {
  kinds: [{ types: ['political', ...PLACE_TYPES] }, { types: ['zoo'], measure: 'visitors' }],
  attributions: ['<b>Ours</b>'],
  madeFrom: 'a test',
};

const RECORDS: readonly PlaceRecord[] = [
  {
    id: 'a',
    name: 'Zürich "Altstadt"\n',
    vicinity: 'Zürich',
    country: 'CH',
    details: { phone: '1', names: { ko: '취리히' } },
    more: { iata_code: 'ZRH' },
  },
  { id: 'b', name: '上海', vicinity: '', country: '', details: undefined, more: undefined },
  {
    id: 'c',
    name: 'x'.repeat(100_000),
    vicinity: '',
    country: '',
    details: undefined,
    more: { a: 'b' },
  },
];

function encode(records: readonly PlaceRecord[]): Buffer {
  const places = records.map((record, i) => ({
    latitude: i,
    longitude: -i,
    prominence: i * 10,
    kind: i % 2,
    record: recordText(record),
  }));
  return Buffer.concat(encodeIndex(places, DESCRIPTION));
}

async function inFolder<T>(use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'proxy-herd-'));
  try {
    return await use(join(folder, 'places.index'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function assertRefused(file: Buffer, code: PlaceIndexErrorCode, message: RegExp) {
  await inFolder(async (path) => {
    await writeFile(path, file);
    await assert.rejects(openPlaceIndex(path), { code, message });
  });
}

for (const count of [0, 1, 2, 3]) {
  test(`an index of ${count} places is read as it was written`, async () => {
    await inFolder(async (path) => {
      const records = RECORDS.slice(0, count);
      await writeFile(path, encode(records));
      const index = await openPlaceIndex(path);
      const numbers = [...index.columns.kinds.keys()];
      const read = await index.readRecords(numbers);
      await index.close();
      // The order of the file is that of the curve.
      const inOrder = [...index.columns.latitudes].map((latitude) => records[latitude]);
      assert.deepEqual(read, inOrder);
      assert.deepEqual(new Set(read), new Set(records));
      assert.deepEqual(
        [...index.columns.prominences],
        [...index.columns.latitudes].map((latitude) => latitude * 10),
      );
      assert.deepEqual(index.kinds, DESCRIPTION.kinds);
      assert.deepEqual(index.types, [...PLACE_TYPES].sort());
      assert.deepEqual(index.attributions, DESCRIPTION.attributions);
      assert.equal(index.madeFrom, DESCRIPTION.madeFrom);
    });
  });
}

test('a file that is not there, or a folder, is told', async () => {
  await inFolder(async (path) => {
    await assert.rejects(openPlaceIndex(path), { code: 'INDEX_UNREADABLE', message: /ENOENT/ });
    await mkdir(path);
    await assert.rejects(openPlaceIndex(path), { code: 'INDEX_UNREADABLE', message: /EISDIR/ });
  });
});

test('a file that was cut off, or is too long, is refused', async () => {
  const file = encode(RECORDS.slice(0, 2));
  for (let length = 0; length < file.length; length += 17) {
    await assertRefused(file.subarray(0, length), 'INDEX_FOREIGN', /cut off/);
  }
  const longer = Buffer.concat([Buffer.of(0), file]);
  await assertRefused(longer, 'INDEX_DAMAGED', /bytes; \d+ were expected/);
});

test('another kind of file, byte order or version is refused', async () => {
  const file = encode(RECORDS);
  await assertRefused(Buffer.alloc(1000), 'INDEX_FOREIGN', /no place index/);
  const swapped = Buffer.concat([file.subarray(0, -4), Buffer.from('XILP')]);
  await assertRefused(swapped, 'INDEX_FOREIGN', /byte order/);
  const newer = Buffer.from(file);
  newer.writeUInt32LE(2, file.length - 8);
  await assertRefused(newer, 'INDEX_FOREIGN', /version 2 .* version 1 was expected/);
});

test('whatever byte of the table or the footer is another one, it is refused', async () => {
  const file = encode(RECORDS.slice(0, 2));
  for (let at = file.length - 150; at < file.length; at += 3) {
    const damaged = Buffer.from(file);
    damaged[at] = (damaged[at] ?? 0) ^ 0x40;
    await inFolder(async (path) => {
      await writeFile(path, damaged);
      await assert.rejects(openPlaceIndex(path), /damaged|no place index|version|expected/);
    });
  }
});
