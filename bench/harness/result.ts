import type { Aim, Measure } from './benchmark.ts';
import { pairRatios, spreadOf, type Spread } from './statistics.ts';

/** Numbers in the order in which they were measured, and where they lie. */
interface Sample extends Spread {
  readonly values: readonly number[];
}

/** What a benchmark found for one of its measures. */
export interface Result extends Omit<Measure, 'aim'> {
  readonly measure: string;
  readonly a: Sample;
  /** `undefined` where A is compared with nothing, as is `ratio`. */
  readonly b: Sample | undefined;
  /** A / B, pair by pair. */
  readonly ratio: Sample | undefined;
  readonly aim: (Aim & { readonly reached: boolean }) | undefined;
}

/**
 * Sums up the runs of one measure. Throws `RangeError` where there are none, where they do not pair
 * up, or where the aim is a ratio and there is no B.
 */
export function resultOf(
  measure: string,
  { unit, better, aim }: Measure,
  a: readonly number[],
  b: readonly number[] | undefined,
): Result {
  const figure = sampleOf(a);
  const ratio = b === undefined ? undefined : sampleOf(pairRatios(a, b));
  const judge = (wanted: Aim): boolean => {
    const found = wanted.of === 'ratio' ? ratio : figure;
    if (found === undefined) throw new RangeError(`${measure} aims at a ratio and has no B`);
    return better === 'higher' ? found.median >= wanted.bound : found.median <= wanted.bound;
  };
  return {
    measure,
    unit,
    better,
    a: figure,
    b: b === undefined ? undefined : sampleOf(b),
    ratio,
    aim: aim === undefined ? undefined : { ...aim, reached: judge(aim) },
  };
}

function sampleOf(values: readonly number[]): Sample {
  return { ...spreadOf(values), values };
}
