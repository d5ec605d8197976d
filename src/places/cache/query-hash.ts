import type { BoundedCircle } from './cached-page.ts';

const numbers = new Float64Array(3);
const words = new Int32Array(numbers.buffer);

/** The golden ratio's fraction, in 32 bits, and odd: a factor that spreads what is multiplied with it. */
const FACTOR = 0x9e3779b1;

/**
 * A number of 32 bits for a question, by the bits of its numbers, since to write them as a text would take
 * longer than all else. Different questions may have the same one.
 */
export function hashOf({ latitude, longitude, radiusMetres, bound }: BoundedCircle): number {
  numbers[0] = latitude;
  numbers[1] = longitude;
  numbers[2] = radiusMetres;
  let hash = bound;
  for (let i = 0; i < words.length; i++) {
    hash = Math.imul(hash ^ (words[i] ?? 0), FACTOR);
    hash ^= hash >>> 15;
  }
  return hash;
}
