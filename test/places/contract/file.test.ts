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

/** Imports the places, as an operator would. */
const withPlaces: WithPlaces = async (places, use) => {
  await using folder = await TestFolder.make();
  const features = places.map(({ id, name, latitude, longitude }) => ({
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
