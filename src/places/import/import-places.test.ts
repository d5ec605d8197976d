import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import fc from 'fast-check';

import { hilbertKey } from '../place-index/hilbert.ts';
import type { IndexedPlace } from '../place-index/place-index.ts';
import { openPlaceIndex } from '../place-index/read-index.ts';
import { ImportError } from './import-error.ts';
import { importPlaces } from './import-places.ts';
import type { ReadingHooks } from './imported-place.ts';
import { KindTable } from './kind-table.ts';
import { PlaceSorter } from './sort-places.ts';

function hooks(signal = new AbortController().signal): ReadingHooks {
  return {
    onInvalid: ({ where, fault }) => {
      throw new ImportError('INPUT_INVALID', `${where}: ${fault}`);
    },
    onNote: () => undefined,
    onRead: () => undefined,
    signal,
  };
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'proxy-herd-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function request(folder: string, input = 'in.csv') {
  const attributions = ['Ours'];
  return { input: join(folder, input), output: join(folder, 'out.index'), attributions };
}

test('an import has every place once, and leaves nothing else behind', async () => {
  await inFolder(async (folder) => {
    const csv =
      'name,lat,lon,types,id\nA,1,2,zoo,a\nB,-3.1234567,4,den,b\nA,1,2,zoo,a\nA,5,2,zoo,a\n';
    await writeFile(join(folder, 'in.csv'), csv);
    const { sizeBytes, ...summary } = await importPlaces(request(folder), hooks());
    assert.deepEqual(summary, { places: 3, duplicates: 1, unknownTypes: ['den'] });
    assert.deepEqual((await readdir(folder)).toSorted(), ['in.csv', 'out.index']);
    assert.equal((await readFile(join(folder, 'out.index'))).length, sizeBytes);
    const index = await openPlaceIndex(join(folder, 'out.index'));
    const records = await index.readRecords([0, 1, 2]);
    assert.deepEqual(records.map(({ id }) => id).toSorted(), ['a', 'a', 'b']);
    assert.deepEqual(
      [...index.columns.latitudes].toSorted((a, b) => a - b),
      [-31_234_567, 1e7, 5e7],
    );
    assert.deepEqual(index.attributions, ['Ours']);
    await index.close();
  });
});

test('an import of no places leaves the index that is there', async () => {
  await inFolder(async (folder) => {
    await writeFile(join(folder, 'out.index'), 'old');
    const inputs = { 'in.csv': 'name,lat,lon\n', 'in.json': '{"type":"FeatureCollection"}' };
    for (const [input, content] of Object.entries(inputs)) {
      await writeFile(join(folder, input), content);
      await assert.rejects(importPlaces(request(folder, input), hooks()), {
        code: 'INPUT_NO_PLACES',
        message: /: found no place that can be imported$/,
      });
    }
    assert.equal(await readFile(join(folder, 'out.index'), 'utf8'), 'old');
  });
});

test('what is no file is refused where it would be read twice, and nothing is nothing', async () => {
  await inFolder(async (folder) => {
    for (const input of ['in.osm.pbf', 'in.csv']) await symlink('/dev/null', join(folder, input));
    await assert.rejects(importPlaces(request(folder, 'in.osm.pbf'), hooks()), {
      code: 'INPUT_UNREADABLE',
      message: /found no regular file, expected one, since it is read twice$/,
    });
    await assert.rejects(importPlaces(request(folder, 'in.csv'), hooks()), /in\.csv: it is empty$/);
  });
});

test('neither the input nor a folder is replaced by an index', async () => {
  await inFolder(async (folder) => {
    const csv = 'name,lat,lon\nA,1,2\n';
    await writeFile(join(folder, 'in.csv'), csv);
    await symlink('in.csv', join(folder, 'link.csv'));
    const into = (output: string) =>
      importPlaces({ ...request(folder), output: join(folder, output) }, hooks());
    for (const output of ['in.csv', 'link.csv']) {
      await assert.rejects(into(output), { code: 'OUTPUT', message: /found the input itself/ });
    }
    await assert.rejects(into('.'), { code: 'OUTPUT', message: /found no regular file/ });
    assert.deepEqual((await readdir(folder)).toSorted(), ['in.csv', 'link.csv']);
    assert.equal(await readFile(join(folder, 'in.csv'), 'utf8'), csv);
  });
});

test('where an import fails or is stopped, what was there stays, and nothing comes', async () => {
  await inFolder(async (folder) => {
    await writeFile(join(folder, 'out.index'), 'old');
    await writeFile(join(folder, 'in.csv'), 'name,lat,lon\nA,1,2\n,1,2\n');
    await assert.rejects(importPlaces(request(folder), hooks()), /line 3: name/);
    const controller = new AbortController();
    const stopping: ReadingHooks = {
      ...hooks(controller.signal),
      onRead: () => controller.abort(new Error('stopped')),
    };
    await writeFile(join(folder, 'in.csv'), 'name,lat,lon\nA,1,2\n');
    await assert.rejects(importPlaces(request(folder), stopping), /stopped/);
    assert.deepEqual((await readdir(folder)).toSorted(), ['in.csv', 'out.index']);
    assert.equal(await readFile(join(folder, 'out.index'), 'utf8'), 'old');
  });
});

test('a name that says no format, and a folder that is not there, are told', async () => {
  await inFolder(async (folder) => {
    await assert.rejects(importPlaces(request(folder, 'in.xml'), hooks()), {
      code: 'INPUT_FORMAT',
      message: /expected a file whose name ends with one of \.osm\.pbf/,
    });
    await writeFile(join(folder, 'in.csv'), 'name,lat,lon\nA,1,2\n');
    const elsewhere = { ...request(folder), output: join(folder, 'no/out.index') };
    await assert.rejects(importPlaces(elsewhere, hooks()), { code: 'OUTPUT', message: /ENOENT/ });
  });
});

test('places that do not fit the memory are sorted as those that do', async () => {
  const place: fc.Arbitrary<IndexedPlace> = fc.record(
    {
      // Few positions, so that many are equal.
      latitude: fc.constantFrom(-9e8, 0, 5, 9e8),
      longitude: fc.constantFrom(-18e8, 0, 7, 18e8),
      prominence: fc.nat(2 ** 32 - 1),
      kind: fc.nat(2 ** 16 - 1),
      record: fc.string({ unit: 'grapheme', maxLength: 50 }),
    },
    { noNullPrototype: true },
  );
  const property = fc.asyncProperty(
    fc.array(place, { maxLength: 60 }),
    fc.integer({ min: 1, max: 3_000 }),
    async (places, maxBytes) => {
      await inFolder(async (folder) => {
        const sorter = new PlaceSorter(folder, maxBytes);
        for (const each of places) await sorter.add(each);
        assert.equal(sorter.count, places.length);
        const sorted: IndexedPlace[] = [];
        for await (const each of sorter.sorted()) sorted.push(each);
        const keyOf = ({ latitude, longitude }: IndexedPlace) => hilbertKey(latitude, longitude);
        assert.deepEqual(
          sorted,
          places.toSorted((a, b) => keyOf(a) - keyOf(b)),
        );
      });
    },
  );
  await fc.assert(property, { seed: 20_261_127, numRuns: 40 });
});

test('there are as many kinds as their numbers have room for', () => {
  const table = new KindTable();
  for (let i = 0; i < 2 ** 16; i++) assert.equal(table.numberOf([`t${i}`]), i);
  assert.equal(table.numberOf(['t7']), 7);
  assert.throws(() => table.numberOf(['one', 'more']), { code: 'INDEX_TOO_LARGE' });
});
