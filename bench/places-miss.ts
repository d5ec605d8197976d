import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rank } from '#src/places/choices.js';
import { PLACES_DEFAULTS } from '#src/places/defaults.js';
import { openNearbySearch, type NearbySearch } from '#src/places/nearby-search.js';
import { PlacesCounts } from '#src/places/places-counts.js';
import type { Position } from '#src/protocol/position.js';
import type { Benchmark, Figures } from './harness/benchmark.ts';
import type { Scope } from './harness/scope.ts';
import { positionIn, readSpread, scaledIndex, type Spread } from './places-miss/scaled-index.ts';

/** As many places as were embedded before there was an index. */
const PLACES_BEFORE = 135_233;
const SIZES = { '200,000': 200_000, '1,000,000': 1_000_000 } as const;
const RANKS = ['prominence', 'distance'] as const satisfies readonly Rank[];

const QUESTIONS = 5_000;
const RADIUS_METRES = 10_000;
const BOUND = 20;

type Name = `${keyof typeof SIZES}, ${(typeof RANKS)[number]}`;

const MISS = { unit: 'µs', better: 'lower', aim: undefined } as const;

/** The search of a server over so many places of a file, without a cache. */
async function openSearch(scope: Scope, file: string, rank: Rank): Promise<NearbySearch> {
  const options = {
    provider: 'file',
    settings: { file },
    key: '',
    choices: { rank, types: [], language: undefined },
    cache: { ...PLACES_DEFAULTS.cache, ttlMs: 0, folder: undefined },
    calls: undefined,
    budget: undefined,
  };
  const onFault = ({ text }: { text: string }): void => {
    throw new Error(text);
  };
  const search = await openNearbySearch(options, { onFault, counts: new PlacesCounts() });
  await scope.defer(() => search.close());
  return search;
}

/** Near some place each, all over the world. */
function questionsIn(spread: Spread, count: number): Position[] {
  return Array.from({ length: count }, (_, i) => positionIn(spread, i + 0.5, count));
}

/** Asks all questions, one after the other; how long each took in the mean, in microseconds. */
async function meanMicros(search: NearbySearch, questions: readonly Position[]): Promise<number> {
  const { signal } = new AbortController();
  const circle = { radiusMetres: RADIUS_METRES, bound: BOUND };
  const started = performance.now();
  for (const position of questions) await search.nearby({ ...position, ...circle }, signal);
  return ((performance.now() - started) * 1000) / questions.length;
}

/** @param placesOf how many places there are where the measure is of a size */
async function start(
  scope: Scope,
  share: number,
  placesOf: (size: number) => number,
): Promise<() => Promise<Figures<Name>>> {
  const spread = await readSpread();
  const questions = questionsIn(spread, QUESTIONS * share);
  const folder = scope.folder();
  const searches: [Name, NearbySearch][] = [];
  for (const [size, places] of Object.entries(SIZES) as [keyof typeof SIZES, number][]) {
    const file = join(folder, `${places}.index`);
    await writeFile(file, scaledIndex(spread, Math.round(placesOf(places) * share)));
    for (const rank of RANKS) {
      searches.push([`${size}, ${rank}`, await openSearch(scope, file, rank)]);
    }
  }
  return async () => {
    const figures: [Name, number][] = [];
    for (const [name, search] of searches) {
      figures.push([name, await meanMicros(search, questions)]);
    }
    return Object.fromEntries(figures) as Figures<Name>;
  };
}

/** What a question costs that the cache has no answer to, by how many places there are. */
export const placesMiss: Benchmark<Name> = {
  name: 'places-miss',
  description: `a question for places past the cache, against one over ${PLACES_BEFORE} places`,
  requires: [],
  measures: {
    '200,000, prominence': MISS,
    '200,000, distance': MISS,
    '1,000,000, prominence': MISS,
    '1,000,000, distance': MISS,
  },
  a: {
    label: 'over so many places, spread over the world as the embedded ones are, by each order',
    start: (scope, share) => start(scope, share, (size) => size),
  },
  b: {
    label: `the same questions over ${PLACES_BEFORE} places, as many as were embedded before`,
    start: (scope, share) => start(scope, share, () => PLACES_BEFORE),
  },
};
