import { askPages } from './ask-pages.ts';
import type { BoundedCircle } from './cache/cached-page.ts';
import { LevelShelf } from './cache/level-shelf.ts';
import { PageCache, type AskForPage, type PageShelf } from './cache/page-cache.ts';
import { TextCache } from './cache/text-cache.ts';
import { createBudgetFile } from './calls/budget-file.ts';
import { Budget, type CallBudget } from './calls/budget.ts';
import { guardProvider } from './calls/guard.ts';
import { ChoicesError, distinctTypes, type PlaceChoices, type WantedChoices } from './choices.ts';
import type { ProviderDescriptor } from './descriptor.ts';
import { describePlaces, type FoundPlaces } from './found-places.ts';
import { HttpClient } from './http/http-client.ts';
import type { BudgetOptions, PlacesOptions } from './options.ts';
import type { BudgetStatus, PlacesCounts } from './places-counts.ts';
import type { PlaceSource, PlaceTraits, SourceAnswer } from './provider.ts';
import { findProvider, PROVIDERS } from './providers.ts';
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
   * At most `bound` places by the choices of the options, as `formatPlaces` has them, the two line ends included: at
   * once where the same was asked before, else later. They are the same bytes each time, which nobody may change.
   * Where the upstream failed, they have its status, no results and an `error_message`.
   *
   * @param signal ends the question: one that waits is not asked, and a call ends with the last of those
   *   who wait for its answer. The promise then rejects with a `SearchAborted`, and for nothing else
   */
  nearby(circle: BoundedCircle, signal: AbortSignal): Buffer | Promise<Buffer>;
  /**
   * At most `bound` places in plain values.
   *
   * @param wanted what is not there is chosen by the options
   * @param signal as that of `nearby`
   * @throws {ChoicesError} where the provider cannot answer such a question
   */
  find(circle: BoundedCircle, wanted: WantedChoices, signal: AbortSignal): Promise<FoundPlaces>;
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
 *
 * @param descriptor of the provider; without it, that of its name
 * @throws {RangeError} where there is no such provider
 * @throws {z.ZodError} where the provider's settings are not as it has them
 */
export async function openNearbySearch(
  options: PlacesOptions,
  hooks: NearbySearchHooks,
  descriptor: ProviderDescriptor = descriptorOf(options),
): Promise<NearbySearch> {
  const onFault = limitFaults(hooks.onFault, () => performance.now());
  const opened = await openSource(descriptor, options, hooks.counts);
  const { source, traits, deadlineMs, budget, close } = opened;
  const shelf = createShelf(options, onFault);
  const { ranking, tellsTypes } = traits;
  const pages = new PageCache(
    { ...options.cache, ranking, tellsTypes },
    {
      ask: askForPage(source, { onFault }),
      now: Date.now,
      endMs: () => performance.now() + deadlineMs,
      shelf: shelf ?? NO_SHELF,
      counts: hooks.counts,
    },
  );
  const ask = (circle: BoundedCircle, choices: PlaceChoices, signal: AbortSignal) =>
    askPages(pages, traits, { ...circle, choices }, signal);
  const texts = new TextCache(
    pages,
    (circle, signal) => ask(circle, options.choices, signal),
    options.cache.entries,
  );
  let restoring = shelf?.restore((cached) => pages.restore(cached));
  void restoring?.finally(() => (restoring = undefined));

  async function onceRestored<T>(ask: () => T | Promise<T>, signal: AbortSignal): Promise<T> {
    if (restoring !== undefined) await unlessAborted(restoring, signal);
    return ask();
  }

  return {
    nearby(circle, signal) {
      const asked = (): Buffer | Promise<Buffer> => texts.nearby(circle, signal);
      const answer = restoring === undefined ? asked() : onceRestored(asked, signal);
      return answer instanceof Promise ? orAborted(answer, signal) : answer;
    },
    async find(circle, wanted, signal) {
      const choices = chosen(wanted, options.choices);
      requireAnswerable(choices, descriptor);
      const asked = onceRestored(() => ask(circle, choices, signal), signal);
      const { page } = await orAborted(asked, signal);
      return describePlaces(page, circle);
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

function descriptorOf({ provider }: PlacesOptions): ProviderDescriptor {
  const descriptor = findProvider(provider);
  if (descriptor !== undefined) return descriptor;
  const names = PROVIDERS.map(({ name }) => name).join(', ');
  throw new RangeError(`found the provider ${provider}, expected one of ${names}`);
}

/** What is wanted, and the rest as it is by default. */
function chosen(wanted: WantedChoices, defaults: PlaceChoices): PlaceChoices {
  return {
    rank: wanted.rank ?? defaults.rank,
    types: wanted.types === undefined ? defaults.types : distinctTypes(wanted.types),
    language: wanted.language ?? defaults.language,
  };
}

/** @throws {ChoicesError} where the provider cannot answer such a question */
function requireAnswerable(
  { rank, types }: PlaceChoices,
  { name, distanceNeedsTypes }: ProviderDescriptor,
): void {
  if (!distanceNeedsTypes || rank !== 'distance' || types.length > 0) return;
  throw new ChoicesError(
    'TYPES_NEEDED',
    `at least one type: with rank=distance the provider ${name} answers only for places of some types`,
  );
}

function orAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return answer.catch((error: unknown) => {
    throw signal.aborted ? new SearchAborted(signal.reason) : error;
  });
}

/** Where places come from, what its answers are like, how long a question may take there, and how it ends. */
interface OpenSource {
  readonly source: PlaceSource;
  readonly traits: PlaceTraits;
  readonly deadlineMs: number;
  readonly budget: Budget | undefined;
  readonly close: () => Promise<void>;
}

async function openSource(
  descriptor: ProviderDescriptor,
  { settings, key, calls, budget: limit }: PlacesOptions,
  counts: PlacesCounts,
): Promise<OpenSource> {
  const { deadlineMs, atOnce } = calls ?? UNCALLED;
  const http = new HttpClient({ connections: atOnce, connectMs: deadlineMs });
  const opened = await descriptor.open(settings, { key, http, deadlineMs });
  const { provider, traits } = opened;
  async function close(): Promise<void> {
    await opened.close?.();
    await http.close();
  }
  if (calls === undefined) {
    const { name } = provider;
    const source: PlaceSource = {
      name,
      nearby: (query, { signal }) => provider.nearby(query, { signal, onSent() {} }),
    };
    return { source, traits, deadlineMs: Infinity, budget: undefined, close };
  }
  const now = (): number => performance.now();
  const budget = createBudget(limit);
  const guard = { atOnce, deadlineMs, budget: budget ?? NO_BUDGET, now, counts };
  return { source: guardProvider(provider, guard), traits, deadlineMs, budget, close };
}

/** Of a provider that calls nobody. */
const UNCALLED = { deadlineMs: 1_000, atOnce: 1 };

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
    // They are part of what each page was asked for.
    choices: undefined,
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
