import { z } from 'zod';
import { API_KEY_EXPECTED, isApiKey } from '../api-key.ts';
import type { Rank } from '../choices.ts';
import type { BoundedCircle } from '../cache/cached-page.ts';
import { PLACES_DEFAULTS } from '../defaults.ts';
import type { ProviderDescriptor } from '../descriptor.ts';
import type { FoundPlaces } from '../found-places.ts';
import { openNearbySearch, type NearbySearch as OpenSearch } from '../nearby-search.ts';
import type { PlacesOptions } from '../options.ts';
import type { PlaceType } from '../place-types.ts';
import { type BudgetStatus, PlacesCounts } from '../places-counts.ts';
import { findProvider, PROVIDERS } from '../providers.ts';
import { PlacesInputError } from './errors.ts';
import { type CheckedOptions, checkOptions, checkQuestion } from './check-input.ts';
import type { NearbySearchOptions } from './options.ts';
import { ownDescriptor } from './own-descriptor.ts';

/** A question: places around a point, and which of them. */
export interface NearbyQuestion {
  /** Decimal degrees (WGS 84). */
  readonly latitude: number;
  readonly longitude: number;
  /** How far from the point a place may be, in metres; from 1 to 50,000. */
  readonly radiusMetres: number;
  /** The most places, from 1 to 20, which is the default. */
  readonly limit?: number | undefined;
  readonly rank?: Rank | undefined;
  readonly types?: readonly PlaceType[] | undefined;
  readonly language?: string | undefined;
}

/** What was counted of questions and of calls. */
export interface SearchCounts {
  /**
   * How questions were answered: from the cache, fresh or stale; by a call; by an older answer, since the call failed; or not
   * at all.
   */
  readonly answers: Readonly<Record<'fresh' | 'stale' | 'called' | 'kept' | 'failed', number>>;
  /** How many questions waited for a call that another one had begun. */
  readonly shared: number;
  /** Calls of the provider; of those that are `unsent` nothing left this machine. */
  readonly calls: Readonly<Record<'answered' | 'failed' | 'unsent', number>>;
}

/** Answers questions for nearby places, from its cache or from its provider. */
export interface NearbySearch extends AsyncDisposable {
  /**
   * The places around a point. Where the provider fails, the answer has its status, a message and no places, or older places
   * that the cache still has.
   *
   * @param signal ends the question; a call ends with the last of those who wait for its answer
   * @throws {PlacesInputError} where it is not a question
   * @throws {ChoicesError} where the provider cannot answer such a question
   * @throws {SearchAborted} once the signal is aborted
   */
  find(question: NearbyQuestion, signal?: AbortSignal): Promise<FoundPlaces>;
  /** How questions were answered, and what calls that cost, since it was created. */
  readonly counts: SearchCounts;
  /** What is left of today's calls; `undefined` where there is no limit. */
  readonly budget: BudgetStatus | undefined;
  /** Forgets all answers, those on disk as well. */
  clear(): Promise<void>;
  /** Ends what goes on in the background, and writes what is still to be written. `await using` does it by itself. */
  close(): Promise<void>;
}

/**
 * A nearby search by itself, without a herd: a provider of places, and before it the cache and the limits on calls. Nothing
 * is shared with another one, except a `cache.folder` and a `budget.file`: each needs its own.
 *
 * @throws {PlacesInputError} where an option is not as it has to be
 */
export async function createNearbySearch(options: NearbySearchOptions = {}): Promise<NearbySearch> {
  const checked = checkOptions(options);
  const { onFault = () => undefined } = options;
  const counts = new PlacesCounts();
  const descriptor = descriptorOf(options);
  requireKey(descriptor, checked.key);
  const whole = wholeOptions(checked, descriptor);
  const search = await opened(openNearbySearch(whole, { onFault, counts }, descriptor));
  return new Search(search, counts);
}

class Search implements NearbySearch {
  readonly counts: PlacesCounts;
  readonly #search: OpenSearch;
  #closing: Promise<void> | undefined;

  constructor(search: OpenSearch, counts: PlacesCounts) {
    this.#search = search;
    this.counts = counts;
  }

  async find(question: NearbyQuestion, signal?: AbortSignal): Promise<FoundPlaces> {
    const checked = checkQuestion(question);
    if (this.#closing !== undefined) {
      throw new PlacesInputError('QUESTION_INVALID', 'the search is closed');
    }
    const { limit: bound, rank, types, language, ...circle } = checked;
    const asked: BoundedCircle = { ...circle, bound };
    return this.#search.find(asked, { rank, types, language }, signal ?? NEVER);
  }

  get budget(): BudgetStatus | undefined {
    return this.#search.budget;
  }

  clear(): Promise<void> {
    return this.#search.clear();
  }

  close(): Promise<void> {
    this.#closing ??= this.#search.close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

const NEVER = new AbortController().signal;

/** The settings of a provider are checked by itself. */
async function opened(opening: Promise<OpenSearch>): Promise<OpenSearch> {
  try {
    return await opening;
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const [issue] = error.issues;
    const where = ['settings', ...(issue?.path ?? [])].join('.');
    const fault =
      issue?.code === 'unrecognized_keys'
        ? `found ${issue.keys.join(', ')}, which the provider does not have`
        : `expected ${issue?.message}`;
    throw new PlacesInputError('OPTION_INVALID', `${where}: ${fault}`);
  }
}

function descriptorOf({
  provider = PLACES_DEFAULTS.provider,
}: NearbySearchOptions): ProviderDescriptor {
  if (typeof provider !== 'string') return ownDescriptor(provider);
  const descriptor = findProvider(provider);
  if (descriptor !== undefined) return descriptor;
  const names = PROVIDERS.map(({ name }) => name).join(', ');
  throw new PlacesInputError('OPTION_INVALID', `provider: expected one of ${names}, or your own`);
}

function requireKey({ name, keyVariable }: ProviderDescriptor, key: string): void {
  if (keyVariable === undefined || isApiKey(key)) return;
  throw new PlacesInputError(
    'OPTION_INVALID',
    `key: expected the API key of ${name}, ${API_KEY_EXPECTED}`,
  );
}

/** The options with all defaults filled in. */
function wholeOptions(
  { settings, key, choices, cache, calls, budget }: CheckedOptions,
  { name, ttlMs, atOnce }: ProviderDescriptor,
): PlacesOptions {
  const { deadlineMs, cache: kept } = PLACES_DEFAULTS;
  return {
    provider: name,
    settings,
    key,
    choices: {
      rank: choices.rank ?? PLACES_DEFAULTS.rank,
      types: choices.types ?? [],
      language: choices.language,
    },
    cache: {
      ttlMs: cache.ttlMs ?? ttlMs,
      zeroTtlMs: cache.zeroTtlMs ?? kept.zeroTtlMs,
      staleWhileRevalidateMs: cache.staleWhileRevalidateMs ?? kept.staleWhileRevalidateMs,
      staleIfErrorMs: cache.staleIfErrorMs ?? kept.staleIfErrorMs,
      tolerance: cache.tolerance ?? kept.tolerance,
      entries: cache.entries ?? kept.entries,
      folder: cache.folder,
    },
    // Nobody is called for what is at hand.
    calls:
      atOnce === undefined
        ? undefined
        : { deadlineMs: calls.deadlineMs ?? deadlineMs, atOnce: calls.atOnce ?? atOnce },
    budget,
  };
}
