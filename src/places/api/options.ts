import type { PlaceChoices } from '../choices.ts';
import type { BudgetOptions, CacheOptions, CallOptions } from '../options.ts';
import type { PlaceProvider, PlaceTraits } from '../provider.ts';
import type { UpstreamFault } from '../upstream-fault.ts';

/** What a nearby search is made with. All may be left out. */
export interface NearbySearchOptions {
  /**
   * Whom places come from: the name of a provider of the package (`geonames`, `file`, `google`, `google-legacy`, `overpass`;
   * the default is `geonames`), or one of your own.
   */
  readonly provider?: string | OwnProvider;
  /** The settings of a provider of the package, as `places` of `herd.yaml` has them: `url`, `file`, `details` and so on. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The API key of a provider that needs one. It is in no log, answer or error. */
  readonly key?: string;
  /** What is chosen where a question does not say: `prominence`, all types, the provider's language. */
  readonly choices?: Partial<PlaceChoices>;
  /**
   * How answers are kept. Without `ttlMs`: as long as the provider's terms allow, and a day with one of your own; without
   * `folder`: in memory alone.
   */
  readonly cache?: Partial<CacheOptions>;
  /** The limits on calls; the default is a deadline of 5 s, and as many calls at once as the provider bears, or 16. */
  readonly calls?: Partial<CallOptions>;
  /** The most calls a day, and the file that they are counted in; without it there is no limit. */
  readonly budget?: BudgetOptions;
  /** Called with each failure of the provider or of the cache on disk; with equal ones, once a minute. */
  readonly onFault?: (fault: UpstreamFault) => void;
}

/** A provider of your own. */
export interface OwnProvider {
  /** Answers questions. The search keeps its answers, and bounds and shares the calls. */
  readonly provider: PlaceProvider;
  /**
   * What its answers are like, by which the cache decides what else they answer. Without a trait the cache takes what is safe
   * with every provider, and saves fewer calls.
   */
  readonly traits?: Partial<PlaceTraits>;
  /** Ends what it has open; called once, when the search is closed. */
  readonly close?: () => Promise<void>;
}
