import type { PlaceChoices } from './choices.ts';

/** How long an answer is good for, all in milliseconds. */
export interface Freshness {
  /** How long a page is fresh; 0 keeps none. */
  readonly ttlMs: number;
  /** How long one with `ZERO_RESULTS` is, where that is shorter. */
  readonly zeroTtlMs: number;
  /** How long after that a page is still answered with, while a fresh one is fetched. */
  readonly staleWhileRevalidateMs: number;
  /** How long after that it is still answered with where the upstream fails. */
  readonly staleIfErrorMs: number;
}

/** The cache in front of a provider. */
export interface CacheOptions extends Freshness {
  /** The most pages that are cached, each of at most 20 places; 0 caches none. */
  readonly entries: number;
  /** How much of its radius an asker's circle may stick out of the one that answers it; from 0 to below 1. */
  readonly tolerance: number;
  /** The folder, of the cache alone, that pages outlive the process in; `undefined` keeps none on disk. */
  readonly folder: string | undefined;
}

/** How an upstream is called. */
export interface CallOptions {
  /** How long a question may take at the most, in milliseconds, whatever calls it takes. */
  readonly deadlineMs: number;
  /** The most calls under way at once. */
  readonly atOnce: number;
}

/** The most calls a day, from midnight to midnight UTC. */
export interface BudgetOptions {
  readonly perDay: number;
  /** The file that the day's calls are counted in. */
  readonly file: string;
}

/** The places part of a server's options. */
export interface PlacesOptions {
  /** The name of the provider. */
  readonly provider: string;
  /** What is the provider's own, as its descriptor has it; what has a default may be left out. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Names the state of the file that the provider answers from, where it does: a change of it is a change of the options. */
  readonly fileState?: string;
  /** The provider's API key; empty where it needs none. */
  readonly key: string;
  /** What is chosen where a question does not say, as those of the text protocol. */
  readonly choices: PlaceChoices;
  readonly cache: CacheOptions;
  /** `undefined` where nobody is called: the places are embedded. */
  readonly calls: CallOptions | undefined;
  /** `undefined` sets no limit. */
  readonly budget: BudgetOptions | undefined;
}
