import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { DEFAULT_CHOICES } from '../../places/choices.ts';
import type { PlacesOptions } from '../../places/options.ts';
import { CliError } from '../errors.ts';
import { checkConfig } from './check-config.ts';
import { placesOptions } from './places-options.ts';
import { parseYaml } from './parse-yaml.ts';

const KEY = 'AIza-not-a-real-key';
const URL = 'http://127.0.0.1:1';
const DATA = resolve('conf/data');

/** What the server A is told where the file has these places, and this besides. */
function optionsOf(places: string, more = ''): PlacesOptions {
  const text = `servers: { A: { clients: h:1, peers: h:2 } }\nplaces: { ${places} }\n${more}\n`;
  return placesOptions(checkConfig(parseYaml('conf/herd.yaml', text)), 'A', {
    placesKey: KEY,
    placesFile: undefined,
  });
}

function fault(places: string, more = ''): string {
  try {
    optionsOf(places, more);
  } catch (error) {
    if (error instanceof CliError) return error.lines.join('\n');
    throw error;
  }
  return '';
}

const DEFAULTS = {
  zeroTtlMs: 60_000,
  staleWhileRevalidateMs: 60_000,
  staleIfErrorMs: 3_600_000,
  tolerance: 0.01,
  entries: 10_000,
  folder: join(DATA, 'A.places'),
};
const DAY = { ...DEFAULTS, ttlMs: 86_400_000 };
const MINUTES = { ...DEFAULTS, ttlMs: 300_000 };
const CALLS = { deadlineMs: 5_000, atOnce: 16 };

test('geonames keeps its answers for a day, and nothing on disk', () => {
  const cache = { ...DAY, folder: undefined };
  assert.deepEqual(optionsOf('provider: geonames'), {
    provider: 'geonames',
    settings: {},
    key: KEY,
    choices: DEFAULT_CHOICES,
    cache,
    calls: undefined,
    budget: undefined,
  });
});

test('overpass has few calls at once', () => {
  assert.deepEqual(optionsOf(`provider: overpass, url: '${URL}', contact: a@b.c`), {
    provider: 'overpass',
    settings: { url: URL, contact: 'a@b.c' },
    key: KEY,
    choices: DEFAULT_CHOICES,
    cache: DAY,
    calls: { ...CALLS, atOnce: 2 },
    budget: undefined,
  });
});

test('the settings of a provider are passed on to it as they are: it fills in its defaults', () => {
  assert.deepEqual(
    optionsOf('provider: google, rank: distance, types: [zoo, cafe], language: de, region: CH'),
    {
      provider: 'google',
      settings: { region: 'CH' },
      key: KEY,
      choices: { rank: 'distance', types: ['cafe', 'zoo'], language: 'de' },
      cache: MINUTES,
      calls: CALLS,
      budget: undefined,
    },
  );
});

test('everything about the cache and the calls can be said', () => {
  const cache =
    'ttl: 0, zeroTtl: 1s, staleWhileRevalidate: 2s, staleIfError: 0, tolerance: 0.1, entries: 7';
  const more =
    'calls: { deadline: 100ms, atOnce: 1000 }, budget: { perDay: 1 }, shortPagesComplete: false';
  assert.deepEqual(optionsOf(`provider: google-legacy, cache: { ${cache} }, ${more}`), {
    provider: 'google-legacy',
    settings: { shortPagesComplete: false },
    key: KEY,
    choices: DEFAULT_CHOICES,
    cache: {
      ttlMs: 0,
      zeroTtlMs: 1_000,
      staleWhileRevalidateMs: 2_000,
      staleIfErrorMs: 0,
      tolerance: 0.1,
      entries: 7,
      folder: join(DATA, 'A.places'),
    },
    calls: { deadlineMs: 100, atOnce: 1_000 },
    budget: { perDay: 1, file: join(DATA, 'A.budget.json') },
  });
});

test('without a folder the cache is in memory alone, and there can be no budget', () => {
  const { cache } = optionsOf('provider: google', 'data: none');
  assert.equal(cache.folder, undefined);
  assert.equal(
    fault('provider: google, budget: { perDay: 9 }', 'data: none'),
    "conf/herd.yaml:2: places.budget: the day's calls are counted on disk, so that a restart gives no further ones: data is none",
  );
});

for (const [places, key, expected] of [
  ['cache: { tolerance: -0.01 }', 'cache.tolerance', 'a share from 0 to 0.1'],
  ['cache: { tolerance: 0.11 }', 'cache.tolerance', 'a share from 0 to 0.1'],
  ['cache: { tolerance: 1% }', 'cache.tolerance', 'a share from 0 to 0.1'],
  ['cache: { zeroTtl: 5 }', 'cache.zeroTtl', 'a duration such as'],
  ['calls: { deadline: 99ms }', 'calls.deadline', 'a duration from 100ms to 60s'],
  ['calls: { deadline: 61s }', 'calls.deadline', 'a duration from 100ms to 60s'],
  ['calls: { atOnce: 0 }', 'calls.atOnce', 'a whole number from 1 to 1000'],
  ['calls: { atOnce: 1001 }', 'calls.atOnce', 'a whole number from 1 to 1000'],
  ['budget: { perDay: 0 }', 'budget.perDay', 'a whole number of at least 1'],
  ['budget: { perDay: 1.5 }', 'budget.perDay', 'a whole number of at least 1'],
  ['shortPagesComplete: often', 'shortPagesComplete', 'true or false'],
  ['budget: {}', 'budget.perDay', 'a whole number of at least 1'],
] as const) {
  test(`${places} is a fault`, () => {
    const told = fault(`provider: google, ${places}`);
    assert.ok(told.startsWith(`conf/herd.yaml:2: places.${key}: `), told);
    assert.ok(told.includes(`expected ${expected}`), told);
  });
}

test('the embedded places are not called, and have no budget', () => {
  const goesWith = 'the provider geonames has none; it goes with google, google-legacy, overpass';
  assert.equal(
    fault('calls: { atOnce: 1 }, budget: { perDay: 1 }'),
    `conf/herd.yaml:2: places.calls: ${goesWith}\nconf/herd.yaml:2: places.budget: ${goesWith}`,
  );
});

test('no server may have a name under which another keeps data', () => {
  const servers =
    'A.places: { clients: h:3, peers: h:4 }, A.budget.json: { clients: h:5, peers: h:6 }';
  const text = `servers: { A: { clients: h:1, peers: h:2 }, ${servers} }`;
  assert.throws(
    () => checkConfig(parseYaml('conf/herd.yaml', text)),
    /found A\.places, a name under which A keeps data.*\n.*found A\.budget\.json/,
  );
});
