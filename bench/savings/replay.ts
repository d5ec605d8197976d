import { PageCache } from '#src/places/cache/page-cache.js';
import type { PlaceChoices } from '#src/places/choices.js';
import type { CacheOptions } from '#src/places/options.js';
import { PlacesCounts } from '#src/places/places-counts.js';
import type { NearbyQuery, PlaceSource, PlacesPage, SourceAnswer } from '#src/places/provider.js';
import type { TracedQuestion } from './traces.ts';

/** Of the questions, one in so many is compared with a fresh answer: that takes longer than all else. */
const COMPARED_EVERY = 50;

/** What a cache has saved, and what of the right answers its own had. */
export interface Savings {
  readonly questions: number;
  /** The calls to the upstream. */
  readonly calls: number;
  /** The mean share of a fresh answer's places that the cache's answer had; of those that have any. */
  readonly recall: number;
}

/** Asks the cache all questions, each at its time. */
export async function replay(
  questions: readonly TracedQuestion[],
  options: CacheOptions & { readonly choices: PlaceChoices },
  provider: PlaceSource,
): Promise<Savings> {
  const { signal } = new AbortController();
  const asking = { signal, endMs: Infinity };
  let [calls, nowMs, shares, compared] = [0, 0, 0, 0];
  const ask = (query: NearbyQuery): Promise<SourceAnswer> => {
    calls += 1;
    return provider.nearby(query, asking);
  };
  const rules = { ...options, ranking: 'prominence', tellsTypes: true } as const;
  const cache = new PageCache(rules, {
    ask,
    now: () => nowMs,
    endMs: () => Infinity,
    shelf: { put() {}, delete() {}, clear() {} },
    counts: new PlacesCounts(),
  });
  for (const [i, traced] of questions.entries()) {
    nowMs = traced.atMs;
    const question = { ...traced, choices: options.choices };
    const { page } = await cache.nearby(question, signal);
    if (i % COMPARED_EVERY !== 0) continue;
    const fresh = idsOf((await provider.nearby(question, asking)).page, question.bound);
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
