import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';

import { createFileProvider, FILE_TRAITS } from '#src/places/file/provider.js';
import { importPlaces } from '#src/places/import/import-places.js';
import { TestFolder } from '../../support/folder.ts';
import { answerCases, radiusCases, type WithPlaces } from './answers.ts';
import { rankCases, typeCases, type ChoicesFixture } from './choices.ts';
import type { ProviderFixture } from './fixture.ts';

const FILE: ProviderFixture & { readonly choices: ChoicesFixture } = {
  name: 'file',
  attribution: /^Mine$/,
  key: '',
  choices: { traits: FILE_TRAITS, type: 'cafe', otherType: 'zoo' },
};

/** As far from the others as can be. */
const ELSEWHERE = { id: 'elsewhere', name: 'Elsewhere', latitude: -34, longitude: 61.5 };

/** Imports the places, as an operator would: where there are none, one elsewhere, since no index is made of none. */
const withPlaces: WithPlaces = async (places, use) => {
  await using folder = await TestFolder.make();
  const imported = places.length === 0 ? [ELSEWHERE] : places;
  const features = imported.map(({ id, name, latitude, longitude }) => ({
    type: 'Feature',
    id: `file:${id}`,
    geometry: { type: 'Point', coordinates: [longitude, latitude] },
    properties: { name, types: 'cafe' },
  }));
  const input = join(folder.path, 'places.geojson');
  const output = join(folder.path, 'places.index');
  await writeFile(input, JSON.stringify({ type: 'FeatureCollection', features }));
  await importPlaces(
    { input, output, attributions: ['Mine'] },
    {
      onInvalid: ({ where, fault }) => {
        throw new Error(`${where}: ${fault}`);
      },
      onNote: () => undefined,
      onRead: () => undefined,
      signal: new AbortController().signal,
    },
  );
  const provider = createFileProvider(output);
  await use(provider);
  await provider.close();
};

describe('file keeps the contract', () => {
  answerCases(FILE, withPlaces);
  radiusCases(FILE, withPlaces);
  rankCases(FILE, withPlaces);
  typeCases(FILE);
});
