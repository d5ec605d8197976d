import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { buildPlaces } from '#src/places/geonames/build-places.js';
import { createGeonamesProvider, GEONAMES_TRAITS } from '#src/places/geonames/provider.js';
import { TestFolder } from '../../support/folder.ts';
import { answerCases, radiusCases, type WithPlaces } from './answers.ts';
import { rankCases, typeCases, type ChoicesFixture } from './choices.ts';
import { type KnownPlace, placesInARow, type ProviderFixture } from './fixture.ts';
import { failureOf, outcomeOf, pageOf } from './outcome.ts';

const GEONAMES: ProviderFixture & { readonly choices: ChoicesFixture } = {
  name: 'geonames',
  attribution: /GeoNames.*CC BY/,
  key: '',
  choices: { traits: GEONAMES_TRAITS, type: 'locality', otherType: 'sublocality' },
};

function placesFile(places: readonly KnownPlace[]): Buffer {
  const cities = places.map((place) => ({
    ...place,
    otherNames: '',
    country: 'US',
    regionCode: 'CA',
    featureCode: 'PPL',
    population: 0,
  }));
  const regions = new Map([['US.CA', 'California']]);
  const source = { cities, airports: [], regions, moved: new Map<number, string>() };
  return Buffer.concat(buildPlaces(source, 'a test'));
}

/** Runs `use` with the path of a file in a folder of its own, that does not exist yet. */
async function withFile(use: (path: string) => Promise<void>): Promise<void> {
  await using folder = await TestFolder.make();
  await use(join(folder.path, 'places.index'));
}

const withPlaces: WithPlaces = (places, use) =>
  withFile(async (path) => {
    await writeFile(path, placesFile(places));
    const provider = createGeonamesProvider(pathToFileURL(path));
    await use(provider);
    await provider.close();
  });

describe('geonames keeps the contract', () => {
  answerCases(GEONAMES, withPlaces);
  radiusCases(GEONAMES, withPlaces);
  rankCases(GEONAMES, withPlaces);
  typeCases(GEONAMES);

  const good = placesFile(placesInARow(2));
  const damaged: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
    'is missing': async () => undefined,
    'is a folder': (path) => mkdir(path),
    'is empty': (path) => writeFile(path, ''),
    'is cut off': (path) => writeFile(path, good.subarray(0, -1)),
    'is too long': (path) => writeFile(path, Buffer.concat([good, Buffer.of(0)])),
    'is another file': (path) => writeFile(path, JSON.stringify(placesInARow(20))),
    'has a damaged table': (path) =>
      writeFile(path, Buffer.from(good).fill(0, good.length - 80, good.length - 40)),
  };
  for (const [how, damage] of Object.entries(damaged)) {
    test(`a file that ${how} is a fault, until it is there and a minute has gone`, async () => {
      await withFile(async (path) => {
        await damage(path);
        let now = 0;
        const provider = createGeonamesProvider(pathToFileURL(path), () => now);
        failureOf(await outcomeOf(provider, ''), 'UPSTREAM_DATA');
        if (how === 'is a folder') return;
        await writeFile(path, good);
        now += 60_000;
        pageOf(await outcomeOf(provider, ''));
        await provider.close();
      });
    });
  }
});
