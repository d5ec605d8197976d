import { UNITS_PER_DEGREE } from './place-index.ts';

/** The curve's cells are 2^26 a side, so that a cell's number is exact as a `number`: 0.6 m by 0.3 m at the equator. */
const BITS = 26;
const SIDE = 2 ** BITS;

/**
 * The number of a position's cell along a Hilbert curve: what is near along it is near on the ground.
 *
 * @param latitude as that of an `IndexedPlace`
 * @param longitude as that of an `IndexedPlace`
 * @see https://en.wikipedia.org/wiki/Hilbert_curve#Applications_and_mapping_algorithms
 */
export function hilbertKey(latitude: number, longitude: number): number {
  let x = cell(longitude / UNITS_PER_DEGREE + 180, 360);
  let y = cell(latitude / UNITS_PER_DEGREE + 90, 180);
  let key = 0;
  for (let half = SIDE / 2; half >= 1; half /= 2) {
    const right = (x & half) === 0 ? 0 : 1;
    const upper = (y & half) === 0 ? 0 : 1;
    key = key * 4 + ((3 * right) ^ upper);
    if (upper === 1) continue;
    if (right === 1) {
      x = SIDE - 1 - x;
      y = SIDE - 1 - y;
    }
    [x, y] = [y, x];
  }
  return key;
}

function cell(degrees: number, all: number): number {
  return Math.min(SIDE - 1, Math.floor((degrees / all) * SIDE));
}
