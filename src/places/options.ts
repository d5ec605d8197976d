import type { GoogleOptions } from './google/provider.ts';
import type { OverpassOptions } from './overpass/provider.ts';

/** Which upstream answers for nearby places, and what it needs. */
export type ProviderOptions =
  | { readonly provider: 'geonames' }
  | {
      readonly provider: 'google-legacy';
      /** The base URL, without a trailing slash: `https://maps.googleapis.com`. */
      readonly url: string;
      /** The API key; a secret: it goes into no log, error or reply. */
      readonly key: string;
    }
  | ({ readonly provider: 'google' } & Omit<GoogleOptions, 'deadlineMs'>)
  | ({ readonly provider: 'overpass' } & Omit<OverpassOptions, 'deadlineMs'>);

/** The cache in front of a provider. */
export interface CacheOptions {
  /** How long an answer is good for, in milliseconds; 0 keeps none. */
  readonly ttlMs: number;
  /** The most answers that are kept; each is a page of at most 20 places. */
  readonly entries: number;
}

/** The places part of a server's options. */
export type PlacesOptions = ProviderOptions & { readonly cache: CacheOptions };
