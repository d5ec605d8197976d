import { setImmediate as nextIteration } from 'node:timers/promises';

import type { LocationStore } from '../store/store.ts';
import { millisecondsBefore, type Instant } from '../protocol/timestamp.ts';

/** How often the horizon moves, in milliseconds: a location is forgotten at most so much too late. */
const HORIZON_MS = 1000;
/** How often the memory and the disk of what is forgotten are freed, in milliseconds. */
const SWEEP_MS = 60_000;
/** How many slots of the store are looked at in one iteration of the event loop: a millisecond of work. */
const SLOTS_A_STEP = 5000;

/** How old what is kept becomes, in milliseconds. */
export interface Ages {
  /** The age at which a location is forgotten; `undefined`: never. */
  readonly forgetMs: number | undefined;
  /** The age at which it is forgotten that a client was removed. */
  readonly tombstoneGraceMs: number;
}

/**
 * Forgets old locations and tombstones as time goes on. The rule is their age alone, so that all servers
 * forget alike, and one that comes from a neighbour whose clock is behind is not taken in again.
 *
 * @returns a function that ends it
 */
export function keepHorizon(
  store: LocationStore,
  { forgetMs, tombstoneGraceMs }: Ages,
  now: () => Instant,
): () => void {
  const move = (): void => {
    const instant = now();
    store.forgetRemovalsBefore(millisecondsBefore(instant, tombstoneGraceMs));
    if (forgetMs !== undefined) store.forgetBefore(millisecondsBefore(instant, forgetMs));
  };
  move();
  const timer = setInterval(move, HORIZON_MS);
  return () => clearInterval(timer);
}

/**
 * Frees the memory of what is forgotten: at once, since a journal may have brought it, and then
 * from time to time.
 *
 * @param onDropped called when clients were dropped from memory
 * @returns a function that ends it
 */
export function startSweeping(store: LocationStore, onDropped: () => void): () => void {
  let sweeping = false;
  let ended = false;

  const sweep = async (): Promise<void> => {
    if (sweeping) return;
    sweeping = true;
    for (const dropped of store.sweep(SLOTS_A_STEP)) {
      if (dropped > 0) onDropped();
      await nextIteration();
      if (ended) return;
    }
    sweeping = false;
  };

  void sweep();
  const timer = setInterval(() => void sweep(), SWEEP_MS);
  return () => {
    ended = true;
    clearInterval(timer);
  };
}
