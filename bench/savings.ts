import type { Rank } from '#src/places/choices.js';
import { PLACES_DEFAULTS } from '#src/places/defaults.js';
import { FILE } from '#src/places/file/descriptor.js';
import { GEONAMES } from '#src/places/geonames/descriptor.js';
import { GOOGLE } from '#src/places/google/descriptor.js';
import type { Benchmark, Figures, Measure } from './harness/benchmark.ts';
import { replay, replayExactMatch, type Savings } from './savings/replay.ts';
import { trace, type TracedQuestion, type TraceModel } from './savings/traces.ts';
import { openUpstreams, type ProviderName } from './savings/upstreams.ts';

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

/** A provider, the choice of an order and a time to live; all else is as by default. */
interface Case {
  readonly name: string;
  readonly provider: ProviderName;
  readonly rank: Rank;
  readonly ttlMs: number;
  /** The part of the day that is replayed. */
  readonly hours: readonly [from: number, to: number];
}

const ALL_DAY = [0, 24] as const;
/** A cache that is empty at seven: a whole day of each case would take too long. */
const MORNING = [7, 12] as const;
/** Where pages are fresh for five minutes an hour shows as much, at a call over HTTP for most questions. */
const ONE_HOUR = [8, 9] as const;

function embedded(name: string, ttlMs: number, hours: Case['hours']): Case {
  return { name, provider: 'geonames', rank: 'prominence', ttlMs, hours };
}

/** Each provider by each order with its default time to live, and the embedded places for a whole day and with less. */
const CASES: readonly Case[] = [
  ...(['prominence', 'distance'] as const).flatMap((rank): Case[] => [
    {
      name: `geonames, ${rank}`,
      provider: 'geonames',
      rank,
      ttlMs: GEONAMES.ttlMs,
      hours: MORNING,
    },
    { name: `file, ${rank}`, provider: 'file', rank, ttlMs: FILE.ttlMs, hours: MORNING },
    { name: `google, ${rank}`, provider: 'google', rank, ttlMs: GOOGLE.ttlMs, hours: ONE_HOUR },
  ]),
  embedded('whole day', GEONAMES.ttlMs, ALL_DAY),
  embedded('ttl 1h', HOUR_MS, MORNING),
  embedded('ttl 5m', 5 * MINUTE_MS, MORNING),
];

/** The case that the aim for calls is about. */
const USUAL = 'whole day';
const SAVED = { unit: '%', better: 'higher', aim: undefined } as const;
const RECALL = { unit: 'of 1', better: 'higher', aim: { of: 'figure', bound: 0.98 } } as const;

function measuresOf({ name }: Case): [string, Measure][] {
  const aim = name === USUAL ? ({ of: 'figure', bound: 95 } as const) : undefined;
  return [
    [`saved ${name}`, { ...SAVED, aim }],
    [`recall ${name}`, RECALL],
  ];
}

/** The questions that the cache answers without a call, on a day of each run's own, and how well. */
export const savings: Benchmark = {
  name: 'savings',
  description: 'questions for places that the cache answers, and what its answers lack',
  requires: [],
  measures: {
    questions: { unit: 'calls', better: 'lower', aim: undefined },
    ...Object.fromEntries(CASES.flatMap(measuresOf)),
  },
  a: {
    label: 'the cache, in front of each provider and by each order',
    async start(scope, share) {
      const upstreams = await openUpstreams(scope, MODEL.cities);
      const { cache } = PLACES_DEFAULTS;
      return daily(share, (questions, { provider, rank, ttlMs }) => {
        const choices = { rank, types: [], language: undefined };
        const options = { ...cache, ttlMs, folder: undefined, choices };
        return replay(questions, options, upstreams[provider]);
      });
    },
  },
  b: {
    label: 'a cache of equal questions, with the same times to live',
    // What the places are makes no difference to it.
    start: async (_scope, share) =>
      daily(share, async (questions, { ttlMs }) => replayExactMatch(questions, ttlMs)),
  },
};

type Replay = (questions: readonly TracedQuestion[], of: Case) => Promise<Savings>;

/** Runs a day's questions of that share of the clients through a cache, each run another day. */
function daily(share: number, replayCase: Replay): () => Promise<Figures<string>> {
  let seed = 0;
  return async () => {
    const questions = trace({ ...MODEL, clients: MODEL.clients * share, seed: ++seed });
    const figures: Record<string, number> = { questions: questions.length };
    for (const each of CASES) {
      const [from, to] = each.hours;
      const its = questions.filter(({ atMs }) => atMs >= from * HOUR_MS && atMs < to * HOUR_MS);
      const { questions: asked, calls, recall } = await replayCase(its, each);
      figures[`saved ${each.name}`] = 100 * (1 - calls / asked);
      figures[`recall ${each.name}`] = recall;
    }
    return figures;
  };
}
