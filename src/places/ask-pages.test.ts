import assert from 'node:assert/strict';
import { test } from 'node:test';

import { askPages } from './ask-pages.ts';
import { PageCache } from './cache/page-cache.ts';
import { DEFAULT_CHOICES, type PlaceChoices } from './choices.ts';
import { PlacesCounts } from './places-counts.ts';
import type { NearbyQuery, Place, PlaceTraits, SourceAnswer } from './provider.ts';

const QUERY = { latitude: 0, longitude: 0, radiusMetres: 1_000, bound: 20 };

const TRAITS: PlaceTraits = {
  ranking: 'prominence',
  languages: 'asked',
  typesPerCall: 'several',
  tellsTypes: true,
  typesFor: (type) => {
    if (type === 'place_of_worship') return ['church', 'mosque'];
    return type === 'locality' ? [] : [type];
  },
};

function place(id: string, metres: number, names: Record<string, string> = {}): Place {
  const geometry = { location: { lat: metres / 111_195, lng: 0 } };
  return { name: id, place_id: id, geometry, types: [], vicinity: '', details: { names } };
}

const KNOWN: Readonly<Record<string, readonly Place[]>> = {
  bar: [place('bar 1', 300), place('bar 2', 100), place('both', 200)],
  cafe: [place('both', 200), place('cafe 1', 50)],
};

/** An upstream that knows bars and cafes; a question for both has the bars first. */
function bench(traits: Partial<PlaceTraits> = {}) {
  const asked: NearbyQuery[] = [];
  const failing = new Set<string>();
  const ask = async (query: NearbyQuery): Promise<SourceAnswer> => {
    asked.push(query);
    const { types } = query.choices;
    const results = types.flatMap((type) => KNOWN[type] ?? []);
    const isFailing = types.some((type) => failing.has(type));
    const page = isFailing
      ? ({ results: [], status: 'OVER_QUERY_LIMIT', error_message: 'no' } as const)
      : ({ results, status: results.length === 0 ? 'ZERO_RESULTS' : 'OK' } as const);
    return { page: { html_attributions: [`by ${types.join()}`], ...page }, complete: true };
  };
  const pages = new PageCache(
    {
      ttlMs: 1_000,
      zeroTtlMs: 1_000,
      staleWhileRevalidateMs: 0,
      staleIfErrorMs: 0,
      entries: 10,
      tolerance: 0,
      ranking: 'prominence',
      tellsTypes: true,
    },
    {
      ask,
      now: () => 0,
      endMs: () => Infinity,
      shelf: { put() {}, delete() {}, clear() {} },
      counts: new PlacesCounts(),
    },
  );
  const find = async (choices: Partial<PlaceChoices>) => {
    const query = { ...QUERY, choices: { ...DEFAULT_CHOICES, ...choices } };
    const { signal } = new AbortController();
    return askPages(pages, { ...TRAITS, ...traits }, query, signal);
  };
  const names = async (choices: Partial<PlaceChoices>): Promise<string[]> =>
    (await find(choices)).page.results.map(({ name }) => name);
  return { asked, failing, find, names, types: () => asked.map(({ choices }) => choices.types) };
}

test('several types are one question, where a call takes several', async () => {
  const { names, types, find } = bench();
  assert.deepEqual(await names({ types: ['bar', 'cafe'] }), [
    'bar 1',
    'bar 2',
    'both',
    'both',
    'cafe 1',
  ]);
  assert.deepEqual(types(), [['bar', 'cafe']]);
  assert.notEqual((await find({ types: ['bar', 'cafe'] })).cached, undefined);
});

test('where a call takes one, each type has its own, which later questions share', async () => {
  const { names, types, find } = bench({ typesPerCall: 'one' });
  assert.deepEqual(await names({ types: ['cafe'] }), ['both', 'cafe 1']);
  assert.deepEqual(await names({ types: ['bar', 'cafe'] }), ['bar 1', 'both', 'bar 2', 'cafe 1']);
  assert.deepEqual(types(), [['cafe'], ['bar']]);
  const { page, cached } = await find({ types: ['bar', 'cafe'] });
  assert.deepEqual(page.html_attributions, ['by bar', 'by cafe']);
  assert.equal(cached, undefined);
});

test('by distance the answers of several calls are sorted together', async () => {
  const { names } = bench({ typesPerCall: 'one' });
  assert.deepEqual(await names({ types: ['bar', 'cafe'], rank: 'distance' }), [
    'cafe 1',
    'bar 2',
    'both',
    'bar 1',
  ]);
});

test('where one of several calls fails, the question does', async () => {
  const { find, failing } = bench({ typesPerCall: 'one' });
  failing.add('cafe');
  const { page } = await find({ types: ['bar', 'cafe'] });
  assert.deepEqual([page.status, page.results], ['OVER_QUERY_LIMIT', []]);
});

test('the upstream is asked by its own types, once for each', async () => {
  const { find, types } = bench();
  await find({ types: ['church', 'place_of_worship'] });
  assert.deepEqual(types(), [['church', 'mosque']]);
});

test('of what the upstream has no type for, there is nothing, and it is not asked', async () => {
  const { find, asked, types } = bench();
  const { page } = await find({ types: ['locality'] });
  assert.deepEqual([page.status, page.results], ['ZERO_RESULTS', []]);
  assert.deepEqual(asked, []);
  await find({ types: ['bar', 'locality'] });
  assert.deepEqual(types(), [['bar']]);
});

test('a language is asked for, where an answer has one', async () => {
  const { find, asked } = bench();
  for (const language of ['de', 'en', 'de']) await find({ types: ['bar'], language });
  assert.deepEqual(
    asked.map(({ choices }) => choices.language),
    ['de', 'en'],
  );
});

test('where an answer has all languages, it is one for all, in the language of each', async (t) => {
  const { names, asked } = bench({ languages: 'all' });
  const kept = KNOWN['cafe'];
  assert.ok(kept?.[0] !== undefined);
  const [first] = kept;
  const before = first.details;
  t.after(() => Object.assign(first, { details: before }));
  Object.assign(first, { details: { names: { pt: 'ambos', 'zh-Hant': '兩者' } } });
  const inLanguage = (language?: string) => names({ types: ['cafe'], language });
  assert.deepEqual(await inLanguage(), ['both', 'cafe 1']);
  assert.deepEqual(await inLanguage('pt-BR'), ['ambos', 'cafe 1']);
  assert.deepEqual(await inLanguage('zh-Hant-TW'), ['兩者', 'cafe 1']);
  assert.deepEqual(await inLanguage('zh'), ['both', 'cafe 1']);
  assert.deepEqual(
    asked.map(({ choices }) => choices.language),
    [undefined],
  );
});
