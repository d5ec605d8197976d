import type { PlaceDetails } from '../details.ts';

/*
 * A place index is one file of places that questions are answered from without reading all of it. What decides
 * on an answer (where each place is, its kind, how prominent it is) is in columns that are kept in memory; what an
 * answer says of a place is its record, which stays on disk until it is needed.
 */

/** Coordinates are whole numbers of this part of a degree: 1e-7 degree, about a centimetre. */
export const UNITS_PER_DEGREE = 1e7;

/** How many places, or nodes, a node has at the most. */
export const NODE_SIZE = 32;

/** The most kinds of places in an index: their numbers have 16 bits. */
export const MAX_KINDS = 2 ** 16;

/** What places of a kind have in common. */
export interface PlaceKind {
  /** All types, also those that nobody can ask for. */
  readonly types: readonly string[];
  /** What the prominence of its places counts, as `population`; it is then told under this name. */
  readonly measure?: string | undefined;
}

/** What is said of a place in an answer, besides what is in the columns. */
export interface PlaceRecord {
  readonly id: string;
  readonly name: string;
  /** An address, or the region that it is in; empty where nothing is known. */
  readonly vicinity: string;
  /** ISO 3166-1 alpha-2, whose name is added to the vicinity; empty where there is none to add. */
  readonly country: string;
  readonly details: PlaceDetails | undefined;
  /** Further fields of the place, as `iata_code`. */
  readonly more: Readonly<Record<string, string>> | undefined;
}

/** A place on its way into an index. */
export interface IndexedPlace {
  /** In units of 1 / `UNITS_PER_DEGREE`. */
  readonly latitude: number;
  readonly longitude: number;
  /** From 0 to 2^32 - 1: what is more prominent comes first. */
  readonly prominence: number;
  /** The place of its kind in the index's list of kinds. */
  readonly kind: number;
  /** As `recordText` has it. */
  readonly record: string;
}

/** What an index says of itself. */
export interface IndexDescription {
  readonly kinds: readonly PlaceKind[];
  /** The types that questions can be for; the place of each is its bit in the masks of the nodes. */
  readonly types: readonly string[];
  /** HTML that its data's licences ask to be shown. */
  readonly attributions: readonly string[];
  /** Names what it was made from; two indexes with the same name are the same. */
  readonly madeFrom: string;
}

/** The places of an index, a column for each field, in the order of the file: near ones are near each other. */
export interface PlaceColumns {
  readonly latitudes: Int32Array;
  readonly longitudes: Int32Array;
  readonly prominences: Uint32Array;
  /** Where each record ends. It begins where the one before it ends. */
  readonly recordEnds: Uint32Array;
  readonly kinds: Uint16Array;
}

/**
 * A tree over the places: a node of the first level has `NODE_SIZE` places that follow each other, one of the next
 * level as many nodes of the first, and so on up to one node. The levels stand one after the other.
 */
export interface PlaceNodes {
  /** Of each node the southernmost, westernmost, northernmost and easternmost coordinates. */
  readonly boxes: Int32Array;
  /** The highest prominence in each. */
  readonly prominences: Uint32Array;
  /** Bits of the types in each, `maskWords` words a node. */
  readonly masks: Uint32Array;
}

/** What of an index is in memory. */
export interface PlaceIndex extends IndexDescription {
  readonly columns: PlaceColumns;
  readonly nodes: PlaceNodes;
}

/** How many nodes each level has, the lowest first. Without places there is none. */
export function levelSizes(places: number): number[] {
  const sizes: number[] = [];
  for (let size = places; size > 1 || sizes.length === 0;) {
    if (size === 0) return sizes;
    size = Math.ceil(size / NODE_SIZE);
    sizes.push(size);
  }
  return sizes;
}

/** How many 32-bit words have a bit for each type. */
export function maskWords(types: number): number {
  return Math.ceil(types / 32);
}

/** A column's value. The index has been validated, so the value exists. */
export function valueAt(column: ArrayLike<number>, i: number): number {
  const value = column[i];
  if (value === undefined) throw new RangeError(`A column of ${column.length} has no ${i}.`);
  return value;
}

export type PlaceIndexErrorCode =
  /** There is no such file, or it cannot be read. */
  | 'INDEX_UNREADABLE'
  /** It is no place index, or one of another version or machine. */
  | 'INDEX_FOREIGN'
  /** Some of it is missing or not what was written. */
  | 'INDEX_DAMAGED'
  /** More places, or more to say of them, than an index can have. */
  | 'INDEX_TOO_LARGE';

/** A place index cannot be read or made. */
export class PlaceIndexError extends Error {
  override readonly name = 'PlaceIndexError';
  readonly code: PlaceIndexErrorCode;

  constructor(code: PlaceIndexErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
