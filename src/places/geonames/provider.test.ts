import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import type { Asking } from '../provider.ts';
import { UpstreamError } from '../upstream-error.ts';
import { buildCities } from './build-cities.ts';
import { encodeCities } from './cities-file.ts';
import { createGeonamesProvider } from './provider.ts';
import { DEFAULT_CHOICES } from '../choices.ts';

const HASH = new Uint8Array(32);
const EVERYWHERE = {
  latitude: 0,
  longitude: 0,
  radiusMetres: 20_000_000,
  choices: DEFAULT_CHOICES,
};

const REGIONS = new Map([
  ['XK.25', 'Prizren'],
  ['XK.00', 'Kosovo'],
]);

function never(): Asking {
  return { signal: new AbortController().signal, endMs: Infinity };
}

/** A file of towns, each with as many people as its ID says. */
function townsFile(
  ids: readonly number[],
  { featureCode = 'PPL', adminCode = '' } = {},
): Uint8Array {
  return encodeCities(
    buildCities(
      ids.map((cityId) => ({
        cityId,
        name: `Münster ${cityId}`,
        country: 'XK',
        featureCode,
        adminCode,
        population: cityId,
        loc: { coordinates: [cityId / 10, -cityId / 10] },
      })),
      REGIONS,
    ),
    HASH,
  );
}

/** Runs `use` with the URL of a file in a folder of its own, that does not exist yet. */
async function withFile(use: (file: URL) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'proxy-herd-'));
  try {
    await use(pathToFileURL(join(folder, 'cities.bin')));
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a place has all that the protocol promises of it', async () => {
  await withFile(async (file) => {
    await writeFile(file, townsFile([7]));
    const { page } = await createGeonamesProvider(file).nearby(EVERYWHERE, never());
    assert.equal(page.status, 'OK');
    assert.match(page.html_attributions.join(), /GeoNames.*CC BY 4\.0/);
    assert.deepEqual(page.results, [
      {
        name: 'Münster 7',
        place_id: 'geonames:7',
        geometry: { location: { lat: -0.7, lng: 0.7 } },
        types: ['locality', 'political'],
        vicinity: 'Kosovo',
        population: 7,
        prominence: 7,
      },
    ]);
  });
});

for (const [featureCode, types] of [
  ['PPL', ['locality', 'political']],
  ['PPLC', ['locality', 'political']],
  ['PPLA2', ['locality', 'political']],
  ['PPLX', ['sublocality', 'political']],
  ['PPLW', ['locality']],
  ['PPLQ', ['locality']],
] as const) {
  test(`the feature code ${featureCode} becomes ${types.join(', ')}`, async () => {
    await withFile(async (file) => {
      await writeFile(file, townsFile([7], { featureCode }));
      const { results } = (await createGeonamesProvider(file).nearby(EVERYWHERE, never())).page;
      assert.deepEqual(results[0]?.types, types);
    });
  });
}

for (const [adminCode, vicinity] of [
  ['25', 'Prizren, Kosovo'],
  ['00', 'Kosovo'],
  ['99', 'Kosovo'],
  ['', 'Kosovo'],
] as const) {
  test(`the vicinity of a place in region "${adminCode}" is ${vicinity}`, async () => {
    await withFile(async (file) => {
      await writeFile(file, townsFile([7], { adminCode }));
      const { results } = (await createGeonamesProvider(file).nearby(EVERYWHERE, never())).page;
      assert.equal(results[0]?.vicinity, vicinity);
    });
  });
}

test('a page has the best 20', async () => {
  await withFile(async (file) => {
    await writeFile(file, townsFile(Array.from({ length: 30 }, (_, i) => i + 1)));
    const { results } = (await createGeonamesProvider(file).nearby(EVERYWHERE, never())).page;
    assert.deepEqual(
      results.map(({ name }) => name),
      Array.from({ length: 20 }, (_, i) => `Münster ${30 - i}`),
    );
  });
});

test('where there is nothing, there are zero results', async () => {
  await withFile(async (file) => {
    await writeFile(file, townsFile([7]));
    const pole = { latitude: 90, longitude: 0, radiusMetres: 50_000, choices: DEFAULT_CHOICES };
    const { status, results } = (await createGeonamesProvider(file).nearby(pole, never())).page;
    assert.equal(status, 'ZERO_RESULTS');
    assert.deepEqual(results, []);
  });
});

test('a file that cannot be used fails the questions of a minute, and is then read again', async () => {
  await withFile(async (file) => {
    let now = 5;
    const provider = createGeonamesProvider(file, () => now);
    const refused = { name: UpstreamError.name, code: 'UPSTREAM_DATA', status: 'UNKNOWN_ERROR' };
    await assert.rejects(provider.nearby(EVERYWHERE, never()), { ...refused, detail: /ENOENT/ });
    for (const damaged of [townsFile([7]).subarray(1), '', townsFile([7])]) {
      await writeFile(file, damaged);
      now += 59_999;
      await assert.rejects(provider.nearby(EVERYWHERE, never()), refused);
      now += 1;
      if (damaged.length !== townsFile([7]).length) {
        await assert.rejects(provider.nearby(EVERYWHERE, never()), refused);
      }
    }
    assert.equal((await provider.nearby(EVERYWHERE, never())).page.status, 'OK');
    // From here on, the cities are in memory.
    await rm(file);
    now += 60_000;
    assert.equal((await provider.nearby(EVERYWHERE, never())).page.status, 'OK');
  });
});

test('an asker that has gone while the file was read gets its own reason', async () => {
  await withFile(async (file) => {
    await writeFile(file, townsFile([7]));
    const controller = new AbortController();
    const page = createGeonamesProvider(file).nearby(EVERYWHERE, {
      ...never(),
      signal: controller.signal,
    });
    controller.abort(new Error('gone'));
    await assert.rejects(page, /gone/);
  });
});
