/** Where a set of numbers lies. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * The median, the smallest and the largest of `values`; of an even number of values the median is the
 * mean of the middle two. Throws `RangeError` where there are none.
 */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  const upper = sorted[Math.floor(sorted.length / 2)];
  const [min] = sorted;
  const max = sorted.at(-1);
  if (lower === undefined || upper === undefined || min === undefined || max === undefined) {
    throw new RangeError('there is no median of no values');
  }
  return { median: (lower + upper) / 2, min, max };
}

/**
 * The ratio of each pair, `a[i] / b[i]`. Two runs of one pair stand next to each other in time, so
 * what slows the machine for a while slows both and leaves their ratio alone. Throws `RangeError`
 * where the two do not pair up, or a ratio is not a number that can be reported.
 */
export function pairRatios(a: readonly number[], b: readonly number[]): number[] {
  if (a.length !== b.length) throw new RangeError(`${a.length} runs of A, ${b.length} of B`);
  return a.map((value, i) => {
    const ratio = value / (b[i] ?? Number.NaN);
    if (!Number.isFinite(ratio)) throw new RangeError(`no ratio of ${value} to ${String(b[i])}`);
    return ratio;
  });
}

/**
 * The least of `values` that at least the share `share` (above 0, at most 1) of them do not exceed: with
 * 0.99 the 99th percentile. Throws `RangeError` where there are none.
 */
export function percentile(values: Float64Array, share: number): number {
  const found = values.toSorted()[Math.ceil(values.length * share) - 1];
  if (found === undefined) throw new RangeError(`no share ${share} of ${values.length} values`);
  return found;
}
