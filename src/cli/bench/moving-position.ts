/** Where a client of a load is, as a report has it: degrees with six decimals and their sign. */
export interface MovingPosition {
  readonly latitude: string;
  readonly longitude: string;
}

/**
 * A position for a client's `n`th report of a run: each report has another one. The same numbers give the same
 * position.
 */
export function movingPosition(client: number, n: number, run: number): MovingPosition {
  const latitude = 10 + ((client * 7919 + n * 104_729 + run) % 60_000_000) / 1e6;
  const longitude = 100 + ((client * 104_729 + n * 7919 + run) % 60_000_000) / 1e6;
  return { latitude: `+${latitude.toFixed(6)}`, longitude: `-${longitude.toFixed(6)}` };
}
