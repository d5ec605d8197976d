import type { LagEntry } from '../lag.ts';

/**
 * Who lacks something for so long, in seconds, is reported: longer than a link that broke for a moment
 * takes to be dialled again, and short enough that users have not noticed much.
 */
const LAGGING_SECONDS = 5;
/**
 * And caught up has who lacks nothing that is older than this: under load there is always something that is on
 * its way. Between the two nothing is reported, so a lag that swings around a limit is not reported time after time.
 */
const CAUGHT_UP_SECONDS = 1;

/** That a lag has passed the limit, or is gone. */
export interface LagChange {
  readonly kind: 'lagging' | 'caught up';
  /** What lags: this server behind an origin, or a neighbour behind this server. */
  readonly of: 'origin' | 'neighbour';
  /** The origin's name, or the neighbour's. */
  readonly name: string;
  /** How many reports are missing at most. */
  readonly reports: number;
  /** For how long something has been missing; where it has caught up, how long that was. */
  readonly seconds: number;
}

/** Watches lags for those that last. */
export class LagWatch {
  readonly #of: LagChange['of'];
  readonly #onChange: (change: LagChange) => void;
  /** Who lags, by name: since when, in milliseconds. */
  readonly #lagging = new Map<string, number>();

  constructor(of: LagChange['of'], onChange: (change: LagChange) => void) {
    this.#of = of;
    this.#onChange = onChange;
  }

  check(entries: readonly LagEntry[], nowMs: number): void {
    for (const { name, reports, seconds } of entries) {
      const sinceMs = this.#lagging.get(name);
      if (sinceMs === undefined && seconds >= LAGGING_SECONDS) {
        this.#lagging.set(name, nowMs - seconds * 1000);
        this.#onChange({ kind: 'lagging', of: this.#of, name, reports, seconds });
      } else if (sinceMs !== undefined && seconds < CAUGHT_UP_SECONDS) {
        this.#lagging.delete(name);
        const lagged = Math.round(nowMs - sinceMs) / 1000;
        this.#onChange({ kind: 'caught up', of: this.#of, name, reports, seconds: lagged });
      }
    }
  }
}
