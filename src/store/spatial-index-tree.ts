import {
  BUCKET_CAPACITY,
  bucketOf,
  Buckets,
  NO_BUCKET,
  placeIn,
  type Address,
} from './spatial-index-buckets.ts';
import { MAX_LEVEL, Nodes, ROOT } from './spatial-index-nodes.ts';
import { NO_PLACE, Records } from './spatial-index-records.ts';

/** Leaves with no more slots together become one: half of a bucket, so that it has room to grow again. */
const JOIN_AT = BUCKET_CAPACITY / 2;

/**
 * The positions of slots, and a quadtree over them whose leaves are buckets of slots. A leaf that is full is
 * split, unless its cell is a single point: then it takes as many buckets as it needs.
 */
export class SpatialTree {
  readonly nodes = new Nodes();
  readonly buckets = new Buckets();
  readonly records = new Records();
  #size = 0;

  /** How many slots are in it. */
  get size(): number {
    return this.#size;
  }

  /** How much memory it takes, in bytes. */
  get sizeBytes(): number {
    return this.records.sizeBytes + this.nodes.sizeBytes + this.buckets.sizeBytes;
  }

  /** Puts a slot at a position, wherever it was before. */
  put(slot: number, latitudeE7: number, longitudeE7: number): void {
    const { records } = this;
    const place = records.place(slot);
    if (place === NO_PLACE) {
      records.reserve(slot);
      records.setPosition(slot, latitudeE7, longitudeE7);
      this.#insert(ROOT, slot, latitudeE7, longitudeE7);
      this.#size += 1;
      return;
    }
    const differing = records.setPosition(slot, latitudeE7, longitudeE7);
    if (differing === 0) return;
    const leaf = this.buckets.leaf(bucketOf(place));
    this.#insert(this.#ancestor(leaf, Math.clz32(differing)), slot, latitudeE7, longitudeE7);
    this.#takeOut(place);
  }

  /** Takes a slot out, if it is there. */
  remove(slot: number): void {
    const place = this.records.place(slot);
    if (place === NO_PLACE) return;
    this.records.setPlace(slot, NO_PLACE, 0);
    this.#takeOut(place);
    this.#size -= 1;
  }

  /** The node of a level above a leaf. */
  #ancestor(leaf: number, level: number): number {
    let node = leaf;
    for (let above = this.nodes.level(leaf) - level; above > 0; above--) {
      node = this.nodes.parent(node);
    }
    return node;
  }

  /** Puts a slot in the leaf that its position is in, at or below a node. */
  #insert(from: number, slot: number, latitudeE7: number, longitudeE7: number): void {
    const { nodes } = this;
    let node = from;
    for (;;) {
      while (!nodes.isLeaf(node)) node = nodes.childAt(node, latitudeE7, longitudeE7);
      if (nodes.count(node) < BUCKET_CAPACITY || nodes.level(node) === MAX_LEVEL) break;
      this.#split(node);
    }
    this.#append(node, slot);
  }

  #append(leaf: number, slot: number): void {
    const { nodes, buckets } = this;
    const count = nodes.count(leaf);
    const used = count % BUCKET_CAPACITY;
    let bucket = nodes.bucket(leaf);
    if (used === 0) bucket = buckets.allocate(leaf, bucket);
    const place = placeIn(bucket, used);
    buckets.setSlot(place, slot);
    this.records.setPlace(slot, place, prefixMask(nodes.level(leaf)));
    nodes.setLeaf(leaf, count + 1, bucket);
  }

  /** Frees a place, and moves the leaf's last slot there. */
  #takeOut(place: Address): void {
    const { nodes, buckets } = this;
    const leaf = buckets.leaf(bucketOf(place));
    const count = nodes.count(leaf) - 1;
    const bucket = nodes.bucket(leaf);
    const last = placeIn(bucket, count % BUCKET_CAPACITY);
    if (last !== place) {
      const slot = buckets.slot(last);
      buckets.setSlot(place, slot);
      this.records.setPlace(slot, place, prefixMask(nodes.level(leaf)));
    }
    const isEmpty = last === placeIn(bucket, 0);
    nodes.setLeaf(leaf, count, isEmpty ? buckets.next(bucket) : bucket);
    if (isEmpty) buckets.free(bucket);
    this.#joinAbove(leaf);
  }

  /** Makes a full leaf's slots those of four leaves. */
  #split(leaf: number): void {
    const bucket = this.nodes.bucket(leaf);
    this.nodes.split(leaf);
    this.#moveAll(bucket, BUCKET_CAPACITY, leaf);
  }

  /** Makes leaves that have few slots together one leaf, from a leaf's siblings upwards. */
  #joinAbove(leaf: number): void {
    const { nodes } = this;
    for (let node = leaf; node !== ROOT;) {
      node = nodes.parent(node);
      const count = nodes.countOfLeaves(node);
      if (count === undefined || count > JOIN_AT) return;
      const first = nodes.firstChild(node);
      const leaves = [first, first + 1, first + 2, first + 3].map(
        (child) => [nodes.bucket(child), nodes.count(child)] as const,
      );
      nodes.join(node);
      for (const [bucket, slots] of leaves) this.#moveAll(bucket, slots, node);
    }
  }

  /** Moves a bucket's slots to the leaves below a node or to itself, and frees the bucket. */
  #moveAll(bucket: Address, count: number, node: number): void {
    if (bucket === NO_BUCKET) return;
    const { nodes, buckets, records } = this;
    for (let n = 0; n < count; n++) {
      const slot = buckets.slot(placeIn(bucket, n));
      const leaf = nodes.isLeaf(node)
        ? node
        : nodes.childAt(node, records.latitudeE7(slot), records.longitudeE7(slot));
      this.#append(leaf, slot);
    }
    buckets.free(bucket);
  }
}

/** The first bits of a coordinate, as many as the level. */
function prefixMask(level: number): number {
  return level === 0 ? 0 : -1 << (MAX_LEVEL - level);
}
