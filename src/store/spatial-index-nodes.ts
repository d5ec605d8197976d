import { NO_BUCKET, type Address } from './spatial-index-buckets.ts';
import { PagedInts } from './spatial-index-pages.ts';

/** The root node, the whole Earth. */
export const ROOT = 0;
/** A node of this level is a single point, since coordinates have 32 bits: it cannot be split. */
export const MAX_LEVEL = 32;
/** The count of a node that is no leaf. */
const INNER = -1;
/** The children of a node are numbered in a row, from a multiple of four on. */
const SIBLINGS = 4;

/**
 * The nodes of a quadtree. The cell of a node of level n has the first n bits of both coordinates in
 * common, as 32-bit two's complement; a leaf has slots, any other node has four children.
 */
export class Nodes {
  /** A leaf's newest bucket, or `NO_BUCKET`; another node's first child. */
  readonly #firsts = new PagedInts();
  /** How many slots a leaf has, or `INNER`. */
  readonly #counts = new PagedInts();
  readonly #levels = new PagedInts();
  /** The cells' edges, which belong to the cells. */
  readonly #souths = new PagedInts();
  readonly #wests = new PagedInts();
  /** The parent of each four siblings. */
  readonly #parents = new PagedInts();
  #end = 0;
  /** The first children of fours that were freed. */
  readonly #free: number[] = [];

  constructor() {
    // The root is alone among its siblings.
    this.#allocateFour();
    this.#firsts.set(ROOT, NO_BUCKET);
  }

  /** How many nodes there are. */
  get size(): number {
    return this.#end - this.#free.length * SIBLINGS - (SIBLINGS - 1);
  }

  /** How much memory they take, in bytes. */
  get sizeBytes(): number {
    const columns = [this.#firsts, this.#counts, this.#levels, this.#souths, this.#wests];
    return [...columns, this.#parents].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  isLeaf(node: number): boolean {
    return this.#counts.get(node) !== INNER;
  }

  /** How many slots a leaf has. */
  count(leaf: number): number {
    return this.#counts.get(leaf);
  }

  /** A leaf's newest bucket, or `NO_BUCKET`. */
  bucket(leaf: number): Address {
    return this.#firsts.get(leaf);
  }

  setLeaf(node: number, count: number, bucket: Address): void {
    this.#counts.set(node, count);
    this.#firsts.set(node, bucket);
  }

  level(node: number): number {
    return this.#levels.get(node);
  }

  southE7(node: number): number {
    return this.#souths.get(node);
  }

  westE7(node: number): number {
    return this.#wests.get(node);
  }

  /** The node whose child this is; not to be asked of the root. */
  parent(node: number): number {
    return this.#parents.get(node >>> 2);
  }

  /** The first of a node's four children; the others follow it. */
  firstChild(inner: number): number {
    return this.#firsts.get(inner);
  }

  /** The child that a position is in. */
  childAt(inner: number, latitudeE7: number, longitudeE7: number): number {
    const shift = MAX_LEVEL - 1 - this.#levels.get(inner);
    const quadrant = (((latitudeE7 >>> shift) & 1) << 1) | ((longitudeE7 >>> shift) & 1);
    return this.#firsts.get(inner) + quadrant;
  }

  /** How many slots a node's children have together, or undefined where one of them is no leaf. */
  countOfLeaves(inner: number): number | undefined {
    const first = this.#firsts.get(inner);
    let sum = 0;
    for (let child = first; child < first + SIBLINGS; child++) {
      const count = this.#counts.get(child);
      if (count === INNER) return undefined;
      sum += count;
    }
    return sum;
  }

  /** Makes a leaf a node with four empty leaves. */
  split(leaf: number): void {
    const first = this.#allocateFour();
    const level = this.#levels.get(leaf) + 1;
    const bit = MAX_LEVEL - level;
    for (let quadrant = 0; quadrant < SIBLINGS; quadrant++) {
      const child = first + quadrant;
      this.setLeaf(child, 0, NO_BUCKET);
      this.#levels.set(child, level);
      this.#souths.set(child, this.#souths.get(leaf) | ((quadrant >> 1) << bit));
      this.#wests.set(child, this.#wests.get(leaf) | ((quadrant & 1) << bit));
    }
    this.#parents.set(first >>> 2, leaf);
    this.#firsts.set(leaf, first);
    this.#counts.set(leaf, INNER);
  }

  /** Makes a node an empty leaf. Its children, which have to be leaves, are gone. */
  join(inner: number): void {
    this.#free.push(this.#firsts.get(inner));
    this.setLeaf(inner, 0, NO_BUCKET);
  }

  #allocateFour(): number {
    const freed = this.#free.pop();
    if (freed !== undefined) return freed;
    const first = this.#end;
    this.#end += SIBLINGS;
    for (const column of [this.#firsts, this.#counts, this.#levels, this.#souths, this.#wests]) {
      column.reserve(this.#end);
    }
    this.#parents.reserve(this.#end >>> 2);
    return first;
  }
}
