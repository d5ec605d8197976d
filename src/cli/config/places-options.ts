import { join } from 'node:path';
import { DEFAULT_FIELD_MASK } from '../../places/google/field-mask.ts';
import type { CacheOptions, PlacesOptions, UpstreamOptions } from '../../places/options.ts';
import type { HerdConfig } from './herd-config.ts';
import type { PlacesValues } from './schema.ts';

/** The providers' own base URLs. */
const GOOGLE_URL = 'https://places.googleapis.com';
const GOOGLE_LEGACY_URL = 'https://maps.googleapis.com';

type Provider = PlacesValues['provider'];

/** What Google's terms may allow to be kept is short, what the other two change is little. */
const TTL_MS: Readonly<Record<Provider, number>> = {
  geonames: 86_400_000,
  overpass: 86_400_000,
  google: 300_000,
  'google-legacy': 300_000,
};

/** Public Overpass servers allow an address two calls at once. */
const AT_ONCE: Readonly<Record<UpstreamOptions['provider'], number>> = {
  overpass: 2,
  google: 16,
  'google-legacy': 16,
};

/** What each server keeps beside its journal, as ends of names in the folder `data`. */
export const PLACES_CACHE = '.places';
export const PLACES_BUDGET = '.budget.json';

/** The places options of the server `name`. `key` is the provider's, where it has one. */
export function placesOptions(config: HerdConfig, name: string, key: string): PlacesOptions {
  const { places, data } = config;
  if (places.provider === 'geonames') {
    // Its answers cost nothing: there is no need to have them outlive the process.
    return { provider: places.provider, cache: cacheOptions(places, undefined) };
  }
  const upstream = upstreamOptions(places.provider, places, key);
  const { deadline, atOnce } = places.calls;
  const { perDay } = places.budget ?? {};
  const pathOf = (end: string): string | undefined =>
    data === undefined ? undefined : join(data, `${name}${end}`);
  const budgetFile = pathOf(PLACES_BUDGET);
  return {
    ...upstream,
    cache: cacheOptions(places, pathOf(PLACES_CACHE)),
    calls: { deadlineMs: deadline, atOnce: atOnce ?? AT_ONCE[places.provider] },
    // checks.ts has seen to it that there is a file where there is a budget.
    budget:
      perDay === undefined || budgetFile === undefined ? undefined : { perDay, file: budgetFile },
  };
}

function cacheOptions({ provider, cache }: PlacesValues, folder: string | undefined): CacheOptions {
  return {
    ttlMs: cache.ttl ?? TTL_MS[provider],
    zeroTtlMs: cache.zeroTtl,
    staleWhileRevalidateMs: cache.staleWhileRevalidate,
    staleIfErrorMs: cache.staleIfError,
    tolerance: cache.tolerance,
    entries: cache.entries,
    folder,
  };
}

function upstreamOptions(
  provider: UpstreamOptions['provider'],
  {
    url,
    contact,
    fieldMask,
    language,
    region,
    types,
    rank,
    shortPagesComplete = true,
  }: PlacesValues,
  key: string,
): UpstreamOptions {
  switch (provider) {
    case 'overpass':
      // checks.ts has seen to it that there is one.
      return { provider, url: url ?? '', contact };
    case 'google-legacy':
      return { provider, url: url ?? GOOGLE_LEGACY_URL, key, shortPagesComplete };
    case 'google':
      return {
        provider,
        url: url ?? GOOGLE_URL,
        key,
        fieldMask: fieldMask ?? DEFAULT_FIELD_MASK,
        language,
        region,
        includedTypes: types ?? [],
        rank: rank ?? 'popularity',
        shortPagesComplete,
      };
  }
}
