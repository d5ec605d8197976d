/**
 * The value below which the share `q` of `values` lies, by the nearest rank; `undefined` of none.
 *
 * @param q from 0 to 1: 0.5 is the median
 */
export function percentile(values: readonly number[], q: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
}

/** A number of milliseconds for people: `12.3 ms`, or `-` where there is none. */
export function showMs(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '-' : `${milliseconds.toFixed(1)} ms`;
}
