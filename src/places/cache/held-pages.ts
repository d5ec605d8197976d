import { LRUCache } from 'lru-cache';

import type { NearbyQuery, PlacesPage } from '../provider.ts';
import { CircleIndex } from './circle-index.ts';
import type { Freshness } from '../options.ts';
import { ageOf, freshForMs } from './freshness.ts';
import { answerFrom, overhang, type Circle, type HeldPage, type AnswerRules } from './held-page.ts';
import { metresBetween, type Point } from './sphere.ts';

/**
 * The most that all held pages may take, in characters of JSON. The number of entries alone would not
 * bound the memory: a page of an upstream's may be as long as 1 MiB.
 */
const MAX_KEPT_CHARACTERS = 64 * 1024 * 1024;

/** How pages are held, and how they answer. */
export interface HoldingOptions extends Freshness, AnswerRules {
  /** The most pages that are held; 0 holds none. */
  readonly entries: number;
}

/** A held page that answers a question. */
export interface Found {
  readonly held: HeldPage;
  /** What it says to the question. */
  readonly page: PlacesPage;
  readonly age: 'fresh' | 'stale' | 'spare';
}

/** What is left of a page with whoever has made something of it, and keeps no page for that. */
export interface Lease {
  /** Names the page's circle. */
  readonly key: string;
  /** From when to when the page is fresh, in milliseconds of the wall clock. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** Whether the page was dropped, or another one has taken its place. */
  isOver: boolean;
}

/** What comes first where several pages answer a question. */
const AGES = { fresh: 0, stale: 1, spare: 2 } as const;

/** The pages that are held, each found by any question that it answers. Does no I/O. */
export class HeldPages {
  readonly #options: HoldingOptions;
  readonly #index = new CircleIndex<HeldPage>();
  readonly #pages: LRUCache<string, HeldPage> | undefined;
  readonly #leases = new Map<HeldPage, Lease>();
  /** The key of the page that was used last. */
  #latest: string | undefined;

  /** @param onDropped told of each page that is dropped, by its key */
  constructor(options: HoldingOptions, onDropped: (key: string) => void) {
    this.#options = options;
    // To lru-cache a 0 means "no limit", here it means "none".
    if (options.ttlMs === 0 || options.entries === 0) return;
    this.#pages = new LRUCache({
      max: options.entries,
      maxSize: MAX_KEPT_CHARACTERS,
      sizeCalculation: ({ page }) => JSON.stringify(page).length,
      dispose: (held, key, reason) => {
        this.#index.delete(held);
        this.#endLease(held);
        if (reason !== 'set') onDropped(key);
      },
    });
  }

  get size(): number {
    return this.#pages?.size ?? 0;
  }

  /** Holds a page, in place of one of the same circle. Returns whether there was room for it. */
  add(held: HeldPage): boolean {
    const key = keyOf(held.query);
    this.#pages?.set(key, held);
    this.#latest = key;
    if (this.#pages?.peek(key) !== held) return false;
    this.#index.add(held);
    const untilMs = held.fetchedMs + freshForMs(held.page, this.#options);
    this.#leases.set(held, { key, fromMs: held.fetchedMs, untilMs, isOver: false });
    return true;
  }

  /** `undefined` where the page is not held. */
  leaseOf(held: HeldPage): Lease | undefined {
    return this.#leases.get(held);
  }

  /** The page that answers a question best: a fresh one, then one whose circle covers most of the asker's. */
  find(asked: Circle, nowMs: number): Found | undefined {
    const inset = asked.query.radiusMetres * (1 - this.#options.tolerance);
    let best: (Found & { readonly out: number }) | undefined;
    for (const held of this.#index.around(asked.centre, inset, inset)) {
      const age = ageOf(held, this.#options, nowMs);
      if (age === 'spent') continue;
      const out = Math.max(overhang(held, asked), 0);
      if (best !== undefined && (AGES[age] - AGES[best.age] || out - best.out) >= 0) continue;
      const page = answerFrom(held, asked, this.#options);
      if (page !== undefined) best = { held, page, age, out };
    }
    if (best !== undefined) this.use(keyOf(best.held.query));
    return best;
  }

  /** The page of the smallest circle of at least this radius that a point lies in. */
  smallestAround(point: Point, leastRadiusMetres: number): HeldPage | undefined {
    let smallest: HeldPage | undefined;
    for (const held of this.#index.around(point, leastRadiusMetres, 0)) {
      const { radiusMetres } = held.query;
      if (smallest !== undefined && radiusMetres >= smallest.query.radiusMetres) continue;
      if (metresBetween(held.centre, point) <= radiusMetres) smallest = held;
    }
    return smallest;
  }

  /** The page of a circle, by its key, counts as used. */
  use(key: string): void {
    if (key === this.#latest) return;
    this.#latest = key;
    this.#pages?.get(key);
  }

  /** Drops the pages that are good for nothing any more. */
  dropSpent(nowMs: number): void {
    for (const [key, held] of this.#pages?.entries() ?? []) {
      if (ageOf(held, this.#options, nowMs) !== 'spent') continue;
      this.#pages?.delete(key);
    }
  }

  clear(): void {
    this.#pages?.clear();
  }

  #endLease(held: HeldPage): void {
    const lease = this.#leases.get(held);
    if (lease !== undefined) lease.isOver = true;
    this.#leases.delete(held);
  }
}

/** Names a circle. */
export function keyOf({ latitude, longitude, radiusMetres }: NearbyQuery): string {
  return `${latitude},${longitude},${radiusMetres}`;
}
