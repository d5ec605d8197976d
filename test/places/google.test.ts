import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createGoogleProvider, type GoogleOptions } from '#src/places/google/provider.js';
import type { NearbyQuery } from '#src/places/provider.js';
import { type AskedRequest, AnsweringUpstream } from './answering-upstream.ts';
import { HTTP, untilAnswered } from './contract/asking.ts';
import { KEY, QUERY } from './contract/fixture.ts';
import { GOOGLE } from './contract/google.ts';
import { outcomeOf, outcomeOfText, pageOf } from './contract/outcome.ts';

const OPTIONS: Omit<GoogleOptions, 'url'> = {
  key: KEY,
  fieldMask: 'places.id,places.displayName,places.location',
  region: undefined,
  details: [],
  shortPagesComplete: true,
};

/** The request that a provider with these options makes of a question, and its body. */
async function asked(
  options: Partial<GoogleOptions> = {},
  query: NearbyQuery = QUERY,
): Promise<[AskedRequest, unknown]> {
  await using upstream = await AnsweringUpstream.start((_request, response) => response.end('{}'));
  await outcomeOf(
    createGoogleProvider({ ...OPTIONS, url: upstream.url, ...options }, HTTP),
    KEY,
    query,
  );
  const [request] = upstream.requests;
  assert(request !== undefined);
  return [request, JSON.parse(await request.body)];
}

function circle(latitude: number, longitude: number, radius: number): object {
  return { circle: { center: { latitude, longitude }, radius } };
}

test('the request is the one of the documentation, with the key in a header alone', async () => {
  const [{ method, url, headers }, body] = await asked();
  assert.deepEqual([method, url.pathname, url.search], ['POST', '/v1/places:searchNearby', '']);
  assert.equal(headers['content-type'], 'application/json');
  assert.equal(headers['x-goog-api-key'], KEY);
  assert.equal(headers['x-goog-fieldmask'], OPTIONS.fieldMask);
  assert.deepEqual(body, {
    maxResultCount: 20,
    rankPreference: 'POPULARITY',
    locationRestriction: circle(34.06893, -118.445127, 10_000),
  });
});

test('language, region, types and rank are asked for as they are set', async () => {
  const choices = { language: 'de', types: ['cafe', 'museum'], rank: 'distance' } as const;
  const [, body] = await asked({ region: 'CH' }, { ...QUERY, choices });
  assert.deepEqual(body, {
    includedTypes: ['cafe', 'museum'],
    maxResultCount: 20,
    rankPreference: 'DISTANCE',
    languageCode: 'de',
    regionCode: 'CH',
    locationRestriction: circle(34.06893, -118.445127, 10_000),
  });
});

test('the circle is one that Google takes', async () => {
  const query = { ...QUERY, latitude: -1e-9, longitude: 179.999_999_99, radiusMetres: 50_000.1 };
  const [, body] = await asked({}, query);
  assert.deepEqual(body, {
    maxResultCount: 20,
    rankPreference: 'POPULARITY',
    locationRestriction: circle(0, 180, 50_000),
  });
});

test('every price level has its number', async () => {
  const levels = ['FREE', 'INEXPENSIVE', 'MODERATE', 'EXPENSIVE', 'VERY_EXPENSIVE', 'OTHER'];
  const places = levels.map((level, i) => ({
    id: String(i),
    displayName: { text: level },
    location: { latitude: 0, longitude: 0 },
    priceLevel: `PRICE_LEVEL_${level}`,
  }));
  const { results } = pageOf(await outcomeOfText(GOOGLE, JSON.stringify({ places })));
  assert.deepEqual(
    results.map(({ price_level }) => price_level),
    [0, 1, 2, 3, 4, undefined],
  );
});

test('a short page is complete only where it may be taken for it', async () => {
  await using upstream = await AnsweringUpstream.start((_request, response) => response.end('{}'));
  for (const shortPagesComplete of [true, false]) {
    const options = { ...OPTIONS, url: upstream.url, shortPagesComplete };
    const answer = await createGoogleProvider(options, HTTP).nearby(QUERY, untilAnswered());
    assert.equal(answer.complete, shortPagesComplete);
  }
});
