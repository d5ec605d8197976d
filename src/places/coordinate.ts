/** About 0.1 m; a number rounded to it is never written with an exponent. */
const COORDINATE_DECIMALS = 6;

/** A coordinate as upstreams are asked it, in degrees: rounded to 0.1 m, and 0 instead of -0. */
export function coordinate(degrees: number): number {
  return Number(degrees.toFixed(COORDINATE_DECIMALS)) + 0;
}
