import { CITIES_FILE, createGeonamesProvider } from './geonames/provider.ts';
import { createGoogleLegacyProvider } from './google-legacy/provider.ts';
import { createGoogleProvider } from './google/provider.ts';
import type { PlacesOptions, ProviderOptions } from './options.ts';
import { createOverpassProvider } from './overpass/provider.ts';
import { cachePages, type AskForPage } from './page-cache.ts';
import type { NearbyQuery, PlaceProvider, PlacesPage } from './provider.ts';
import { UpstreamError } from './upstream-error.ts';

/**
 * How long an upstream may take for its whole answer, in milliseconds: many times what a healthy one
 * needs, and less than a person waits.
 */
const ANSWER_DEADLINE_MS = 5_000;

/** An upstream's failure, for the operator. */
export interface UpstreamFault {
  /** The provider's name. */
  readonly provider: string;
  /** An `UpstreamErrorCode`, or `INTERNAL` for an error of ours. */
  readonly code: string;
  /** The cause in words. Holds no key. */
  readonly text: string;
}

/** What a nearby search tells its owner. */
export interface NearbySearchHooks {
  /** Called once for each call to the upstream that failed. */
  readonly onFault: (fault: UpstreamFault) => void;
}

/** Answers questions for nearby places, from its cache or from its provider. */
export interface NearbySearch {
  /**
   * A page of places. Where the upstream failed, a page with its status, no results and an
   * `error_message`.
   *
   * @throws the signal's reason once it is aborted, and nothing else
   */
  nearby(query: NearbyQuery, signal: AbortSignal): Promise<PlacesPage>;
}

/** A nearby search with the provider and the cache that `options` name. Loads and connects nothing yet. */
export function createNearbySearch(options: PlacesOptions, hooks: NearbySearchHooks): NearbySearch {
  const ask = askForPage(createProvider(options), hooks);
  return { nearby: cachePages(ask, options.cache, performance) };
}

function createProvider(options: ProviderOptions): PlaceProvider {
  const deadlineMs = ANSWER_DEADLINE_MS;
  switch (options.provider) {
    case 'geonames':
      return createGeonamesProvider(CITIES_FILE);
    case 'google':
      return createGoogleProvider({ ...options, deadlineMs });
    case 'google-legacy':
      return createGoogleLegacyProvider({ ...options, deadlineMs });
    case 'overpass':
      return createOverpassProvider({ ...options, deadlineMs });
  }
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
