import type { BoxEdges } from './spatial-index-box.ts';
import { SpatialIndexFill, type PositionSource } from './spatial-index-fill.ts';
import { SpatialIndex, type SpatialAnswer, type SpatialQuestion } from './spatial-index.ts';

/**
 * Which clients are near a point, or in a box. The index is made by the first call of `fill`: a server that is
 * never asked pays nothing for it.
 */
export class ClientPositions {
  readonly #source: PositionSource;
  readonly #isForgotten: (slot: number) => boolean;
  #spatial: { readonly index: SpatialIndex; readonly fill: SpatialIndexFill } | undefined;
  #isFilled = false;

  /**
   * @param source the positions of the store's table
   * @param isForgotten whether a slot is to be left out of answers, though its memory is not free yet
   */
  constructor(source: PositionSource, isForgotten: (slot: number) => boolean) {
    this.#source = source;
    this.#isForgotten = isForgotten;
  }

  /** How much memory the index takes, in bytes. */
  get sizeBytes(): number {
    return this.#spatial?.index.sizeBytes ?? 0;
  }

  /**
   * Takes more clients into the index.
   *
   * @param slots how many slots of the table are looked at
   * @returns whether all are in it: until then it must not be asked
   */
  fill(slots: number): boolean {
    if (this.#spatial === undefined) {
      const index = new SpatialIndex();
      this.#spatial = { index, fill: new SpatialIndexFill(index, this.#source) };
    }
    const { fill } = this.#spatial;
    if (!this.#isFilled) fill.step(slots);
    // Slots that come later are put in as they come.
    this.#isFilled ||= fill.isComplete;
    return this.#isFilled;
  }

  /** Puts a client's slot where it is now. */
  put(slot: number, latitudeE7: number, longitudeE7: number): void {
    this.#spatial?.index.put(slot, latitudeE7, longitudeE7);
  }

  /** Takes out a slot that has no position any more. */
  remove(slot: number): void {
    this.#spatial?.index.remove(slot);
  }

  /** The slots of the clients nearest to a point; see `SpatialIndex.nearest`. */
  nearest(
    latitudeE7: number,
    longitudeE7: number,
    question: SpatialQuestion & { readonly radiusMetres?: number | undefined },
  ): SpatialAnswer {
    return this.#index.nearest(latitudeE7, longitudeE7, this.#unforgotten(question));
  }

  /** The slots of the clients in a box; see `SpatialIndex.inBox`. */
  inBox(edges: BoxEdges, question: SpatialQuestion): SpatialAnswer {
    return this.#index.inBox(edges, this.#unforgotten(question));
  }

  get #index(): SpatialIndex {
    if (this.#spatial === undefined || !this.#isFilled)
      throw new Error('The index is not filled yet.');
    return this.#spatial.index;
  }

  #unforgotten<Q extends SpatialQuestion>(question: Q): Q {
    const { accepts } = question;
    const isWanted = (slot: number): boolean =>
      !this.#isForgotten(slot) && (accepts === undefined || accepts(slot));
    return { ...question, accepts: isWanted };
  }
}
