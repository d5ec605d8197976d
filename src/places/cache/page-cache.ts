import { LRUCache } from 'lru-cache';

import type { PlacesCounts } from '../places-counts.ts';
import type { Asking, NearbyQuery, PlacesPage, SourceAnswer } from '../provider.ts';
import { ageOf } from './freshness.ts';
import { answerFrom } from './answer-from.ts';
import {
  createCachedPage,
  type BoundedQuery,
  type Circle,
  type CachedPage,
} from './cached-page.ts';
import { CachedPages, keyOf, type CachedPagesOptions, type Lease } from './cached-pages.ts';
import { SharedCalls } from './shared-calls.ts';
import { pointAt } from './sphere.ts';
import { widened } from './widen.ts';

/**
 * How long a failure answers the questions that are equal to the failed one, in milliseconds: so
 * that a crowd that asks again at once costs one call.
 */
const FAILURE_TTL_MS = 1_000;

/** The most failures that are cached: more at once come only of questions that are all different. */
const MAX_FAILURES = 1_000;

/** How often pages are looked through for those that are good for nothing any more, in milliseconds. */
const SWEEP_INTERVAL_MS = 60_000;

/** Asks for places. Rejects only with the reason of its signal. */
export type AskForPage = (query: NearbyQuery, asking: Asking) => Promise<SourceAnswer>;

/** Where pages outlive the process. Nothing of it waits for the disk. */
export interface PageShelf {
  put(key: string, cached: CachedPage): void;
  delete(key: string): void;
  clear(): void;
}

/** What a question is answered with. */
export interface Answer {
  readonly page: PlacesPage;
  /** What the upstream has said that it comes from; not cached where it is a failure, or has no room. */
  readonly cached: CachedPage;
}

/** What a cache needs of the world. */
export interface CacheParts {
  readonly ask: AskForPage;
  /** The wall clock, in milliseconds: pages are older after a restart, too. */
  readonly now: () => number;
  /** When a question that is asked now has to be over, in milliseconds of `performance.now()`. */
  readonly endMs: () => number;
  readonly shelf: PageShelf;
  readonly counts: Pick<PlacesCounts, 'answers' | 'shared'>;
}

/**
 * A cache in front of an upstream. A question is answered
 * - from a fresh page that says enough (see `answerFrom`), without a call;
 * - from a stale one likewise, and a fresh one is fetched in the background;
 * - else by a call, which equal questions at the same time share;
 * - where that fails, from a page that is kept for this.
 */
export class PageCache {
  readonly #options: CachedPagesOptions;
  readonly #parts: CacheParts;
  readonly #pages: CachedPages;
  readonly #failures: LRUCache<string, CachedPage>;
  /** Those since the last `clear`: one that began before that brings a page that is not cached. */
  #calls = new SharedCalls<CachedPage>();
  /** Ends the calls in the background. */
  readonly #closing = new AbortController();
  #sweptMs = 0;
  #sweeps = 0;

  constructor(options: CachedPagesOptions, parts: CacheParts) {
    this.#options = options;
    this.#parts = parts;
    this.#pages = new CachedPages(options, (key) => parts.shelf.delete(key));
    this.#failures = new LRUCache({ max: MAX_FAILURES });
  }

  /**
   * The places that are asked for: those of an upstream's page that lie in the circle, `bound` of
   * them or more where there are so many.
   *
   * @throws the signal's reason once it is aborted, and nothing else
   */
  async nearby(query: BoundedQuery, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    const nowMs = this.#parts.now();
    this.#sweep(nowMs);
    const asked: Circle = { query, centre: pointAt(query) };
    const found = this.#pages.find(asked, nowMs);
    const { answers } = this.#parts.counts;
    if (found?.age === 'fresh') {
      answers.fresh += 1;
      return found;
    }
    if (found?.age === 'stale') {
      answers.stale += 1;
      this.#refresh(found.cached.query);
      return found;
    }
    const asking = { signal, endMs: this.#parts.endMs() };
    const answer = await this.#ask(asked, found?.cached.query ?? this.#widened(asked), asking);
    if (found !== undefined && isUpstreamsFailure(answer.page)) {
      answers.kept += 1;
      return found;
    }
    answers[isFailed(answer.page) ? 'failed' : 'called'] += 1;
    return answer;
  }

  /** `undefined` where the page is not cached. */
  leaseOf(cached: CachedPage): Lease | undefined {
    return this.#pages.leaseOf(cached);
  }

  /** Whether a page is still cached, and fresh. Then it counts as used. */
  isFresh(lease: Lease): boolean {
    const nowMs = this.#parts.now();
    this.#sweep(nowMs);
    if (lease.isOver || nowMs < lease.fromMs || nowMs > lease.untilMs) return false;
    this.#pages.use(lease.key);
    return true;
  }

  /** Counts a question that was answered with the text of a fresh page. */
  noteFreshText(): void {
    this.#parts.counts.answers.fresh += 1;
  }

  /** How often spent pages have been looked for and dropped. */
  get sweeps(): number {
    return this.#sweeps;
  }

  /** Takes in a page that the shelf has kept. */
  restore(cached: CachedPage): void {
    const isSpent = ageOf(cached, this.#options, this.#parts.now()) === 'spent';
    if (isSpent || !this.#pages.add(cached)) this.#parts.shelf.delete(keyOf(cached.query));
  }

  /** Forgets all pages. */
  clear(): void {
    this.#calls = new SharedCalls();
    this.#pages.clear();
    this.#failures.clear();
    this.#parts.shelf.clear();
  }

  /** Ends the calls that nobody waits for. */
  close(): void {
    this.#closing.abort();
  }

  /** Asks about `circle`, and about the asker's own one where that does not say enough. */
  async #ask(asked: Circle, circle: NearbyQuery, asking: Asking): Promise<Answer> {
    const cached = await this.#fetch(circle, asking);
    if (isFailed(cached.page)) return { page: cached.page, cached };
    const page = answerFrom(cached, asked, this.#options);
    if (page !== undefined) return { page, cached };
    const own = await this.#fetch(asked.query, asking);
    return { page: own.page, cached: own };
  }

  #widened(asked: Circle): NearbyQuery {
    return widened(asked.query, this.#pages.smallestAround(asked), this.#options.ranking);
  }

  #refresh(circle: NearbyQuery): void {
    // It rejects only when the cache is closed.
    const asking = { signal: this.#closing.signal, endMs: this.#parts.endMs() };
    this.#fetch(circle, asking).catch(() => undefined);
  }

  async #fetch(
    { latitude, longitude, radiusMetres, choices }: NearbyQuery,
    { signal, endMs }: Asking,
  ): Promise<CachedPage> {
    const circle = { latitude, longitude, radiusMetres, choices };
    const key = keyOf(circle);
    const failure = this.#failures.get(key);
    const { counts } = this.#parts;
    if (failure !== undefined && this.#isRecent(failure)) {
      counts.shared += 1;
      return failure;
    }
    if (this.#calls.has(key)) counts.shared += 1;
    return this.#calls.join(
      key,
      (shared) => this.#call(key, circle, { signal: shared, endMs }),
      signal,
    );
  }

  /** A failure that is from the future, since the clock was set back, is not. */
  #isRecent({ fetchedMs }: CachedPage): boolean {
    const age = this.#parts.now() - fetchedMs;
    return age >= 0 && age <= FAILURE_TTL_MS;
  }

  async #call(key: string, circle: NearbyQuery, asking: Asking): Promise<CachedPage> {
    const { ask, now, shelf } = this.#parts;
    const calls = this.#calls;
    const cached = createCachedPage(circle, await ask(circle, asking), now());
    if (calls !== this.#calls) return cached;
    if (isFailed(cached.page)) this.#failures.set(key, cached);
    else if (this.#pages.add(cached)) shelf.put(key, cached);
    return cached;
  }

  /** Nothing outlives its time by much, in memory or on disk, also where no question comes near it. */
  #sweep(nowMs: number): void {
    const since = nowMs - this.#sweptMs;
    if (since >= 0 && since < SWEEP_INTERVAL_MS) return;
    this.#sweptMs = nowMs;
    this.#sweeps += 1;
    this.#pages.dropSpent(nowMs);
  }
}

function isFailed({ status }: PlacesPage): boolean {
  return status !== 'OK' && status !== 'ZERO_RESULTS';
}

/** Whether the upstream had no answer; one that says what is wrong with the question has given one. */
function isUpstreamsFailure({ status }: PlacesPage): boolean {
  return status === 'UNKNOWN_ERROR' || status === 'OVER_QUERY_LIMIT';
}
