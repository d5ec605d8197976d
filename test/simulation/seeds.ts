import { addCounts, noCounts, type Counts } from './counts.ts';
import { simulate } from './simulation.ts';

/** The outcome of many runs; `failure` is that of the first that broke a promise. */
export interface SeedsOutcome {
  /** How many kept all promises. */
  readonly runs: number;
  /** What happened in those. */
  readonly counts: Counts;
  readonly failure: { readonly seed: number; readonly message: string } | undefined;
}

/** Simulates `count` seeds from `first` on, until one fails. */
export async function runSeeds(first: number, count: number): Promise<SeedsOutcome> {
  const counts = noCounts();
  for (let seed = first; seed < first + count; seed++) {
    try {
      addCounts(counts, await simulate(seed));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { runs: seed - first, counts, failure: { seed, message } };
    }
  }
  return { runs: count, counts, failure: undefined };
}
