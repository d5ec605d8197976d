import TinyQueue from 'tinyqueue';

import type { Position } from '../../protocol/position.ts';
import type { Rank } from '../choices.ts';
import type { NearbyQuery } from '../provider.ts';
import { beyondReach } from './beyond-reach.ts';
import { haversineMetres, lowerBoundMetres } from './distance.ts';
import {
  levelSizes,
  maskWords,
  NODE_SIZE,
  UNITS_PER_DEGREE,
  valueAt,
  type PlaceIndex,
} from './place-index.ts';

/** The level of a place; nodes are on those above. */
const PLACE_LEVEL = 0;

/** A place, or a node with what is the best that any place in it can be. */
interface Candidate {
  readonly level: number;
  /** The number of the place, or of the node on its level. */
  readonly number: number;
  readonly prominence: number;
  readonly metres: number;
}

/**
 * The best places within the radius that are of a type which is asked for. By prominence: the most prominent
 * first, then the nearest. By distance: the nearest first. Then in the order of the file.
 *
 * Of all that waits, the best candidate is looked at first: a place is found then, a node makes way for what is in
 * it. No place in a node is better than the node, so places are found in the order that is asked for, and what
 * cannot be among the first is never looked at.
 *
 * @param most how many are wanted at the most
 * @returns their numbers
 */
export function searchIndex(index: PlaceIndex, query: NearbyQuery, most: number): number[] {
  const { radiusMetres, choices } = query;
  const sizes = levelSizes(index.columns.kinds.length);
  const isOfType = typeFilter(index, choices.types);
  const beyond = beyondReach(query);
  const waiting = new TinyQueue<Candidate>([], ORDERS[choices.rank]);
  const nodeStarts = sizes.map((_, level) => sum(sizes.slice(0, level)));

  function add(level: number, number: number): void {
    const row = level === PLACE_LEVEL ? number : valueAt(nodeStarts, level - 1) + number;
    if (!isOfType(level, row) || isBeyond(level, row)) return;
    const metres = metresTo(index, query, level, row);
    if (metres > radiusMetres) return;
    const { prominences } = level === PLACE_LEVEL ? index.columns : index.nodes;
    waiting.push({ level, number, metres, prominence: valueAt(prominences, row) });
  }

  function isBeyond(level: number, row: number): boolean {
    return level === PLACE_LEVEL ? beyond.place(index.columns, row) : beyond.box(index.nodes, row);
  }

  const found: number[] = [];
  if (sizes.length > 0) add(sizes.length, 0);
  while (found.length < most) {
    const best = waiting.pop();
    if (best === undefined) break;
    const { level, number } = best;
    if (level === PLACE_LEVEL) {
      found.push(number);
      continue;
    }
    const below = level - 1;
    const size = below === PLACE_LEVEL ? index.columns.kinds.length : valueAt(sizes, below - 1);
    const end = Math.min(size, (number + 1) * NODE_SIZE);
    for (let child = number * NODE_SIZE; child < end; child++) add(below, child);
  }
  return found;
}

/** Where a place is. */
export function positionOf({ columns }: PlaceIndex, place: number): Position {
  return {
    latitude: valueAt(columns.latitudes, place) / UNITS_PER_DEGREE,
    longitude: valueAt(columns.longitudes, place) / UNITS_PER_DEGREE,
  };
}

/** Whether a row, a place or a node, may have a place of one of these types. */
function typeFilter(
  { kinds, types, columns, nodes }: PlaceIndex,
  wanted: readonly string[],
): (level: number, row: number) => boolean {
  if (wanted.length === 0) return () => true;
  const isWanted = kinds.map((kind) => kind.types.some((type) => wanted.includes(type)));
  const words = maskWords(types.length);
  const mask = new Uint32Array(words);
  for (const [bit, type] of types.entries()) {
    if (wanted.includes(type)) mask[bit >> 5] = (mask[bit >> 5] ?? 0) | (1 << (bit & 31));
  }
  return (level, row) =>
    level === PLACE_LEVEL
      ? isWanted[valueAt(columns.kinds, row)] === true
      : mask.some((word, i) => (word & valueAt(nodes.masks, row * words + i)) !== 0);
}

function metresTo(index: PlaceIndex, from: Position, level: number, row: number): number {
  if (level === PLACE_LEVEL) return haversineMetres(from, positionOf(index, row));
  const side = (i: number): number => valueAt(index.nodes.boxes, row * 4 + i) / UNITS_PER_DEGREE;
  return lowerBoundMetres(from, { south: side(0), west: side(1), north: side(2), east: side(3) });
}

/** Of equals a node comes before a place, since a place in it may come first in the file. */
function byLevel(a: Candidate, b: Candidate): number {
  return b.level - a.level || a.number - b.number;
}

const ORDERS: Readonly<Record<Rank, (a: Candidate, b: Candidate) => number>> = {
  distance: (a, b) => a.metres - b.metres || byLevel(a, b),
  prominence: (a, b) => b.prominence - a.prominence || a.metres - b.metres || byLevel(a, b),
};

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}
