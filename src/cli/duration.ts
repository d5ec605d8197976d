/** A duration for people: three digits or so, and its unit. */
export function formatMs(milliseconds: number): string {
  if (milliseconds >= 9_999.5) return `${(milliseconds / 1000).toFixed(1)} s`;
  if (milliseconds >= 99.95) return `${milliseconds.toFixed(0)} ms`;
  return `${milliseconds.toFixed(milliseconds >= 9.995 ? 1 : 2)} ms`;
}
