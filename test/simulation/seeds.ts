import { simulate } from './simulation.ts';

/** What many runs did, in sum. */
interface SeedsFigures {
  runs: number;
  servers: number;
  reports: number;
  faults: number;
}

/** The outcome of many runs; `failure` is that of the first that broke a promise. */
export interface SeedsOutcome {
  readonly figures: SeedsFigures;
  readonly failure: { readonly seed: number; readonly message: string } | undefined;
}

/** Simulates `count` seeds from `first` on, until one fails. */
export async function runSeeds(first: number, count: number): Promise<SeedsOutcome> {
  const figures: SeedsFigures = { runs: 0, servers: 0, reports: 0, faults: 0 };
  for (let seed = first; seed < first + count; seed++) {
    try {
      const run = await simulate(seed);
      figures.runs += 1;
      figures.servers += run.servers;
      figures.reports += run.reports;
      figures.faults += run.faults;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { figures, failure: { seed, message } };
    }
  }
  return { figures, failure: undefined };
}
