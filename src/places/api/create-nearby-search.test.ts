import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import type { PlaceProvider, SourceAnswer } from '../provider.ts';
import { createNearbySearch, type NearbyQuestion } from './create-nearby-search.ts';
import type { NearbySearchOptions } from './options.ts';

const QUESTION = { latitude: 34.0689, longitude: -118.4451, radiusMetres: 500 };

function bench(latitude: number, longitude: number): SourceAnswer {
  const place = {
    name: 'A bench',
    place_id: 'bench:1',
    geometry: { location: { lat: latitude, lng: longitude } },
    types: ['park'],
    vicinity: 'here',
  };
  return { page: { html_attributions: [], results: [place], status: 'OK' }, complete: true };
}

/** A provider that finds a bench everywhere, and counts how often it was asked. */
class Benches implements PlaceProvider {
  readonly name = 'benches';
  asked = 0;

  nearby({ latitude, longitude }: Parameters<PlaceProvider['nearby']>[0]): Promise<SourceAnswer> {
    this.asked += 1;
    return Promise.resolve(bench(latitude, longitude));
  }
}

test('a provider of its own is asked once for what is alike, and is closed once', async () => {
  const provider = new Benches();
  let closed = 0;
  const close = async (): Promise<void> => void (closed += 1);
  const search = await createNearbySearch({ provider: { provider, close } });
  const answers = await Promise.all([1, 2, 3].map(() => search.find(QUESTION)));
  assert.deepEqual(new Set(answers.map(({ places }) => places[0]?.id)), new Set(['bench:1']));
  await search.find({ ...QUESTION, radiusMetres: 500 });
  assert.equal(provider.asked, 1);
  await search.clear();
  await search.find(QUESTION);
  assert.equal(provider.asked, 2);
  await Promise.all([search.close(), search[Symbol.asyncDispose]()]);
  assert.equal(closed, 1);
  await assert.rejects(search.find(QUESTION), { code: 'QUESTION_INVALID' });
});

test('two searches share nothing', async () => {
  const [one, other] = [new Benches(), new Benches()];
  await using first = await createNearbySearch({ provider: { provider: one } });
  await using second = await createNearbySearch({ provider: { provider: other } });
  await first.find(QUESTION);
  assert.deepEqual([one.asked, other.asked, second.counts.answers.called], [1, 0, 0]);
});

test('the cache on disk outlives a search', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'proxy-herd-'));
  try {
    const provider = new Benches();
    const options = { provider: { provider }, cache: { folder: join(parent, 'cache') } };
    for (let i = 0; i < 2; i += 1) {
      await using search = await createNearbySearch(options);
      await search.find(QUESTION);
    }
    assert.equal(provider.asked, 1);
    assert.deepEqual(await readdir(parent), ['cache']);
  } finally {
    await rm(parent, { recursive: true });
  }
});

test('an answer that is not waited for ends its call', async () => {
  const ended: unknown[] = [];
  const provider: PlaceProvider = {
    name: 'slow',
    nearby: (_query, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          ended.push(signal.reason);
          reject(signal.reason as Error);
        });
      }),
  };
  await using search = await createNearbySearch({ provider: { provider } });
  const controller = new AbortController();
  const answer = search.find(QUESTION, controller.signal);
  setImmediate(() => controller.abort());
  await assert.rejects(answer, { code: 'SEARCH_ABORTED' });
  assert.equal(ended.length, 1);
});

for (const [options, message] of [
  [{ provider: 'bing' }, /^provider: expected one of geonames, .* or your own$/],
  [{ provider: 'overpass' }, /^settings\.url: expected the URL of an Overpass server/],
  [{ settings: { url: 'http://a' } }, /^settings: found url, which the provider does not have$/],
  [{ provider: 'google' }, /^key: expected the API key of google, one word of printable ASCII$/],
  [{ provider: 'google', key: 'a\n' }, /^key: expected the API key of google/],
  [{ cache: { tolerance: 0.5 } }, /^cache\.tolerance: expected a share from 0 to 0\.1$/],
  [{ cache: { ttlMs: -1 } }, /^cache\.ttlMs: expected milliseconds from 0$/],
  [{ calls: { atOnce: 0 } }, /^calls\.atOnce: expected a whole number of at least 1$/],
  [{ choices: { language: 'no language' } }, /^choices\.language: expected a language/],
] as const satisfies readonly (readonly [NearbySearchOptions, RegExp])[]) {
  test(`the options ${JSON.stringify(options)} are refused`, async () => {
    await assert.rejects(createNearbySearch(options), { code: 'OPTION_INVALID', message });
  });
}

for (const [options, message] of [
  [null, /^options: expected an object with provider, settings, key, /],
  [{ onfault: console.log }, /^options: found onfault, expected an object with .*, onFault$/],
  [{ cache: { ttl: '5m' } }, /^cache: found ttl, expected an object with ttlMs, /],
  [{ onFault: 'log' }, /^onFault: expected a function$/],
  [{ provider: 7 }, /^provider: expected the name of a provider, or an object with provider/],
  [{ provider: new Benches() }, /^provider\.provider: expected an object with name and nearby$/],
  [{ provider: { provider: { name: 'a' } } }, /^provider\.provider\.nearby: expected a function$/],
] as const) {
  test(`the options ${JSON.stringify(options)} of plain JavaScript are refused`, async () => {
    const creating = createNearbySearch(options as unknown as NearbySearchOptions);
    await assert.rejects(creating, { code: 'OPTION_INVALID', message });
  });
}

test('an answer of another shape is a failure of the provider', async () => {
  const { page, complete } = bench(1, 2);
  const [place] = page.results;
  const details: string[] = [];
  for (const answer of [
    undefined,
    { page: { nonsense: 1 }, complete },
    { page: { ...page, results: [{ ...place, geometry: undefined }] }, complete },
    { page: { ...page, status: 'FINE' }, complete },
    { page: { ...page, results: Array.from({ length: 21 }, () => place) }, complete },
    { page },
  ]) {
    const provider = { name: 'odd', nearby: () => Promise.resolve(answer as SourceAnswer) };
    await using search = await createNearbySearch({
      provider: { provider },
      onFault: ({ code, text }) => details.push(`${code} ${text}`),
    });
    const { status, places } = await search.find(QUESTION);
    assert.deepEqual({ status, places }, { status: 'UNKNOWN_ERROR', places: [] });
  }
  assert.equal(details.length, 6);
  for (const detail of details) {
    assert.match(detail, /^UPSTREAM_BAD_ANSWER The upstream's answer is not in the shape of a /);
  }
  assert.match(details[1] ?? '', /page\.html_attributions: .*, found nothing/);
});

test('what is no question is refused', async () => {
  await using search = await createNearbySearch({ provider: { provider: new Benches() } });
  for (const [wrong, message] of [
    [{ latitude: 91 }, /^latitude: expected degrees from -90 to 90$/],
    [{ longitude: Number.NaN }, /^longitude: expected degrees/],
    [{ radiusMetres: 0 }, /^radiusMetres: expected metres from 1 to 50,000$/],
    [{ limit: 21 }, /^limit: expected a whole number from 1 to 20$/],
    [undefined, /^question: expected an object with latitude, longitude, radiusMetres, /],
    [{ types: ['nothing'] }, /^types\.0: expected a list of at most 10 types/],
  ] as const) {
    const question = (wrong && { ...QUESTION, ...wrong }) as NearbyQuestion;
    await assert.rejects(search.find(question), { code: 'QUESTION_INVALID', message });
  }
});
