import type { Plant } from './planting.ts';

/** A deliberate fault in the built code, which the simulation must find. */
export interface Mutant extends Plant {
  readonly name: string;
  /** A run that is known to find it: the first to be tried. The next ones find it too, if not so soon. */
  readonly seed?: number;
  /** For the deep tier: it takes more than some twenty runs, or ten seconds, to be found. */
  readonly slow?: true;
  /** Where the algorithm's own model finds it, rather than herds on a network. */
  readonly foundBy?: 'model';
}
