import type { Box } from './spatial-index-box.ts';
import { BUCKET_CAPACITY, NO_BUCKET, placeIn, type Address } from './spatial-index-buckets.ts';
import { PairHeap } from './spatial-index-heap.ts';
import {
  BEFORE_ALL_SLOTS,
  type NearestSlots,
  type SpatialCursor,
} from './spatial-index-nearest.ts';
import { MAX_LEVEL, ROOT } from './spatial-index-nodes.ts';
import { ANTIMERIDIAN_E7, POLE_E7, type Cell, type Origin } from './spatial-index-origin.ts';
import type { SpatialTree } from './spatial-index-tree.ts';

/** What is searched for. */
export interface SearchTerms {
  readonly origin: Origin;
  /** Only what is inside, if given. */
  readonly box: Box | undefined;
  readonly accepts: ((slot: number) => boolean) | undefined;
  /** Only what comes after. */
  readonly after: SpatialCursor;
  /** After this many nodes and slots it stops as soon as it has got further than `after`. */
  readonly maxVisits: number;
}

/** What a search came to. */
export interface SearchResult {
  readonly found: readonly SpatialCursor[];
  /** Where the next search goes on; none where nothing can be left. */
  readonly next: SpatialCursor | undefined;
  /** How many nodes and slots were looked at. */
  readonly visits: number;
}

/**
 * Looks at nodes in the order of how near they can be, and ends when no node can have anything nearer than
 * what was found: Hjaltason and Samet, "Distance Browsing in Spatial Databases" (1999).
 */
export class Search {
  readonly #tree: SpatialTree;
  readonly #terms: SearchTerms;
  readonly #nearest: NearestSlots;
  /** Nodes that were not looked at yet, by the least haversine of their cells. */
  readonly #frontier = new PairHeap();
  #visits = 0;

  constructor(tree: SpatialTree, terms: SearchTerms, nearest: NearestSlots) {
    this.#tree = tree;
    this.#terms = terms;
    this.#nearest = nearest;
  }

  run(): SearchResult {
    const [frontier, nearest, nodes] = [this.#frontier, this.#nearest, this.#tree.nodes];
    const { after, maxVisits } = this.#terms;
    frontier.push(0, ROOT);
    while (frontier.leastKey <= nearest.mostHaversine && frontier.size > 0) {
      const reached = frontier.leastKey;
      if (this.#visits >= maxVisits && reached > after.haversine) return this.#stopAt(reached);
      const node = frontier.leastNumber;
      frontier.pop();
      this.#visits += 1;
      if (nodes.isLeaf(node)) this.#visitLeaf(node);
      else this.#visitInner(node);
    }
    const { isFull } = nearest;
    const found = nearest.takeBelow(Infinity);
    return { found, next: isFull ? found.at(-1) : undefined, visits: this.#visits };
  }

  /** Everything nearer than the frontier is found for good; the rest is for the next search. */
  #stopAt(haversine: number): SearchResult {
    const found = this.#nearest.takeBelow(haversine);
    return { found, next: { haversine, slot: BEFORE_ALL_SLOTS }, visits: this.#visits };
  }

  #visitInner(node: number): void {
    const { nodes } = this.#tree;
    const { origin, box, after } = this.#terms;
    const first = nodes.firstChild(node);
    for (let child = first; child < first + 4; child++) {
      if (nodes.count(child) === 0) continue;
      const cell = this.#cellOf(child);
      const least = origin.least(cell);
      if (least > this.#nearest.mostHaversine) continue;
      if (box !== undefined && !box.meets(cell)) continue;
      if (after.haversine > 0 && origin.most(cell) < after.haversine) continue;
      this.#frontier.push(least, child);
    }
  }

  #visitLeaf(leaf: number): void {
    const { nodes, buckets } = this.#tree;
    let count = nodes.count(leaf);
    let bucket = nodes.bucket(leaf);
    while (bucket !== NO_BUCKET) {
      // Only the newest bucket may have fewer slots than it has room for.
      const inBucket = ((count - 1) % BUCKET_CAPACITY) + 1;
      this.#visitSlots(bucket, inBucket);
      count -= inBucket;
      bucket = buckets.next(bucket);
    }
  }

  /** Looks at the first slots of a bucket. */
  #visitSlots(bucket: Address, count: number): void {
    const { origin, box, accepts } = this.#terms;
    const { buckets, records } = this.#tree;
    const nearest = this.#nearest;
    this.#visits += count;
    let [latitudeE7, longitudeE7, haversine] = [Infinity, Infinity, Infinity];
    for (let n = 0; n < count; n++) {
      const slot = buckets.slot(placeIn(bucket, n));
      const latitude = records.latitudeE7(slot);
      const longitude = records.longitudeE7(slot);
      // Many clients at one point are one distance.
      if (latitude !== latitudeE7 || longitude !== longitudeE7) {
        latitudeE7 = latitude;
        longitudeE7 = longitude;
        haversine = origin.haversine(latitudeE7, longitudeE7, nearest.mostHaversine);
      }
      if (!nearest.wants(haversine, slot)) continue;
      if (box !== undefined && !box.contains(latitudeE7, longitudeE7)) continue;
      if (accepts !== undefined && !accepts(slot)) continue;
      nearest.take(haversine, slot);
    }
  }

  /** The part of the Earth that is a node's, below the root. */
  #cellOf(node: number): Cell {
    const { nodes } = this.#tree;
    const size = 2 ** (MAX_LEVEL - nodes.level(node));
    const southE7 = nodes.southE7(node);
    const westE7 = nodes.westE7(node);
    return {
      southE7: Math.max(southE7, -POLE_E7),
      northE7: Math.min(southE7 + size - 1, POLE_E7),
      westE7: Math.max(westE7, -ANTIMERIDIAN_E7),
      eastE7: Math.min(westE7 + size - 1, ANTIMERIDIAN_E7),
    };
  }
}
