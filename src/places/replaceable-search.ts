import type { BoundedCircle } from './cache/cached-page.ts';
import type { WantedChoices } from './choices.ts';
import type { FoundPlaces } from './found-places.ts';
import type { NearbySearch, NearbySearchHooks } from './nearby-search.ts';
import type { PlacesOptions } from './options.ts';
import { PlacesCounts, type BudgetStatus } from './places-counts.ts';
import { SearchAborted } from './search-aborted.ts';
import { unlessAborted } from './unless-aborted.ts';

/**
 * A nearby search that is loaded when it is needed, since that takes a good part of a server's start, and
 * whose options can change while it runs.
 */
export class ReplaceableSearch implements NearbySearch {
  /** What was counted, also before options changed. */
  readonly counts = new PlacesCounts();
  #options: PlacesOptions;
  readonly #hooks: NearbySearchHooks;
  /** `undefined` while it is being loaded or replaced. */
  #search: NearbySearch | undefined;
  #opening: Promise<NearbySearch> | undefined;
  /** Answers that are under way. */
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(options: PlacesOptions, hooks: Omit<NearbySearchHooks, 'counts'>) {
    this.#options = options;
    this.#hooks = { ...hooks, counts: this.counts };
  }

  /** Loads it, so that the first question need not wait for that. */
  open(): Promise<NearbySearch> {
    this.#opening ??= this.#create();
    return this.#opening;
  }

  /**
   * Has other options from now on: answers that are under way end under the old ones, and questions that come
   * meanwhile wait for them. What the cache has on disk stays; what it has in memory alone does not.
   */
  replace(options: PlacesOptions): void {
    this.#options = options;
    const opening = this.#opening;
    if (opening === undefined) return;
    this.#search = undefined;
    this.#opening = this.#succeed(opening);
  }

  nearby(circle: BoundedCircle, signal: AbortSignal): Buffer | Promise<Buffer> {
    if (this.#search === undefined) return this.#nearbyLater(circle, signal);
    const answer = this.#search.nearby(circle, signal);
    if (answer instanceof Promise) this.#follow(answer);
    return answer;
  }

  get budget(): BudgetStatus | undefined {
    return this.#search?.budget;
  }

  async find(
    circle: BoundedCircle,
    wanted: WantedChoices,
    signal: AbortSignal,
  ): Promise<FoundPlaces> {
    // It may be replaced again while it is waited for.
    while (this.#search === undefined) await this.#opened(signal);
    const answer = this.#search.find(circle, wanted, signal);
    this.#follow(answer);
    return answer;
  }

  async clear(): Promise<void> {
    await (await this.open()).clear();
  }

  async close(): Promise<void> {
    await (await this.#opening)?.close();
  }

  async #nearbyLater(circle: BoundedCircle, signal: AbortSignal): Promise<Buffer> {
    await this.#opened(signal);
    return this.nearby(circle, signal);
  }

  /** @throws {SearchAborted} once the signal is aborted */
  async #opened(signal: AbortSignal): Promise<void> {
    try {
      await unlessAborted(this.open(), signal);
    } catch (error) {
      throw signal.aborted ? new SearchAborted(signal.reason) : error;
    }
  }

  async #create(): Promise<NearbySearch> {
    const { openNearbySearch } = await import('./nearby-search.ts');
    const search = await openNearbySearch(this.#options, this.#hooks);
    this.#search = search;
    return search;
  }

  async #succeed(opening: Promise<NearbySearch>): Promise<NearbySearch> {
    const old = await opening;
    this.#search = undefined;
    await Promise.allSettled(this.#underWay);
    await old.close();
    return this.#create();
  }

  #follow(answer: Promise<unknown>): void {
    this.#underWay.add(answer);
    const forget = (): void => void this.#underWay.delete(answer);
    answer.then(forget, forget);
  }
}
