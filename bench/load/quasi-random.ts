/**
 * The point of a number, from 0, of a sequence that fills the unit square evenly, the same in every run.
 *
 * @see Roberts, "The Unreasonable Effectiveness of Quasirandom Sequences" (2018)
 */
export function quasiRandom(i: number): readonly [number, number] {
  return [((i + 1) * 0.754_877_666) % 1, ((i + 1) * 0.569_840_291) % 1];
}
