import { join } from 'node:path';
import type { ProviderDescriptor } from '../../places/descriptor.ts';
import type { CacheOptions, PlacesOptions } from '../../places/options.ts';
import { findProvider } from '../../places/providers.ts';
import type { HerdConfig } from './herd-config.ts';
import type { PlacesValues } from './places-schema.ts';

/** What each server keeps beside its journal, as ends of names in the folder `data`. */
export const PLACES_CACHE = '.places';
export const PLACES_BUDGET = '.budget.json';

/** The provider of a configuration. */
export function providerOf({ provider }: PlacesValues): ProviderDescriptor {
  const descriptor = findProvider(provider);
  if (descriptor === undefined) throw new RangeError(`There is no provider ${provider}.`);
  return descriptor;
}

/** The file that a provider answers from. */
export interface PlacesFile {
  /** The provider's setting that names it. */
  readonly setting: string;
  readonly path: string;
  /** Another one where the file is another one. */
  readonly state: string;
}

/** What a configuration has elsewhere for its provider of places. */
export interface PlacesParts {
  /** The provider's key; an empty text where it needs none. */
  readonly placesKey: string;
  /** `undefined` where the provider answers from no file. */
  readonly placesFile: PlacesFile | undefined;
}

/** The places options of the server `name`. */
export function placesOptions(
  config: HerdConfig,
  name: string,
  { placesKey: key, placesFile: file }: PlacesParts,
): PlacesOptions {
  const { places, data } = config;
  const { provider: _name, keyFile: _keyFile, cache, budget, calls, ...values } = places;
  const { rank, types, language, ...settings } = values;
  const provider = providerOf(places);
  const pathOf = (end: string): string | undefined =>
    data === undefined ? undefined : join(data, `${name}${end}`);
  const { perDay } = budget ?? {};
  const budgetFile = pathOf(PLACES_BUDGET);
  const isCalled = provider.atOnce !== undefined;
  return {
    provider: provider.name,
    // What else there is has been checked to be the provider's own, which fills in its defaults.
    settings: file === undefined ? settings : { ...settings, [file.setting]: file.path },
    ...(file && { fileState: file.state }),
    key,
    choices: { rank, types, language },
    // Answers that cost nothing need not outlive the process.
    cache: cacheOptions(cache, provider, isCalled ? pathOf(PLACES_CACHE) : undefined),
    calls: isCalled
      ? { deadlineMs: calls.deadline, atOnce: calls.atOnce ?? provider.atOnce }
      : undefined,
    // checks.ts has seen to it that there is a file where there is a budget.
    budget:
      perDay === undefined || budgetFile === undefined ? undefined : { perDay, file: budgetFile },
  };
}

function cacheOptions(
  cache: PlacesValues['cache'],
  { ttlMs }: ProviderDescriptor,
  folder: string | undefined,
): CacheOptions {
  return {
    ttlMs: cache.ttl ?? ttlMs,
    zeroTtlMs: cache.zeroTtl,
    staleWhileRevalidateMs: cache.staleWhileRevalidate,
    staleIfErrorMs: cache.staleIfError,
    tolerance: cache.tolerance,
    entries: cache.entries,
    folder,
  };
}
