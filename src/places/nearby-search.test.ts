import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';

import { z } from 'zod';

import { makeTemporaryFolder } from '../disk/temporary-folder.test.ts';
import {
  askForPage,
  openNearbySearch,
  type NearbySearch,
  type UpstreamFault,
} from './nearby-search.ts';
import type { BoundedCircle } from './cache/cached-page.ts';
import { DEFAULT_CHOICES, type WantedChoices } from './choices.ts';
import type { BudgetOptions, CacheOptions, PlacesOptions } from './options.ts';
import { PlacesCounts } from './places-counts.ts';
import type { PlacesPage, PlaceSource } from './provider.ts';
import { SearchAborted } from './search-aborted.ts';
import { UpstreamError } from './upstream-error.ts';

const QUERY = { latitude: 1, longitude: 2, radiusMetres: 3, choices: DEFAULT_CHOICES };
const EMPTY: PlacesPage = { html_attributions: [], results: [], status: 'ZERO_RESULTS' };

function never(): AbortSignal {
  return new AbortController().signal;
}

/** Asks a provider that answers with `nearby`; the faults are collected. */
async function askProvider(nearby: PlaceSource['nearby'], signal: AbortSignal) {
  const faults: UpstreamFault[] = [];
  const onFault = (fault: UpstreamFault): void => void faults.push(fault);
  const answer = await askForPage({ name: 'atlas', nearby }, { onFault })(QUERY, {
    signal,
    endMs: Infinity,
  });
  return { answer, page: answer.page, faults };
}

test('the page of a provider is passed on as it is', async () => {
  const empty = { page: EMPTY, complete: true };
  const { answer, faults } = await askProvider(async () => empty, never());
  assert.equal(answer, empty);
  assert.deepEqual(faults, []);
});

test('an upstream that fails becomes a page for the asker and a fault for the operator', async () => {
  const { page, faults } = await askProvider(async () => {
    throw new UpstreamError({
      code: 'UPSTREAM_REFUSED',
      status: 'OVER_QUERY_LIMIT',
      message: 'Enough.',
      detail: 'Since noon.',
    });
  }, never());
  assert.deepEqual(page, {
    html_attributions: [],
    results: [],
    status: 'OVER_QUERY_LIMIT',
    error_message: 'Enough.',
  });
  assert.deepEqual(faults, [
    { provider: 'atlas', code: 'UPSTREAM_REFUSED', text: 'Enough. Since noon.' },
  ]);
});

test('an error of ours is an answer as well, and its words are for the operator only', async () => {
  const { page, faults } = await askProvider(
    () => Promise.reject(new TypeError('x is no y')),
    never(),
  );
  assert.equal(page.status, 'UNKNOWN_ERROR');
  assert.doesNotMatch(page.error_message ?? '', /x is no y/);
  assert.deepEqual(faults, [{ provider: 'atlas', code: 'INTERNAL', text: 'TypeError: x is no y' }]);
});

test('a call that was ended early is no fault', async () => {
  const controller = new AbortController();
  const faults: UpstreamFault[] = [];
  const askPage = askForPage(
    {
      name: 'atlas',
      nearby: async () => {
        controller.abort(new Error('gone'));
        throw new UpstreamError({
          code: 'UPSTREAM_CONNECTION',
          status: 'UNKNOWN_ERROR',
          message: '',
        });
      },
    },
    { onFault: (fault) => faults.push(fault) },
  );
  await assert.rejects(askPage(QUERY, { signal: controller.signal, endMs: Infinity }), /gone/);
  assert.deepEqual(faults, []);
});

const CACHE: CacheOptions = {
  ttlMs: 60_000,
  zeroTtlMs: 60_000,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 60_000,
  entries: 10,
  tolerance: 0.01,
  folder: undefined,
};
const CALLS = { deadlineMs: 10_000, atOnce: 4 };
const LOS_ANGELES = { latitude: 34.05223, longitude: -118.24368, radiusMetres: 1_000, bound: 5 };
const KEY = 'the-key';

/** An upstream that answers everything with this text, and counts; it may wait until it is to answer. */
async function startUpstream(t: TestContext, answer: object, when?: Promise<unknown>) {
  const upstream = { url: '', calls: 0, brokenOff: 0 };
  const server = createServer((_request, response) => {
    upstream.calls += 1;
    response.on('close', () => (upstream.brokenOff += response.writableEnded ? 0 : 1));
    const end = (): void => void response.end(JSON.stringify(answer));
    if (when === undefined) end();
    else void when.then(end);
  });
  t.after(() => server.close().closeAllConnections());
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  upstream.url = `http://127.0.0.1:${address.port}`;
  return upstream;
}

function optionsFor(
  url: string,
  cache: Partial<CacheOptions>,
  budget?: BudgetOptions,
): PlacesOptions {
  const upstream = { provider: 'google-legacy', settings: { url }, key: KEY };
  return {
    ...upstream,
    choices: DEFAULT_CHOICES,
    cache: { ...CACHE, ...cache },
    calls: CALLS,
    budget,
  };
}

const EMBEDDED: PlacesOptions = {
  provider: 'geonames',
  settings: {},
  key: '',
  choices: DEFAULT_CHOICES,
  cache: CACHE,
  calls: undefined,
  budget: undefined,
};

/** A search that is closed at the end, and its faults. */
async function start(t: TestContext, options: PlacesOptions) {
  const faults: UpstreamFault[] = [];
  const search = await openNearbySearch(options, {
    onFault: (fault) => faults.push(fault),
    counts: new PlacesCounts(),
  });
  t.after(() => search.close());
  return { search, faults, codes: () => faults.map(({ code }) => code) };
}

const answerSchema = z.object({
  results: z.array(z.object({ place_id: z.string() })),
  status: z.string(),
});

/** What comes as text, read again. */
async function ask(search: NearbySearch, query: BoundedCircle) {
  const text = await search.nearby(query, never());
  return answerSchema.parse(JSON.parse(String(text)));
}

async function statusOf(search: NearbySearch, radiusMetres: number): Promise<string> {
  return (await ask(search, { ...LOS_ANGELES, radiusMetres })).status;
}

/** Waits until something has come about; the test's own time limit ends it otherwise. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(1);
}

const ONE_PLACE = {
  html_attributions: [],
  results: [
    { name: 'a', place_id: 'a', geometry: { location: { lat: 34.05223, lng: -118.24368 } } },
  ],
  status: 'OK',
};

test('the embedded places answer, from the cache too', async (t) => {
  const { search, faults } = await start(t, EMBEDDED);
  const { results } = await ask(search, LOS_ANGELES);
  assert.equal(results[0]?.place_id, 'geonames:5368361');
  const cached = search.nearby({ ...LOS_ANGELES }, never());
  assert.ok(cached instanceof Buffer);
  assert.equal(search.nearby({ ...LOS_ANGELES }, never()), cached);
  assert.deepEqual(faults, []);
});

test('an answer outlives the process where there is a folder, until it is cleared', async (t) => {
  const upstream = await startUpstream(t, ONE_PLACE);
  const folder = await makeTemporaryFolder();
  const options = optionsFor(upstream.url, { folder });
  for (let life = 0; life < 3; life++) {
    const { search, faults } = await start(t, options);
    assert.equal(await statusOf(search, 1_000), 'OK');
    if (life === 1) await search.clear();
    await search.close();
    assert.deepEqual(faults, []);
  }
  assert.equal(upstream.calls, 2);
  for (const file of await readdir(folder)) {
    assert.ok(!(await readFile(join(folder, file), 'latin1')).includes(KEY), file);
  }
});

test('answers that other settings brought are not answered with', async (t) => {
  const upstream = await startUpstream(t, ONE_PLACE);
  const folder = await makeTemporaryFolder();
  for (const url of [upstream.url, `${upstream.url}/other`]) {
    const { search } = await start(t, optionsFor(url, { folder }));
    assert.equal(await statusOf(search, 1_000), 'OK');
    await search.close();
  }
  assert.equal(upstream.calls, 2);
});

test('a damaged cache on disk is a fault, and no more', async (t) => {
  const upstream = await startUpstream(t, ONE_PLACE);
  const folder = await makeTemporaryFolder();
  await writeFile(join(folder, 'CURRENT'), 'damage');
  const { search, codes } = await start(t, optionsFor(upstream.url, { folder }));
  assert.equal(await statusOf(search, 1_000), 'OK');
  assert.deepEqual(codes(), ['CACHE_DAMAGED']);
});

test('beyond the budget the cache answers, or OVER_QUERY_LIMIT; a restart gives no further calls', async (t) => {
  const upstream = await startUpstream(t, ONE_PLACE);
  const file = join(await makeTemporaryFolder(), 'budget.json');
  const options = optionsFor(upstream.url, { ttlMs: 1 }, { perDay: 2, file });
  const first = await start(t, options);
  for (const radius of [1_000, 40_000]) assert.equal(await statusOf(first.search, radius), 'OK');
  assert.equal(await statusOf(first.search, 50_000), 'OVER_QUERY_LIMIT');
  // Stale by now, and all there is.
  assert.equal(await statusOf(first.search, 1_000), 'OK');

  const second = await start(t, options);
  assert.equal(await statusOf(second.search, 1_000), 'OVER_QUERY_LIMIT');
  assert.deepEqual([...first.codes(), ...second.codes()], ['BUDGET_SPENT', 'BUDGET_SPENT']);
  assert.equal(upstream.calls, 2);
});

test('a wrong key: each client gets it, the upstream is asked once, and one fault is reported', async (t) => {
  const denied = { status: 'REQUEST_DENIED', error_message: `The key ${KEY} is wrong.` };
  const upstream = await startUpstream(t, denied);
  const { search, faults } = await start(t, optionsFor(upstream.url, {}));
  const statuses = [];
  for (let i = 1; i <= 20; i++) statuses.push(await statusOf(search, 1_000 * i));
  assert.deepEqual(new Set(statuses), new Set(['REQUEST_DENIED']));
  assert.equal(upstream.calls, 1);
  assert.equal(faults.length, 1);
  assert.ok(!JSON.stringify(faults).includes(KEY));
});

/** Asks for a circle of its own, and goes away when asked to. */
function askAndLeave(search: NearbySearch, radiusMetres: number, leaver: AbortController) {
  const asked = search.nearby({ ...LOS_ANGELES, radiusMetres }, leaver.signal);
  return assert.rejects(Promise.resolve(asked), (error: Error) => {
    assert.ok(error instanceof SearchAborted);
    assert.equal(error.code, 'SEARCH_ABORTED');
    return true;
  });
}

async function callsOnFile(file: string): Promise<number> {
  return z.object({ calls: z.number() }).parse(JSON.parse(await readFile(file, 'utf8'))).calls;
}

test('who asks a hundred questions and leaves, again and again, costs what was sent, and keeps nobody out', async (t) => {
  let answer = (): void => undefined;
  const upstream = await startUpstream(t, ONE_PLACE, new Promise<void>((done) => (answer = done)));
  const file = join(await makeTemporaryFolder(), 'budget.json');
  const { search, codes } = await start(t, optionsFor(upstream.url, {}, { perDay: 1_000, file }));
  for (let round = 1; round <= 3; round++) {
    const leaver = new AbortController();
    const left = Array.from({ length: 64 + CALLS.atOnce }, (_, n) =>
      askAndLeave(search, 1_000 * round + n, leaver),
    );
    await until(() => upstream.calls === round * CALLS.atOnce);
    leaver.abort();
    await Promise.all(left);
  }
  const stays = statusOf(search, 40_000);
  await until(() => upstream.brokenOff === 3 * CALLS.atOnce);
  answer();
  assert.equal(await stays, 'OK');
  assert.deepEqual(codes(), []);
  assert.equal(upstream.calls, 3 * CALLS.atOnce + 1);
  assert.equal(await callsOnFile(file), upstream.calls);
});

test('a call that several wait for ends with the last of them', async (t) => {
  const upstream = await startUpstream(t, ONE_PLACE, new Promise(() => undefined));
  const { search } = await start(t, optionsFor(upstream.url, {}));
  const leavers = [new AbortController(), new AbortController()];
  const [first, last] = leavers.map((leaver) => askAndLeave(search, 1_000, leaver));
  await until(() => upstream.calls === 1);
  leavers[0]?.abort();
  await first;
  assert.equal(upstream.brokenOff, 0);
  leavers[1]?.abort();
  await last;
  await until(() => upstream.brokenOff === 1);
  assert.equal(upstream.calls, 1);
});

test('an upstream that is not there costs nothing of the budget', async (t) => {
  const upstream = await startUpstream(t, ONE_PLACE);
  const file = join(await makeTemporaryFolder(), 'budget.json');
  const { search, codes } = await start(
    t,
    optionsFor('http://127.0.0.1:1', {}, { perDay: 3, file }),
  );
  for (let i = 1; i <= 4; i++) assert.equal(await statusOf(search, 1_000 * i), 'UNKNOWN_ERROR');
  assert.equal(codes()[0], 'UPSTREAM_CONNECTION');
  assert.equal(await callsOnFile(file), 0);

  const there = await start(t, optionsFor(upstream.url, {}, { perDay: 3, file }));
  assert.equal(await statusOf(there.search, 1_000), 'OK');
  assert.equal(await callsOnFile(file), 1);
});

test('places are found by choices, each with its distance; the configuration has what is not chosen', async (t) => {
  const choices = { rank: 'distance', types: ['sublocality'], language: 'fr' } as const;
  const { search } = await start(t, { ...EMBEDDED, choices });
  const find = async (wanted: Partial<WantedChoices>) => {
    const all = { rank: undefined, types: undefined, language: undefined, ...wanted };
    const circle = { ...LOS_ANGELES, radiusMetres: 20_000 };
    return (await search.find(circle, all, never())).places;
  };
  const near = await find({});
  assert.equal(near.length, 5);
  for (const { types, vicinity, distanceM } of near) {
    assert.ok(types.includes('sublocality'));
    assert.match(vicinity, /États-Unis$/);
    assert.ok(distanceM <= 20_000);
  }
  const known = await find({ types: [], rank: 'prominence', language: 'en' });
  assert.equal(known[0]?.name, 'Los Angeles');
  assert.equal(known[0]?.vicinity, 'California, United States');
  assert.equal(known[0]?.distanceM, 0);
});

test('a question that the provider cannot answer is refused before a call', async (t) => {
  const upstream = await startUpstream(t, ONE_PLACE);
  const { search, codes } = await start(t, optionsFor(upstream.url, {}));
  const nearest = { rank: 'distance', types: undefined, language: undefined } as const;
  await assert.rejects(search.find(LOS_ANGELES, nearest, never()), { code: 'TYPES_NEEDED' });
  assert.equal(upstream.calls, 0);
  const { places } = await search.find(
    LOS_ANGELES,
    { ...nearest, types: ['cafe', 'bar'] },
    never(),
  );
  assert.equal(places.length, 1);
  assert.equal(upstream.calls, 2);
  assert.deepEqual(codes(), []);
});

test('who leaves while places are found gets a SearchAborted', async (t) => {
  const upstream = await startUpstream(t, ONE_PLACE, new Promise(() => undefined));
  const { search } = await start(t, optionsFor(upstream.url, {}));
  const leaver = new AbortController();
  const wanted = { rank: undefined, types: undefined, language: undefined };
  const found = assert.rejects(search.find(LOS_ANGELES, wanted, leaver.signal), {
    code: 'SEARCH_ABORTED',
  });
  await until(() => upstream.calls === 1);
  leaver.abort();
  await found;
});

test('a provider that there is not is refused', async (t) => {
  await assert.rejects(start(t, { ...EMBEDDED, provider: 'atlas' }), {
    name: 'RangeError',
    message:
      'found the provider atlas, expected one of geonames, file, google, google-legacy, overpass',
  });
});
