import { OFFSET_MASK, PagedInts } from './spatial-index-pages.ts';

/** A record is 16 bytes, so that none is in two cache lines. */
const RECORD_INTS = 4;
/** What its integers are. */
const [LATITUDE, LONGITUDE, PLACE, MASK] = [0, 1, 2, 3] as const;

/** The place of a slot that is not in the index: no slot is at 0, where a bucket's header is. */
export const NO_PLACE = 0;

/**
 * What the index has of each slot: where it is, its place in a bucket, and which bits of a coordinate are
 * the same all over its leaf. So a move within the leaf touches the slot's record alone.
 */
export class Records {
  readonly #ints = new PagedInts();

  /** How much memory they take, in bytes. */
  get sizeBytes(): number {
    return this.#ints.sizeBytes;
  }

  /** Makes room for a slot. */
  reserve(slot: number): void {
    this.#ints.reserve((slot + 1) * RECORD_INTS);
  }

  /** A slot's place in a bucket, or `NO_PLACE`. */
  place(slot: number): number {
    const at = slot * RECORD_INTS + PLACE;
    return at < this.#ints.length ? this.#ints.get(at) : NO_PLACE;
  }

  latitudeE7(slot: number): number {
    return this.#ints.get(slot * RECORD_INTS + LATITUDE);
  }

  longitudeE7(slot: number): number {
    return this.#ints.get(slot * RECORD_INTS + LONGITUDE);
  }

  /**
   * Notes where a slot stands.
   *
   * @param mask the bits of a coordinate that are the same all over its leaf
   */
  setPlace(slot: number, place: number, mask: number): void {
    const page = this.#ints.page(slot * RECORD_INTS);
    const at = (slot * RECORD_INTS) & OFFSET_MASK;
    page[at + PLACE] = place;
    page[at + MASK] = mask;
  }

  /**
   * Notes a slot's position.
   *
   * @returns 0 where its leaf is the same as before; else the bits in which the coordinates differ
   */
  setPosition(slot: number, latitudeE7: number, longitudeE7: number): number {
    const page = this.#ints.page(slot * RECORD_INTS);
    const at = (slot * RECORD_INTS) & OFFSET_MASK;
    const differing =
      ((page[at + LATITUDE] ?? 0) ^ latitudeE7) | ((page[at + LONGITUDE] ?? 0) ^ longitudeE7);
    page[at + LATITUDE] = latitudeE7;
    page[at + LONGITUDE] = longitudeE7;
    return (differing & (page[at + MASK] ?? 0)) === 0 ? 0 : differing;
  }
}
