import { PageCache } from '#src/places/cache/page-cache.js';
import type { PlaceChoices } from '#src/places/choices.js';
import type { CacheOptions } from '#src/places/options.js';
import { PlacesCounts } from '#src/places/places-counts.js';
import type { NearbyQuery, PlacesPage, SourceAnswer } from '#src/places/provider.js';
import type { TracedQuestion } from './traces.ts';
import type { Upstream } from './upstreams.ts';

/** The most questions whose answers are compared with fresh ones: that takes longer than all else. */
const MOST_COMPARED = 2_000;

/** What a cache has saved, and what of the right answers its own had. */
export interface Savings {
  readonly questions: number;
  /** The calls to the upstream. */
  readonly calls: number;
  /** The mean share of the true answer's places that the cache's answer had; of those that have any. */
  readonly recall: number;
}

/** Asks the cache all questions, each at its time. */
export async function replay(
  questions: readonly TracedQuestion[],
  options: CacheOptions & { readonly choices: PlaceChoices },
  { provider, traits, truth }: Upstream,
): Promise<Savings> {
  const { signal } = new AbortController();
  let [calls, nowMs, shares, compared] = [0, 0, 0, 0];
  const underWay = new Set<Promise<SourceAnswer>>();
  const ask = (query: NearbyQuery): Promise<SourceAnswer> => {
    calls += 1;
    const call = provider.nearby(query, { signal, onSent() {} });
    underWay.add(call);
    return call.finally(() => underWay.delete(call));
  };
  const { ranking, tellsTypes } = traits;
  const cache = new PageCache(
    { ...options, ranking, tellsTypes },
    {
      ask,
      now: () => nowMs,
      endMs: () => Infinity,
      shelf: { put() {}, delete() {}, clear() {} },
      counts: new PlacesCounts(),
    },
  );
  const comparedEvery = Math.ceil(questions.length / MOST_COMPARED);
  for (const [i, traced] of questions.entries()) {
    nowMs = traced.atMs;
    const question = { ...traced, choices: options.choices };
    const { page } = await cache.nearby(question, signal);
    // The clock stands still until what is fetched in the background has come.
    await Promise.all(underWay);
    if (i % comparedEvery !== 0) continue;
    const fresh = idsOf((await truth.nearby(question, { signal })).page, question.bound);
    if (fresh.length === 0) continue;
    const got = new Set(idsOf(page, question.bound));
    shares += fresh.filter((id) => got.has(id)).length / fresh.length;
    compared += 1;
  }
  return { questions: questions.length, calls, recall: shares / compared };
}

function idsOf({ results }: PlacesPage, bound: number): string[] {
  return results.slice(0, bound).map(({ place_id }) => place_id);
}

/** The same with a cache that knows only whether the very question was asked within its time. */
export function replayExactMatch(questions: readonly TracedQuestion[], ttlMs: number): Savings {
  const answeredAt = new Map<string, number>();
  let calls = 0;
  for (const { latitude, longitude, radiusMetres, atMs } of questions) {
    const key = `${latitude},${longitude},${radiusMetres}`;
    const since = answeredAt.get(key);
    if (since !== undefined && atMs - since <= ttlMs) continue;
    answeredAt.set(key, atMs);
    calls += 1;
  }
  return { questions: questions.length, calls, recall: 1 };
}
