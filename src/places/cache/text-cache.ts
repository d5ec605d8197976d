import { LRUCache } from 'lru-cache';

import { formatPlaces } from '../format-places.ts';
import type { PlacesPage } from '../provider.ts';
import type { BoundedCircle, CachedPage } from './cached-page.ts';
import type { Lease } from './cached-pages.ts';
import type { PageCache } from './page-cache.ts';
import { hashOf } from './query-hash.ts';

/** The most that all texts may take, in bytes: about as much as the pages that they are made from. */
const MAX_READY_BYTES = 64 * 1024 * 1024;

/** A question, the text that answers it, and the lease of the page that the text was made from. */
interface ReadyText {
  readonly query: BoundedCircle;
  readonly text: Buffer;
  readonly lease: Lease;
}

/** Asks for places, with the same choices each time. */
export type AskForText = (
  circle: BoundedCircle,
  signal: AbortSignal,
) => Promise<{
  readonly page: PlacesPage;
  /** The one page of the cache that it was made from; `undefined` where there is no such. */
  readonly cached: CachedPage | undefined;
}>;

/**
 * Answers as the texts that go into replies, in front of the cache of pages: the very question that
 * was asked before costs a look-up, as long as the page that has answered it is cached and fresh.
 */
export class TextCache {
  readonly #pages: PageCache;
  readonly #ask: AskForText;
  /** By the hash of the question: of two with the same one, the later is kept. */
  readonly #texts: LRUCache<number, ReadyText> | undefined;
  /** Those of the pages up to which the texts have been looked through. */
  #sweeps = 0;

  /** @param entries the most texts that are cached; 0 caches none */
  constructor(pages: PageCache, ask: AskForText, entries: number) {
    this.#pages = pages;
    this.#ask = ask;
    // To lru-cache a 0 means "no limit", here it means "none".
    if (entries === 0) return;
    this.#texts = new LRUCache({
      max: entries,
      maxSize: MAX_READY_BYTES,
      sizeCalculation: ({ text }) => text.length,
    });
  }

  /**
   * The places that are asked for, as `formatPlaces` has them: at once where the text is cached, and then
   * the same bytes each time, which nobody may change. The promise rejects with the signal's reason once
   * it is aborted, and for nothing else.
   */
  nearby(query: BoundedCircle, signal: AbortSignal): Buffer | Promise<Buffer> {
    if (this.#sweeps !== this.#pages.sweeps) this.#sweep();
    const hash = hashOf(query);
    const ready = this.#texts?.get(hash);
    if (ready !== undefined && isSame(ready.query, query) && this.#pages.isFresh(ready.lease)) {
      this.#pages.noteFreshText();
      return ready.text;
    }
    return this.#make(hash, query, signal);
  }

  /** How many texts are cached. */
  get size(): number {
    return this.#texts?.size ?? 0;
  }

  clear(): void {
    this.#texts?.clear();
    this.#pages.clear();
  }

  /** No text outlives its page by much. */
  #sweep(): void {
    this.#sweeps = this.#pages.sweeps;
    for (const [hash, { lease }] of this.#texts?.entries() ?? []) {
      if (lease.isOver) this.#texts?.delete(hash);
    }
  }

  async #make(hash: number, query: BoundedCircle, signal: AbortSignal): Promise<Buffer> {
    const { latitude, longitude, radiusMetres, bound } = query;
    const { page, cached } = await this.#ask(query, signal);
    const text = formatPlaces(page, bound);
    const asked = { latitude, longitude, radiusMetres, bound };
    if (cached !== undefined) this.#keep(hash, asked, text, cached);
    return text;
  }

  #keep(hash: number, query: BoundedCircle, text: Buffer, cached: CachedPage): void {
    const lease = this.#pages.leaseOf(cached);
    if (lease === undefined || !this.#pages.isFresh(lease)) return;
    this.#texts?.set(hash, { query, text, lease });
  }
}

function isSame(a: BoundedCircle, b: BoundedCircle): boolean {
  return (
    a.latitude === b.latitude &&
    a.longitude === b.longitude &&
    a.radiusMetres === b.radiusMetres &&
    a.bound === b.bound
  );
}
