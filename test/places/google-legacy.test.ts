import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createGoogleLegacyProvider } from '#src/places/google-legacy/provider.js';
import { openNearbySearch, type UpstreamFault } from '#src/places/nearby-search.js';
import { PlacesCounts } from '#src/places/places-counts.js';
import type { CacheOptions } from '#src/places/options.js';
import type { NearbyQuery } from '#src/places/provider.js';
import { UpstreamError } from '#src/places/upstream-error.js';
import { AnsweringUpstream } from './answering-upstream.ts';
import { HTTP, PATIENT_MS } from './contract/asking.ts';
import { GOOGLE_LEGACY } from './contract/google-legacy.ts';
import { KEY, placesInARow, QUERY } from './contract/fixture.ts';
import { outcomeOf, outcomeOfText } from './contract/outcome.ts';

const ANSWER = GOOGLE_LEGACY.answer(placesInARow(1));

/** What is asked of an upstream, one question after the other. */
async function asked(...queries: readonly NearbyQuery[]): Promise<AnsweringUpstream['asked']> {
  await using upstream = await AnsweringUpstream.start((_request, response) =>
    response.end(ANSWER),
  );
  const provider = createGoogleLegacyProvider(
    { url: upstream.url, key: KEY, shortPagesComplete: true },
    HTTP,
  );
  for (const query of queries) await outcomeOf(provider, KEY, query);
  assert(upstream.requests.every(({ method }) => method === 'GET'));
  return upstream.asked;
}

test('the request is the one of the documentation', async () => {
  const [url] = await asked(QUERY);
  assert.equal(url?.pathname, '/maps/api/place/nearbysearch/json');
  assert.deepEqual(
    [...(url?.searchParams ?? [])],
    [
      ['location', '34.06893,-118.445127'],
      ['radius', '10000'],
      ['key', KEY],
    ],
  );
});

for (const [radiusMetres, radius] of [
  [1e-9, '1'],
  [0.6, '1'],
  [1, '1'],
  [1234.5, '1235'],
  [50_000, '50000'],
  [50_000.1, '50000'],
  [1e9, '50000'],
] as const) {
  test(`a radius of ${radiusMetres} m is asked as ${radius}`, async () => {
    const [url] = await asked({ ...QUERY, radiusMetres });
    assert.equal(url?.searchParams.get('radius'), radius);
  });
}

test('coordinates are asked without exponents and negative zeros', async () => {
  const radiusMetres = 1_000;
  const { choices } = QUERY;
  const latitudes = [1e-7, 1e-6, -1e-9, -90];
  const urls = await asked(
    ...latitudes.map((latitude) => ({ latitude, longitude: -0, radiusMetres, choices })),
  );
  assert.deepEqual(
    urls.map(({ searchParams }) => searchParams.get('location')),
    ['0,0', '0.000001,0', '0,0', '-90,0'],
  );
});

test('a reason that contains the key is passed on without it', async () => {
  for (const error_message of [
    `The key ${KEY} is bad`,
    `key=${encodeURIComponent(KEY)}&x`,
    KEY.repeat(100),
  ]) {
    const text = JSON.stringify({ error_message, status: `DENIED ${KEY}` });
    const outcome = await outcomeOfText(GOOGLE_LEGACY, text);
    assert(outcome instanceof UpstreamError);
    assert.match(outcome.message, /\[key\]/);
    assert.match(outcome.detail ?? '', /\[key\]/);
  }
});

test('a long reason is cut', async () => {
  const text = JSON.stringify({ error_message: 'x'.repeat(100_000), status: 'UNKNOWN_ERROR' });
  const outcome = await outcomeOfText(GOOGLE_LEGACY, text);
  assert(outcome instanceof UpstreamError);
  assert.equal(outcome.message, 'x'.repeat(1000));
});

/** A cache with nothing special about it. */
const CACHE: CacheOptions = {
  ttlMs: 60_000,
  zeroTtlMs: 60_000,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
  entries: 10,
  tolerance: 0.01,
  folder: undefined,
};

test('the search asks the upstream once for equal questions, and leaves it alone beyond its limit', async () => {
  const answers = [ANSWER, JSON.stringify({ status: 'OVER_QUERY_LIMIT' })];
  await using upstream = await AnsweringUpstream.start((_request, response) => {
    response.end(answers.shift());
  });
  const faults: UpstreamFault[] = [];
  const search = await openNearbySearch(
    {
      provider: 'google-legacy',
      settings: { url: upstream.url },
      key: KEY,
      choices: QUERY.choices,
      cache: CACHE,
      calls: { deadlineMs: PATIENT_MS, atOnce: 16 },
      budget: undefined,
    },
    { onFault: (fault) => faults.push(fault), counts: new PlacesCounts() },
  );
  const statuses = async (radiusMetres: number): Promise<string[]> => {
    const query = { ...QUERY, radiusMetres, bound: 20 };
    const texts = await Promise.all(
      [1, 2, 3].map(async () => search.nearby(query, new AbortController().signal)),
    );
    return texts.map((text) => /"status": "(\w+)"/.exec(String(text))?.[1] ?? String(text));
  };
  assert.deepEqual(await statuses(1_000), Array(3).fill('OK'));
  assert.deepEqual(await statuses(1_000), Array(3).fill('OK'));
  assert.equal(upstream.asked.length, 1);
  // Two questions beyond the limit, of which the second is not asked: the upstream is left alone for a minute.
  assert.deepEqual(await statuses(40_000), Array(3).fill('OVER_QUERY_LIMIT'));
  assert.deepEqual(await statuses(50_000), Array(3).fill('OVER_QUERY_LIMIT'));
  assert.deepEqual(await statuses(1_000), Array(3).fill('OK'));
  assert.equal(upstream.asked.length, 2);
  assert.equal(faults.length, 1);
  await search.close();
});
