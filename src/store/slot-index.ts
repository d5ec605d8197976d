/** Stands for a slot where there is none. */
export const NO_SLOT = -1;

/** How many places there are at first; always a power of two. */
const FIRST_PLACES = 2048;
/** A fuller table is doubled: linear probing gets slow beyond (Knuth, TAOCP 6.4). */
const MAX_LOAD = 0.75;

/**
 * A hash table from hashes to slots, with open addressing and linear probing: 4 bytes a place and
 * no object. Who looks for a slot goes through the places from `home` on until `NO_SLOT`.
 */
export class SlotIndex {
  readonly #hashOf: (slot: number) => number;
  /** The slot at each place plus one; 0 where there is none. */
  #places = new Int32Array(FIRST_PLACES);
  #count = 0;

  /** @param hashOf the hash of a slot that is in the index */
  constructor(hashOf: (slot: number) => number) {
    this.#hashOf = hashOf;
  }

  /** How many slots it holds. */
  get size(): number {
    return this.#count;
  }

  /** The place where slots of a hash begin. */
  home(hash: number): number {
    return hash & (this.#places.length - 1);
  }

  /** The slot at a place, or `NO_SLOT`. */
  at(place: number): number {
    return (this.#places[place] ?? 0) - 1;
  }

  /** The place after a place. */
  after(place: number): number {
    return (place + 1) & (this.#places.length - 1);
  }

  add(slot: number): void {
    if (this.#count >= this.#places.length * MAX_LOAD) this.#double();
    this.#put(slot);
    this.#count += 1;
  }

  /** Takes a slot out, and moves up those that it had pushed on (Knuth, TAOCP 6.4, algorithm R). */
  remove(slot: number): void {
    let gap = this.home(this.#hashOf(slot));
    while (this.at(gap) !== slot) {
      if (this.at(gap) === NO_SLOT) throw new RangeError(`Slot ${slot} is not in the index.`);
      gap = this.after(gap);
    }
    for (let place = this.after(gap); this.at(place) !== NO_SLOT; place = this.after(place)) {
      const home = this.home(this.#hashOf(this.at(place)));
      if (this.#distance(home, place) < this.#distance(gap, place)) continue;
      this.#places[gap] = this.at(place) + 1;
      gap = place;
    }
    this.#places[gap] = 0;
    this.#count -= 1;
  }

  #distance(from: number, to: number): number {
    return (to - from) & (this.#places.length - 1);
  }

  #put(slot: number): void {
    let place = this.home(this.#hashOf(slot));
    while (this.at(place) !== NO_SLOT) place = this.after(place);
    this.#places[place] = slot + 1;
  }

  #double(): void {
    const slots = this.#places;
    this.#places = new Int32Array(slots.length * 2);
    for (const entry of slots) {
      if (entry !== 0) this.#put(entry - 1);
    }
  }
}
