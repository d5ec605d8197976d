import { setOf, type NeighbourSet } from '../../store/neighbour-set.ts';
import { noLinkCounts, type LinkCounts } from '../link-counts.ts';

/** One of a server's neighbours. */
export interface Neighbour {
  readonly name: string;
  /** Which of the server's neighbours it is, from 0. */
  readonly index: number;
  /** The set of this neighbour alone. */
  readonly heldBy: NeighbourSet;
  readonly counts: LinkCounts;
}

export function makeNeighbour(name: string, index: number): Neighbour {
  return { name, index, heldBy: setOf(index), counts: noLinkCounts() };
}
