import { LRUCache } from 'lru-cache';

import { formatPlaces } from '../format-places.ts';
import type { BoundedQuery, HeldPage } from './held-page.ts';
import { keyOf } from './held-pages.ts';
import type { PageCache } from './page-cache.ts';

/** The most that all texts may take, in characters: as much as the pages that they are made from. */
const MAX_READY_CHARACTERS = 64 * 1024 * 1024;

/** A text, and the page that it was made from: the page itself may be dropped meanwhile. */
interface ReadyText {
  readonly text: string;
  readonly circle: string;
  readonly fetchedMs: number;
}

/**
 * Answers as the texts that go into replies, in front of the cache of pages: the very question that
 * was asked before costs a look-up, as long as the page that has answered it is held and fresh.
 */
export class TextCache {
  readonly #pages: PageCache;
  readonly #texts: LRUCache<string, ReadyText> | undefined;
  /** Those of the pages up to which the texts have been looked through. */
  #sweeps = 0;

  /** @param entries the most texts that are held; 0 holds none */
  constructor(pages: PageCache, entries: number) {
    this.#pages = pages;
    // To lru-cache a 0 means "no limit", here it means "none".
    if (entries === 0) return;
    this.#texts = new LRUCache({
      max: entries,
      maxSize: MAX_READY_CHARACTERS,
      sizeCalculation: ({ text }) => text.length,
    });
  }

  /**
   * The places that are asked for, as `formatPlaces` has them: at once where the text is held. The
   * promise rejects with the signal's reason once it is aborted, and for nothing else.
   */
  nearby(query: BoundedQuery, signal: AbortSignal): string | Promise<string> {
    if (this.#sweeps !== this.#pages.sweeps) this.#sweep();
    const key = `${query.latitude},${query.longitude},${query.radiusMetres},${query.bound}`;
    const ready = this.#texts?.get(key);
    if (ready !== undefined && this.#pages.isFresh(ready.circle, ready.fetchedMs)) {
      return ready.text;
    }
    return this.#make(key, query, signal);
  }

  /** How many texts are held. */
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
    for (const [key, { circle, fetchedMs }] of this.#texts?.entries() ?? []) {
      if (!this.#pages.holds(circle, fetchedMs)) this.#texts?.delete(key);
    }
  }

  async #make(key: string, query: BoundedQuery, signal: AbortSignal): Promise<string> {
    const { page, held } = await this.#pages.nearby(query, signal);
    const text = formatPlaces(page, query.bound);
    this.#keep(key, text, held);
    return text;
  }

  #keep(key: string, text: string, { query, fetchedMs }: HeldPage): void {
    const circle = keyOf(query);
    if (!this.#pages.isFresh(circle, fetchedMs)) return;
    this.#texts?.set(key, { text, circle, fetchedMs });
  }
}
