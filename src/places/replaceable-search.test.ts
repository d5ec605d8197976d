import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { PlacesOptions } from './options.ts';
import { ReplaceableSearch } from './replaceable-search.ts';
import { DEFAULT_CHOICES } from './choices.ts';

const CACHE = {
  ttlMs: 60_000,
  zeroTtlMs: 0,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
  tolerance: 0,
  entries: 10,
  folder: undefined,
};
const OPTIONS: PlacesOptions = {
  provider: 'geonames',
  settings: {},
  key: '',
  choices: DEFAULT_CHOICES,
  cache: CACHE,
  calls: undefined,
  budget: undefined,
};
/** A city with others around it. */
const QUERY = { latitude: 34.06893, longitude: -118.445127, radiusMetres: 10_000, bound: 5 };
const never = new AbortController().signal;

function open(): ReplaceableSearch {
  return new ReplaceableSearch(OPTIONS, { onFault: ({ text }) => assert.fail(text) });
}

test('the first question loads what it needs; later ones are answered at once', async () => {
  const search = open();
  const first = search.nearby(QUERY, never);
  assert.ok(first instanceof Promise);
  const json = await first;
  assert.match(json.toString(), /Santa Monica/);
  assert.deepEqual(search.nearby(QUERY, never), json);
  await search.close();
});

test('questions that come while it is replaced, twice over, are answered', async () => {
  const search = open();
  await search.open();
  const before = search.nearby({ ...QUERY, radiusMetres: 20_000 }, never);
  search.replace({ ...OPTIONS, cache: { ...CACHE, entries: 20 } });
  const meanwhile = search.nearby(QUERY, never);
  search.replace({ ...OPTIONS, cache: { ...CACHE, entries: 30 } });
  const after = search.nearby(QUERY, never);
  for (const answer of [before, meanwhile, after])
    assert.match((await answer).toString(), /"status": "OK"/);
  await search.close();
});

test('a question that waits for it ends with its signal', async () => {
  const search = open();
  const waiting = new AbortController();
  const answer = search.nearby(QUERY, waiting.signal);
  waiting.abort();
  await assert.rejects(async () => answer, { name: 'SearchAborted' });
  await search.close();
});

test('one that was never asked closes, and can be replaced', async () => {
  const search = open();
  search.replace({ ...OPTIONS, cache: { ...CACHE, entries: 20 } });
  await search.close();
});

test('places are found also while it is loaded or replaced', async () => {
  const search = open();
  const wanted = { rank: 'distance', types: undefined, language: undefined } as const;
  const loading = search.find(QUERY, wanted, never);
  const replaced = loading.then(() => {
    search.replace({ ...OPTIONS, choices: { ...DEFAULT_CHOICES, language: 'de' } });
    return search.find(QUERY, wanted, never);
  });
  const [first, second] = await Promise.all([loading, replaced]);
  assert.match(first.places[0]?.vicinity ?? '', /United States$/);
  assert.match(second.places[0]?.vicinity ?? '', /Vereinigte Staaten$/);
  const gone = AbortSignal.abort();
  await assert.rejects(search.find(QUERY, wanted, gone), { code: 'SEARCH_ABORTED' });
  await search.close();
});
