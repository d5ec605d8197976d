import { PLACES_FILE, createGeonamesProvider } from '#src/places/geonames/provider.js';
import { PLACES_DEFAULTS } from '#src/places/defaults.js';
import { DEFAULT_CHOICES } from '#src/places/choices.js';
import type { CacheOptions } from '#src/places/options.js';
import type { Benchmark } from './harness/benchmark.ts';
import { createDenseSource } from './savings/dense-source.ts';
import { replay, replayExactMatch, type Savings } from './savings/replay.ts';
import { trace, type TracedQuestion, type TraceModel } from './savings/traces.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The traces: 1,000 clients for a day, each asked about every five minutes on average. */
const MODEL: Omit<TraceModel, 'seed'> = {
  clients: 1_000,
  cities: [
    { latitude: 34.0522, longitude: -118.2437 }, // Los Angeles
    { latitude: 51.5074, longitude: -0.1278 }, // London
    { latitude: 35.6762, longitude: 139.6503 }, // Tokyo
    { latitude: -23.5505, longitude: -46.6333 }, // São Paulo
    { latitude: 52.52, longitude: 13.405 }, // Berlin
  ],
  everyMs: 5 * MINUTE_MS,
  radiiMetres: [1_000, 2_000, 5_000, 10_000],
  bounds: [5, 10, 20],
};

/** The cache's default settings for the embedded places. */
const DEFAULTS: CacheOptions = {
  ...PLACES_DEFAULTS.cache,
  ttlMs: 24 * HOUR_MS,
  folder: undefined,
};

/** The times to live that are tried: the default, and what an upstream may allow that allows less. */
const TTLS = { '24h': DEFAULTS.ttlMs, '1h': HOUR_MS, '5m': 5 * MINUTE_MS } as const;
type Ttl = keyof typeof TTLS;

/** An upstream of many places, by both orders, with the default settings. */
type Dense = 'dense' | 'dense, nearest';

type MeasureName =
  | 'questions'
  | `${'calls' | 'saved' | 'recall'} ${Ttl}`
  | `${'saved' | 'recall'} ${Dense}`;

const CALLS = { unit: 'calls', better: 'lower', aim: undefined } as const;
const SAVED = { unit: '%', better: 'higher', aim: undefined } as const;
const RECALL = { unit: 'of 1', better: 'higher', aim: { of: 'figure', bound: 0.98 } } as const;

/** The calls to the upstream that the cache saves, on a day of each run's own. */
export const savings: Benchmark<MeasureName> = {
  name: 'savings',
  description: 'calls to the upstream of places that the cache saves, and what its answers lack',
  requires: [],
  measures: {
    questions: { unit: 'calls', better: 'lower', aim: undefined },
    'calls 24h': CALLS,
    'saved 24h': { ...SAVED, aim: { of: 'figure', bound: 95 } },
    'recall 24h': RECALL,
    'calls 1h': CALLS,
    'saved 1h': SAVED,
    'recall 1h': RECALL,
    'calls 5m': CALLS,
    'saved 5m': SAVED,
    'recall 5m': RECALL,
    'saved dense': SAVED,
    'recall dense': RECALL,
    'saved dense, nearest': SAVED,
    'recall dense, nearest': RECALL,
  },
  a: {
    label: 'the cache with its default settings, and with two other times to live',
    async start(scope, share) {
      const sparse = createGeonamesProvider(PLACES_FILE);
      await scope.defer(() => sparse.close());
      const dense = createDenseSource(MODEL.cities, 'prominence');
      const nearest = createDenseSource(MODEL.cities, 'distance');
      const byProminence = { ...DEFAULTS, choices: DEFAULT_CHOICES };
      const byDistance = {
        ...DEFAULTS,
        choices: { ...DEFAULT_CHOICES, rank: 'distance' },
      } as const;
      return daily(share, {
        sparse: (questions, ttlMs) => replay(questions, { ...byProminence, ttlMs }, sparse),
        dense: (questions) => replay(questions, byProminence, dense),
        nearest: (questions) => replay(questions, byDistance, nearest),
      });
    },
  },
  b: {
    label: 'a cache of equal questions, with the same times to live',
    async start(_scope, share) {
      // What the places are makes no difference to it.
      const exact = async (questions: Questions, ttlMs: number): Promise<Savings> =>
        replayExactMatch(questions, ttlMs);
      const daylong = (questions: Questions): Promise<Savings> => exact(questions, DEFAULTS.ttlMs);
      return daily(share, { sparse: exact, dense: daylong, nearest: daylong });
    },
  },
};

type Questions = readonly TracedQuestion[];

/** A cache in front of each upstream. */
interface Replays {
  /** The embedded places, which are few. */
  readonly sparse: (questions: Questions, ttlMs: number) => Promise<Savings>;
  readonly dense: (questions: Questions) => Promise<Savings>;
  readonly nearest: (questions: Questions) => Promise<Savings>;
}

/** Runs a day's questions of that share of the clients through a cache, each run another day. */
function daily(share: number, cache: Replays): () => Promise<Record<MeasureName, number>> {
  let seed = 0;
  return async () => {
    const questions = trace({ ...MODEL, clients: MODEL.clients * share, seed: ++seed });
    const [day, hour, minutes] = [
      await cache.sparse(questions, TTLS['24h']),
      await cache.sparse(questions, TTLS['1h']),
      await cache.sparse(questions, TTLS['5m']),
    ];
    const dense = await cache.dense(questions);
    const nearest = await cache.nearest(questions);
    return {
      questions: questions.length,
      'calls 24h': day.calls,
      'saved 24h': savedPercent(day),
      'recall 24h': day.recall,
      'calls 1h': hour.calls,
      'saved 1h': savedPercent(hour),
      'recall 1h': hour.recall,
      'calls 5m': minutes.calls,
      'saved 5m': savedPercent(minutes),
      'recall 5m': minutes.recall,
      'saved dense': savedPercent(dense),
      'recall dense': dense.recall,
      'saved dense, nearest': savedPercent(nearest),
      'recall dense, nearest': nearest.recall,
    };
  };
}

function savedPercent({ questions, calls }: Savings): number {
  return 100 * (1 - calls / questions);
}
