import { setMaxListeners } from 'node:events';

import { LRUCache } from 'lru-cache';

import type { CacheOptions } from './options.ts';
import type { NearbyQuery, PlacesPage } from './provider.ts';

/**
 * The most that all kept pages may take, in characters of JSON. The number of entries alone would not
 * bound the memory: a page of an upstream's may be as long as 1 MiB.
 */
const MAX_KEPT_CHARACTERS = 64 * 1024 * 1024;

/** Asks for a page. Rejects only with the reason of its signal. */
export type AskForPage = (query: NearbyQuery, signal: AbortSignal) => Promise<PlacesPage>;

/** A clock: milliseconds since any moment above 0, never going back. */
export interface Clock {
  now(): number;
}

/** A call under way and how many wait for it. */
interface Call {
  readonly page: Promise<PlacesPage>;
  readonly controller: AbortController;
  askers: number;
}

/**
 * Puts a cache in front of `ask`. An answered page (`OK`, `ZERO_RESULTS`) is kept whole for `ttlMs`;
 * a failed one goes to those who wait for it and is not kept. Equal questions at the same time share
 * one call; it is aborted when the last of its askers has gone.
 *
 * The calls under way stand beside the LRU cache and not in it (its `fetchMethod`), since there a
 * full cache would drop them, and the next asker would pay for a second call.
 */
export function cachePages(ask: AskForPage, options: CacheOptions, clock: Clock): AskForPage {
  const kept = createStore(options, clock);
  const calls = new Map<string, Call>();

  async function fetchPage(key: string, query: NearbyQuery, signal: AbortSignal) {
    const page = await ask(query, signal);
    if (page.status === 'OK' || page.status === 'ZERO_RESULTS') kept?.set(key, page);
    return page;
  }

  function startCall(key: string, query: NearbyQuery): Call {
    const controller = new AbortController();
    const call = { page: fetchPage(key, query, controller.signal), controller, askers: 0 };
    calls.set(key, call);
    return call;
  }

  return async (query, signal) => {
    signal.throwIfAborted();
    const key = keyOf(query);
    const known = kept?.get(key);
    if (known !== undefined) return known;

    const call = calls.get(key) ?? startCall(key, query);
    call.askers += 1;
    try {
      return await unlessAborted(call.page, signal);
    } finally {
      call.askers -= 1;
      if (call.askers === 0) {
        calls.delete(key);
        call.controller.abort();
      }
    }
  };
}

function createStore({ ttlMs, entries }: CacheOptions, clock: Clock) {
  // To lru-cache a 0 means "no limit", here it means "none".
  if (ttlMs === 0 || entries === 0) return undefined;
  return new LRUCache<string, PlacesPage>({
    max: entries,
    maxSize: MAX_KEPT_CHARACTERS,
    sizeCalculation: (page) => JSON.stringify(page).length,
    ttl: ttlMs,
    // Read the clock each time, and set no timer.
    ttlResolution: 0,
    perf: clock,
  });
}

function keyOf({ latitude, longitude, radiusMetres }: NearbyQuery): string {
  return `${latitude},${longitude},${radiusMetres}`;
}

/** Waits for `promise`, or rejects with the signal's reason as soon as it is aborted. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // One signal may end any number of questions; Node would take more than ten for a leak.
  setMaxListeners(0, signal);
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    const settle = (): void => signal.removeEventListener('abort', leave);
    promise.then(resolve, reject).finally(settle);
  });
}
