/** How long things took, as it was counted up to a moment. */
export interface DurationCounts {
  /** The upper bound of each bucket but the last, which has none, in seconds. */
  readonly boundsSeconds: readonly number[];
  /** How many were in each bucket: more than the bound before, at most its own. */
  readonly counts: readonly number[];
  /** How long all took together, in seconds. */
  readonly sumSeconds: number;
}

/** Counts how long things take, in fixed buckets: a comparison or a few, and two additions each time. */
export class DurationHistogram {
  readonly #boundsSeconds: readonly number[];
  readonly #counts: number[];
  #sumSeconds = 0;

  /** @param boundsSeconds the upper bounds of the buckets, rising, in seconds */
  constructor(boundsSeconds: readonly number[]) {
    this.#boundsSeconds = boundsSeconds;
    this.#counts = Array.from({ length: boundsSeconds.length + 1 }, () => 0);
  }

  /** Counts one that took so long, in seconds. */
  observe(seconds: number): void {
    const bounds = this.#boundsSeconds;
    let bucket = 0;
    while (bucket < bounds.length && seconds > (bounds[bucket] ?? Infinity)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sumSeconds += seconds;
  }

  /** What was counted up to now. */
  snapshot(): DurationCounts {
    return {
      boundsSeconds: this.#boundsSeconds,
      counts: [...this.#counts],
      sumSeconds: this.#sumSeconds,
    };
  }
}
