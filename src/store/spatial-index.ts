import { Box, type BoxEdges } from './spatial-index-box.ts';
import { SpatialQuestionError } from './spatial-index-errors.ts';
import { BEFORE_ALL_SLOTS, NearestSlots, type SpatialCursor } from './spatial-index-nearest.ts';
import {
  ANTIMERIDIAN_E7,
  haversineOfMetres,
  metresOf,
  Origin,
  POLE_E7,
} from './spatial-index-origin.ts';
import { Search, type SearchTerms } from './spatial-index-search.ts';
import { SpatialTree } from './spatial-index-tree.ts';

/**
 * Where slots are: which of them are near a point, or in a box. It is a quadtree over the fixed-point
 * coordinates, whose leaves are buckets of slots.
 *
 * - A move within a leaf, which is what most are, touches the slot's record of 16 bytes and nothing else. One
 *   into another leaf climbs to the smallest cell that has both positions, and goes down from there.
 * - Leaves are as small as the crowd in them asks for, so a million clients in one city and a handful on all
 *   oceans are the same to a question. A grid has one size of cells for both.
 * - Slots at the very same point share a leaf of any length; to add or take out one costs the same as elsewhere.
 *
 * docs/ARCHITECTURE.md has what it was measured against.
 */

/** The most that one question finds: more are for the next one, so that none stops the server for long. */
export const MAX_FOUND = 10_000;
/**
 * So many nodes and slots are looked at for one question, a few milliseconds' work; `accepts` may refuse
 * all of them. What is left is for the next question.
 */
const MAX_VISITS = 20_000;

const START: SpatialCursor = { haversine: 0, slot: BEFORE_ALL_SLOTS };

/** The size of the answer, and the selected slots. */
export interface SpatialQuestion {
  /** How many slots at most: from 1 to `MAX_FOUND`. */
  readonly limit: number;
  /** Only what comes after an answer before: its `next`. */
  readonly after?: SpatialCursor | undefined;
  /** Whether a slot may be in the answer. It must not change the index, and is asked as little as possible. */
  readonly accepts?: ((slot: number) => boolean) | undefined;
  /** How many nodes and slots are looked at, or a few more: `MAX_VISITS` if not given. */
  readonly maxVisits?: number | undefined;
}

/** A slot and how far it is from the point that was asked about. */
interface SlotDistance {
  readonly slot: number;
  /** Along the great circle, on a sphere of `EARTH_RADIUS_METRES`. */
  readonly distanceMetres: number;
}

/** What was found, and how to ask for more. */
export interface SpatialAnswer {
  /** The nearest first; equally near ones by their slot. */
  readonly found: readonly SlotDistance[];
  /**
   * Where the next question goes on. None: this is all there is. There may be one, and nothing found or
   * less than `limit`, where `maxVisits` was reached. It stays good whatever moves; a slot that moves between two
   * questions may be in both answers or in neither.
   */
  readonly next: SpatialCursor | undefined;
  /** How many nodes and slots were looked at. */
  readonly visits: number;
}

/** An index of where slots are. Positions are in 1e-7 degrees: latitude ±900000000, longitude ±1800000000. */
export class SpatialIndex {
  readonly #tree = new SpatialTree();

  /** How many slots there are. */
  get size(): number {
    return this.#tree.size;
  }

  /** How much memory it takes, in bytes. */
  get sizeBytes(): number {
    return this.#tree.sizeBytes;
  }

  /** Puts a slot at a position, or moves it there. The position has to be a valid one. */
  put(slot: number, latitudeE7: number, longitudeE7: number): void {
    // One name for each meridian: positions on both sides of it are neighbours in the same way.
    const isEast = longitudeE7 === ANTIMERIDIAN_E7;
    this.#tree.put(slot, latitudeE7, isEast ? -ANTIMERIDIAN_E7 : longitudeE7);
  }

  /** Takes a slot out; nothing happens where it is not there. */
  remove(slot: number): void {
    this.#tree.remove(slot);
  }

  /**
   * The slots nearest to a point, or of those no farther than a radius.
   *
   * @throws {SpatialQuestionError} where the question makes no sense
   */
  nearest(
    latitudeE7: number,
    longitudeE7: number,
    question: SpatialQuestion & { readonly radiusMetres?: number | undefined },
  ): SpatialAnswer {
    const { radiusMetres = Infinity } = question;
    assertBetween('latitude', latitudeE7, -POLE_E7, POLE_E7);
    assertBetween('longitude', longitudeE7, -ANTIMERIDIAN_E7, ANTIMERIDIAN_E7);
    assertBetween('radius', radiusMetres, 0, Infinity);
    const origin = new Origin(latitudeE7, longitudeE7);
    return this.#ask(question, { origin, box: undefined }, haversineOfMetres(radiusMetres));
  }

  /**
   * The slots in a box, its edges included; those nearest to its middle first.
   *
   * @throws {SpatialQuestionError} where the question makes no sense
   */
  inBox(edges: BoxEdges, question: SpatialQuestion): SpatialAnswer {
    const { southE7, westE7, northE7, eastE7 } = edges;
    assertBetween('north', northE7, -POLE_E7, POLE_E7);
    assertBetween('south', southE7, -POLE_E7, northE7);
    assertBetween('west', westE7, -ANTIMERIDIAN_E7, ANTIMERIDIAN_E7);
    assertBetween('east', eastE7, -ANTIMERIDIAN_E7, ANTIMERIDIAN_E7);
    const box = new Box(edges);
    return this.#ask(question, { origin: new Origin(...box.middle), box }, Infinity);
  }

  #ask(
    { limit, after = START, accepts, maxVisits = MAX_VISITS }: SpatialQuestion,
    where: Pick<SearchTerms, 'origin' | 'box'>,
    mostHaversine: number,
  ): SpatialAnswer {
    assertBetween('limit', limit, 1, MAX_FOUND);
    if (!Number.isInteger(limit))
      throw new SpatialQuestionError(`limit is ${limit}, expected a whole number`);
    const nearest = new NearestSlots(limit, mostHaversine, after);
    const terms = { ...where, accepts, after, maxVisits };
    const { found, next, visits } = new Search(this.#tree, terms, nearest).run();
    const distances = found.map(({ haversine, slot }) => ({
      slot,
      distanceMetres: metresOf(haversine),
    }));
    return { found: distances, next, visits };
  }
}

function assertBetween(name: string, value: number, least: number, most: number): void {
  // Not a number is not between any two.
  if (value >= least && value <= most) return;
  throw new SpatialQuestionError(`${name} is ${value}, expected ${least} to ${most}`);
}
