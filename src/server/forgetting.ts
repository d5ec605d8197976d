import { setImmediate as nextTurn } from 'node:timers/promises';

import type { LocationStore } from '../locations/store.ts';
import type { Nanoseconds } from '../protocol/timestamp.ts';

/** How often the horizon moves, in milliseconds: a location is forgotten at most so much too late. */
const HORIZON_MS = 1000;
/** How often the memory of what is forgotten is freed, in horizons. */
const HORIZONS_A_SWEEP = 60;
/** How many clients are looked at in one turn of the event loop: a millisecond of work. */
const CLIENTS_A_STEP = 5000;
const NANOSECONDS_A_MILLISECOND = 1_000_000n;

/** What forgetting needs. */
export interface ForgettingParts {
  readonly store: LocationStore;
  readonly forgetMs: number;
  readonly now: () => Nanoseconds;
  /** Told of clients that were dropped from memory. */
  readonly onDropped: (clients: readonly string[]) => void;
}

/**
 * Forgets old locations as time goes on. The rule is the location's age alone, so that all servers
 * forget alike, and one that comes from a neighbour whose clock is behind is not taken in again.
 *
 * @returns a function that ends it
 */
export function startForgetting({ store, forgetMs, now, onDropped }: ForgettingParts): () => void {
  let horizons = 0;
  let sweeping = false;
  let ended = false;

  const sweep = async (): Promise<void> => {
    sweeping = true;
    for (const dropped of store.sweep(CLIENTS_A_STEP)) {
      if (dropped.length > 0) onDropped(dropped);
      await nextTurn();
      if (ended) return;
    }
    sweeping = false;
  };
  const moveHorizon = (): void => {
    store.forgetBefore(now() - BigInt(forgetMs) * NANOSECONDS_A_MILLISECOND);
    horizons += 1;
    if (horizons % HORIZONS_A_SWEEP === 0 && !sweeping) void sweep();
  };

  moveHorizon();
  const timer = setInterval(moveHorizon, HORIZON_MS);
  return () => {
    ended = true;
    clearInterval(timer);
  };
}
