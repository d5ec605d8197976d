/** Rates are of so long, in milliseconds: short enough to show what is, long enough not to jump. */
const WINDOW_MS = 10_000;
/** Counts are noted so often at most, in milliseconds. */
const SAMPLE_MS = 1000;

interface Sample {
  readonly atMs: number;
  readonly counts: readonly number[];
}

/** How fast counts rise, over the last ten seconds; before that has passed, since the beginning. */
export class RateMeter {
  /** The oldest first; there is always one. */
  #samples: readonly [Sample, ...Sample[]];

  /** @param counts what was counted by now */
  constructor(nowMs: number, counts: readonly number[]) {
    this.#samples = [{ atMs: nowMs, counts }];
  }

  /**
   * How much each count rose a second. To be called about once a second.
   *
   * @param counts what was counted by now, in the same order as ever
   */
  take(nowMs: number, counts: readonly number[]): number[] {
    this.#note({ atMs: nowMs, counts });
    const [oldest] = this.#samples;
    const seconds = (nowMs - oldest.atMs) / 1000;
    return counts.map((count, index) =>
      seconds > 0 ? (count - (oldest.counts[index] ?? 0)) / seconds : 0,
    );
  }

  #note(sample: Sample): void {
    const { atMs } = sample;
    const newest = this.#samples.at(-1);
    if (newest !== undefined && atMs - newest.atMs < SAMPLE_MS) return;
    const [first, ...others] = [...this.#samples, sample];
    // One that is as old as the window, or a little older, is what the rates are measured from.
    const oldest = others.findLastIndex((each) => atMs - each.atMs >= WINDOW_MS);
    const [from = first, ...rest] = oldest === -1 ? [first, ...others] : others.slice(oldest);
    if (from !== undefined) this.#samples = [from, ...rest];
  }
}
