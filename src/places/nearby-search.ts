import { LevelShelf } from './cache/level-shelf.ts';
import type { BoundedQuery, Ranking } from './cache/held-page.ts';
import { PageCache, type AskForPage, type PageShelf } from './cache/page-cache.ts';
import { TextCache } from './cache/text-cache.ts';
import { createBudgetFile } from './calls/budget-file.ts';
import { Budget } from './calls/budget.ts';
import { guardProvider } from './calls/guard.ts';
import { CITIES_FILE, createGeonamesProvider } from './geonames/provider.ts';
import { createGoogleLegacyProvider } from './google-legacy/provider.ts';
import { createGoogleProvider } from './google/provider.ts';
import type { BudgetOptions, PlacesOptions, UpstreamOptions } from './options.ts';
import { createOverpassProvider } from './overpass/provider.ts';
import type { PlaceProvider, PlacesPage } from './provider.ts';
import { UpstreamError } from './upstream-error.ts';
import { limitFaults, type UpstreamFault } from './upstream-fault.ts';

export type { UpstreamFault } from './upstream-fault.ts';

/** What a nearby search tells its owner. */
export interface NearbySearchHooks {
  /** Told of failures: of equal ones, once a minute. */
  readonly onFault: (fault: UpstreamFault) => void;
}

/** Answers questions for nearby places, from its cache or from its provider. */
export interface NearbySearch {
  /**
   * At most `bound` places, as `formatPlaces` has them: at once where the same was asked before, else
   * later. Where the upstream failed, they have its status, no results and an `error_message`. The
   * promise rejects with the signal's reason once it is aborted, and for nothing else.
   */
  nearby(query: BoundedQuery, signal: AbortSignal): string | Promise<string>;
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
  const pages = new PageCache(
    { ...options.cache, ranking: rankingOf(options) },
    {
      ask: askForPage(createProvider(options), { onFault }),
      now: Date.now,
      shelf: shelf ?? NO_SHELF,
    },
  );
  const texts = new TextCache(pages, options.cache.entries);
  let restoring = shelf?.restore((held) => pages.restore(held));
  void restoring?.finally(() => (restoring = undefined));
  return {
    nearby(query, signal) {
      if (restoring === undefined) return texts.nearby(query, signal);
      return restoring.then(() => texts.nearby(query, signal));
    },
    async clear() {
      await restoring;
      texts.clear();
    },
    async close() {
      pages.close();
      await shelf?.close();
    },
  };
}

function createProvider(options: PlacesOptions): PlaceProvider {
  if (options.provider === 'geonames') return createGeonamesProvider(CITIES_FILE);
  const { deadlineMs, atOnce } = options.calls;
  const spend = createSpend(options.budget);
  return guardProvider(createUpstream(options, deadlineMs), { atOnce, deadlineMs, spend });
}

function createUpstream(options: UpstreamOptions, deadlineMs: number): PlaceProvider {
  switch (options.provider) {
    case 'google':
      return createGoogleProvider({ ...options, deadlineMs });
    case 'google-legacy':
      return createGoogleLegacyProvider({ ...options, deadlineMs });
    case 'overpass':
      return createOverpassProvider({ ...options, deadlineMs });
  }
}

function rankingOf(options: PlacesOptions): Ranking {
  if (options.provider === 'overpass') return 'both';
  return options.provider === 'google' && options.rank === 'distance' ? 'distance' : 'prominence';
}

function createSpend(budget: BudgetOptions | undefined): () => Promise<void> {
  if (budget === undefined) return async () => {};
  const counted = new Budget(budget.perDay, createBudgetFile(budget.file), Date.now);
  return () => counted.spend();
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

/** Turns what a provider throws into a page for the asker and a fault for the operator. */
export function askForPage(provider: PlaceProvider, { onFault }: NearbySearchHooks): AskForPage {
  return async (query, signal) => {
    try {
      return await provider.nearby(query, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof UpstreamError) {
        const { code, message, detail } = error;
        const text = detail === undefined ? message : `${message} ${detail}`;
        onFault({ provider: provider.name, code, text });
        return failedPage(error);
      }
      onFault({ provider: provider.name, code: 'INTERNAL', text: String(error) });
      return failedPage({ status: 'UNKNOWN_ERROR', message: 'The search for places failed.' });
    }
  };
}

function failedPage({ status, message }: Pick<UpstreamError, 'status' | 'message'>): PlacesPage {
  return { html_attributions: [], results: [], status, error_message: message };
}
