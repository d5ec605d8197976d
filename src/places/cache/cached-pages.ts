import { LRUCache } from 'lru-cache';

import { areSameTypes } from '../choices.ts';
import type { NearbyQuery, PlacesPage } from '../provider.ts';
import { CircleIndex } from './circle-index.ts';
import type { Freshness } from '../options.ts';
import { ageOf, freshForMs } from './freshness.ts';
import { answerFrom, type AnswerRules } from './answer-from.ts';
import { overhang, type Circle, type CachedPage } from './cached-page.ts';
import { metresBetween } from './sphere.ts';

/**
 * The most that all cached pages may take, in characters of JSON. The number of entries alone would not
 * bound the memory: a page of an upstream's may be as long as 1 MiB.
 */
const MAX_KEPT_CHARACTERS = 64 * 1024 * 1024;

/** How pages are cached, and how they answer. */
export interface CachedPagesOptions extends Freshness, AnswerRules {
  /** The most pages that are cached; 0 caches none. */
  readonly entries: number;
}

/** A cached page that answers a question. */
export interface Found {
  readonly cached: CachedPage;
  /** What it says to the question. */
  readonly page: PlacesPage;
  readonly age: 'fresh' | 'stale' | 'spare';
}

/** What a cache of texts keeps of the page that a text was made of, in place of the page. */
export interface Lease {
  /** Names the page's question. */
  readonly key: string;
  /** From when to when the page is fresh, in milliseconds of the wall clock. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** Whether the page was dropped, or another one has taken its place. */
  isOver: boolean;
}

/** What comes first where several pages answer a question. */
const AGES = { fresh: 0, stale: 1, spare: 2 } as const;

/** The pages that are cached, each found by any question that it answers. Does no I/O. */
export class CachedPages {
  readonly #options: CachedPagesOptions;
  readonly #index = new CircleIndex<CachedPage>();
  readonly #pages: LRUCache<string, CachedPage> | undefined;
  readonly #leases = new Map<CachedPage, Lease>();
  /** The key of the page that was used last. */
  #latest: string | undefined;

  /** @param onDropped called with the key of each page that is dropped */
  constructor(options: CachedPagesOptions, onDropped: (key: string) => void) {
    this.#options = options;
    // To lru-cache a 0 means "no limit", here it means "none".
    if (options.ttlMs === 0 || options.entries === 0) return;
    this.#pages = new LRUCache({
      max: options.entries,
      maxSize: MAX_KEPT_CHARACTERS,
      sizeCalculation: ({ page }) => JSON.stringify(page).length,
      dispose: (cached, key, reason) => {
        this.#index.delete(cached);
        this.#endLease(cached);
        if (reason !== 'set') onDropped(key);
      },
    });
  }

  get size(): number {
    return this.#pages?.size ?? 0;
  }

  /** Takes a page, in place of one of the same question. Returns whether there was room for it. */
  add(cached: CachedPage): boolean {
    const key = keyOf(cached.query);
    this.#pages?.set(key, cached);
    this.#latest = key;
    if (this.#pages?.peek(key) !== cached) return false;
    this.#index.add(cached);
    const untilMs = cached.fetchedMs + freshForMs(cached.page, this.#options);
    this.#leases.set(cached, { key, fromMs: cached.fetchedMs, untilMs, isOver: false });
    return true;
  }

  /** `undefined` where the page is not cached. */
  leaseOf(cached: CachedPage): Lease | undefined {
    return this.#leases.get(cached);
  }

  /** The page that answers a question best: a fresh one, then one whose circle covers most of the asker's. */
  find(asked: Circle, nowMs: number): Found | undefined {
    const { radiusMetres, choices } = asked.query;
    // The nearest places may be known from a smaller circle, or from one that the asker's sticks out of.
    const inset = choices.rank === 'distance' ? 0 : radiusMetres * (1 - this.#options.tolerance);
    let best: (Found & { readonly out: number }) | undefined;
    for (const cached of this.#index.around(asked.centre, inset, inset)) {
      const age = ageOf(cached, this.#options, nowMs);
      if (age === 'spent') continue;
      const out = Math.max(overhang(cached, asked), 0);
      if (best !== undefined && (AGES[age] - AGES[best.age] || out - best.out) >= 0) continue;
      const page = answerFrom(cached, asked, this.#options);
      if (page !== undefined) best = { cached, page, age, out };
    }
    if (best !== undefined) this.use(keyOf(best.cached.query));
    return best;
  }

  /** The page of the smallest enclosing circle of at least the query's radius, with places of the same types. */
  smallestAround({ query, centre }: Circle): CachedPage | undefined {
    let smallest: CachedPage | undefined;
    for (const cached of this.#index.around(centre, query.radiusMetres, 0)) {
      const { radiusMetres, choices } = cached.query;
      if (!areSameTypes(choices.types, query.choices.types)) continue;
      if (smallest !== undefined && radiusMetres >= smallest.query.radiusMetres) continue;
      if (metresBetween(cached.centre, centre) <= radiusMetres) smallest = cached;
    }
    return smallest;
  }

  /** The page of a question, by its key, counts as used. */
  use(key: string): void {
    if (key === this.#latest) return;
    this.#latest = key;
    this.#pages?.get(key);
  }

  /** Drops the pages that are good for nothing any more. */
  dropSpent(nowMs: number): void {
    for (const [key, cached] of this.#pages?.entries() ?? []) {
      if (ageOf(cached, this.#options, nowMs) !== 'spent') continue;
      this.#pages?.delete(key);
    }
  }

  clear(): void {
    this.#pages?.clear();
  }

  #endLease(cached: CachedPage): void {
    const lease = this.#leases.get(cached);
    if (lease !== undefined) lease.isOver = true;
    this.#leases.delete(cached);
  }
}

/** Names a question. */
export function keyOf({ latitude, longitude, radiusMetres, choices }: NearbyQuery): string {
  const { rank, types, language = '' } = choices;
  return `${latitude},${longitude},${radiusMetres},${rank},${types.join('+')},${language}`;
}
