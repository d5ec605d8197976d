/** Numbers from 0 to below 1 that a seed determines (mulberry32 by Tommy Ettinger, public domain). */
export type Random = () => number;

/** @param seed a whole number; its lower 32 bits count */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A number from `least` to below `most`. */
export function between(random: Random, [least, most]: readonly [number, number]): number {
  return least + (most - least) * random();
}
