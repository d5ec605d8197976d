import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import { HttpClient } from './http/http-client.ts';
import { PLACE_TYPES } from './place-types.ts';
import { findProvider, PROVIDERS } from './providers.ts';

const HERE = new URL('.', import.meta.url);

test('every folder of a provider has its line', () => {
  const folders = readdirSync(HERE, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => existsSync(new URL(`${name}/descriptor.js`, HERE)));
  assert.deepEqual(folders.toSorted(), PROVIDERS.map(({ name }) => name).toSorted());
});

/** What a provider needs that has no defaults for all its settings. */
const NEEDED: Readonly<Record<string, object>> = {
  overpass: { url: 'http://127.0.0.1:1' },
  file: { file: '/nowhere/places.index' },
};

for (const { name, open } of PROVIDERS) {
  test(`${name} can be opened, and has types of the one vocabulary alone`, async () => {
    const http = new HttpClient({ connections: 1, connectMs: 1_000 });
    const parts = { key: 'key', http, deadlineMs: 1_000 };
    const { provider, traits } = await open(NEEDED[name] ?? {}, parts);
    assert.equal(provider.name, name);
    const known = PLACE_TYPES.filter((type) => traits.typesFor(type).length > 0);
    assert.ok(known.length > 0);
    for (const type of known) {
      for (const asked of traits.typesFor(type)) assert.ok(PLACE_TYPES.includes(asked), asked);
    }
    await assert.rejects(open({ ...NEEDED[name], nonsense: 1 }, parts), /nonsense/);
    await http.close();
  });
}

test('every type of the vocabulary is one of OpenStreetMap or of the embedded places', async () => {
  const http = new HttpClient({ connections: 1, connectMs: 1_000 });
  const parts = { key: '', http, deadlineMs: 1_000 };
  const traits = await Promise.all(
    ['geonames', 'overpass'].map(async (name) => {
      const opened = await findProvider(name)?.open(NEEDED[name] ?? {}, parts);
      assert.ok(opened !== undefined);
      return opened.traits;
    }),
  );
  for (const type of PLACE_TYPES) {
    assert.ok(
      traits.some(({ typesFor }) => typesFor(type).length > 0),
      type,
    );
  }
  await http.close();
});

test('there is no provider of another name', () => {
  assert.equal(findProvider('atlas'), undefined);
});
