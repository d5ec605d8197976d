/**
 * A set of neighbours, as the bits of one small integer: every location carries one, and a million
 * of them must not cost a million objects.
 */
export type NeighbourSet = number;

/** The most neighbours that a server can have: the bits of an integer that V8 keeps unboxed. */
export const MAX_NEIGHBOURS = 30;

export const NO_NEIGHBOURS: NeighbourSet = 0;

/** The set of one neighbour, by its index from 0 to `MAX_NEIGHBOURS` - 1. */
export function setOf(neighbour: number): NeighbourSet {
  return 1 << neighbour;
}
