import { LevelShelf } from './cache/level-shelf.ts';
import type { BoundedQuery, Ranking } from './cache/cached-page.ts';
import { PageCache, type AskForPage, type PageShelf } from './cache/page-cache.ts';
import { TextCache } from './cache/text-cache.ts';
import { createBudgetFile } from './calls/budget-file.ts';
import { Budget, type CallBudget } from './calls/budget.ts';
import { guardProvider } from './calls/guard.ts';
import { CITIES_FILE, createGeonamesProvider } from './geonames/provider.ts';
import { createGoogleLegacyProvider } from './google-legacy/provider.ts';
import { createGoogleProvider } from './google/provider.ts';
import type { BudgetOptions, CallOptions, PlacesOptions, UpstreamOptions } from './options.ts';
import { createOverpassProvider } from './overpass/provider.ts';
import { HttpClient } from './http/http-client.ts';
import type { BudgetStatus, PlacesCounts } from './places-counts.ts';
import type { PlaceProvider, PlaceSource, SourceAnswer } from './provider.ts';
import { SearchAborted } from './search-aborted.ts';
import { unlessAborted } from './unless-aborted.ts';
import { UpstreamError } from './upstream-error.ts';
import { limitFaults, type UpstreamFault } from './upstream-fault.ts';

export type { UpstreamFault } from './upstream-fault.ts';

/** The callbacks of a nearby search. */
export interface NearbySearchHooks {
  /** Called with each failure; with equal ones, once a minute. */
  readonly onFault: (fault: UpstreamFault) => void;
  /** What happens is counted there. */
  readonly counts: PlacesCounts;
}

/** Answers questions for nearby places, from its cache or from its provider. */
export interface NearbySearch {
  /**
   * At most `bound` places, as `formatPlaces` has them, the two line ends included: at once where the same
   * was asked before, else later. They are the same bytes each time, which nobody may change. Where the upstream failed, they have its status, no results and an `error_message`.
   *
   * @param signal ends the question: one that waits is not asked, and a call ends with the last of those
   *   who wait for its answer. The promise then rejects with a `SearchAborted`, and for nothing else
   */
  nearby(query: BoundedQuery, signal: AbortSignal): Buffer | Promise<Buffer>;
  /** What is left of today's calls; `undefined` where there is no limit. */
  readonly budget: BudgetStatus | undefined;
  /** Forgets all answers, those on disk as well. */
  clear(): Promise<void>;
  /** Ends what goes on in the background, and writes what is still to be written. Never rejects. */
  close(): Promise<void>;
}

/**
 * A nearby search with the provider, the cache and the limits that `options` name. It begins to read
 * what the cache has on disk; questions wait for that.
 */
export function createNearbySearch(options: PlacesOptions, hooks: NearbySearchHooks): NearbySearch {
  const onFault = limitFaults(hooks.onFault, () => performance.now());
  const shelf = createShelf(options, onFault);
  const { source, deadlineMs, budget, close } = openSource(options, hooks.counts);
  const pages = new PageCache(
    { ...options.cache, ranking: rankingOf(options) },
    {
      ask: askForPage(source, { onFault }),
      now: Date.now,
      endMs: () => performance.now() + deadlineMs,
      shelf: shelf ?? NO_SHELF,
      counts: hooks.counts,
    },
  );
  const texts = new TextCache(pages, options.cache.entries);
  let restoring = shelf?.restore((cached) => pages.restore(cached));
  void restoring?.finally(() => (restoring = undefined));

  async function restoredNearby(query: BoundedQuery, signal: AbortSignal): Promise<Buffer> {
    await unlessAborted(restoring ?? Promise.resolve(), signal);
    return texts.nearby(query, signal);
  }

  return {
    nearby(query, signal) {
      const answer =
        restoring === undefined ? texts.nearby(query, signal) : restoredNearby(query, signal);
      if (!(answer instanceof Promise)) return answer;
      return answer.catch((error: unknown) => {
        throw signal.aborted ? new SearchAborted(signal.reason) : error;
      });
    },
    get budget() {
      return budget?.status;
    },
    async clear() {
      await restoring;
      texts.clear();
    },
    async close() {
      pages.close();
      await shelf?.close();
      await close();
    },
  };
}

/** Where places come from, how long a question may take there, and what is to be done in the end. */
interface OpenSource {
  readonly source: PlaceSource;
  readonly deadlineMs: number;
  readonly budget: Budget | undefined;
  readonly close: () => Promise<void>;
}

function openSource(options: PlacesOptions, counts: PlacesCounts): OpenSource {
  if (options.provider === 'geonames') {
    const source = createGeonamesProvider(CITIES_FILE);
    return {
      source,
      deadlineMs: Infinity,
      budget: undefined,
      close: () => Promise.resolve(),
    };
  }
  const { deadlineMs, atOnce } = options.calls;
  const http = new HttpClient({ connections: atOnce, connectMs: deadlineMs });
  const budget = createBudget(options.budget);
  const guard = {
    atOnce,
    deadlineMs,
    budget: budget ?? NO_BUDGET,
    now: () => performance.now(),
    counts,
  };
  const source = guardProvider(createUpstream(options, http), guard);
  return { source, deadlineMs, budget, close: () => http.close() };
}

function createUpstream(
  options: UpstreamOptions & { readonly calls: CallOptions },
  http: HttpClient,
): PlaceProvider {
  switch (options.provider) {
    case 'google':
      return createGoogleProvider(options, http);
    case 'google-legacy':
      return createGoogleLegacyProvider(options, http);
    case 'overpass':
      return createOverpassProvider({ ...options, deadlineMs: options.calls.deadlineMs }, http);
  }
}

function rankingOf(options: PlacesOptions): Ranking {
  if (options.provider === 'overpass') return 'both';
  return options.provider === 'google' && options.rank === 'distance' ? 'distance' : 'prominence';
}

const NO_BUDGET: CallBudget = {
  spend: () => Promise.resolve({ day: 0, calls: 0 }),
  giveBack: () => Promise.resolve(),
};

function createBudget(budget: BudgetOptions | undefined): Budget | undefined {
  if (budget === undefined) return undefined;
  const counted = new Budget(budget.perDay, createBudgetFile(budget.file), Date.now);
  void counted.open();
  return counted;
}

const NO_SHELF: PageShelf = { put() {}, delete() {}, clear() {} };

function createShelf(
  options: PlacesOptions,
  onFault: (fault: UpstreamFault) => void,
): LevelShelf | undefined {
  const { folder } = options.cache;
  if (folder === undefined) return undefined;
  return new LevelShelf({
    folder,
    source: sourceOf(options),
    onError: ({ code, message }) => onFault({ provider: options.provider, code, text: message }),
  });
}

/** Names what decides on an answer: pages that other settings have brought are not answered with. */
function sourceOf(options: PlacesOptions): string {
  return JSON.stringify({
    ...options,
    key: undefined,
    cache: undefined,
    calls: undefined,
    budget: undefined,
  });
}

/** Makes what a provider throws a page for the client and a fault for the operator. */
export function askForPage(
  source: PlaceSource,
  { onFault }: Pick<NearbySearchHooks, 'onFault'>,
): AskForPage {
  return async (query, asking) => {
    try {
      return await source.nearby(query, asking);
    } catch (error) {
      asking.signal.throwIfAborted();
      if (error instanceof UpstreamError) {
        const { code, message, detail } = error;
        const text = detail === undefined ? message : `${message} ${detail}`;
        onFault({ provider: source.name, code, text });
        return failedAnswer(error);
      }
      onFault({ provider: source.name, code: 'INTERNAL', text: String(error) });
      return failedAnswer({ status: 'UNKNOWN_ERROR', message: 'The search for places failed.' });
    }
  };
}

function failedAnswer({
  status,
  message,
}: Pick<UpstreamError, 'status' | 'message'>): SourceAnswer {
  const page = { html_attributions: [], results: [], status, error_message: message };
  return { page, complete: false };
}
