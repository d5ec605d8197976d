/** Stands for a slot where there is none. */
export const NO_SLOT = -1;

/** How many places there are at first; always a power of two. */
const FIRST_PLACES = 2048;
/** A fuller table is doubled: linear probing gets slow beyond (Knuth, TAOCP 6.4). */
const MAX_LOAD = 0.75;
/**
 * How many places of the smaller table are moved at each change while there are two: the larger one is
 * not full before all are, and no change waits for the whole table, which takes 50 ms at a million.
 */
const PLACES_A_STEP = 64;

/** Marks a place whose slot has been taken out or has moved on: a search goes on behind it. */
const PASSED = -1;

/** What distinguishes slots of the same hash. */
export interface SlotKeys {
  /** Whether a slot's key is the bytes from `start` to `end`. */
  isKey(slot: number, bytes: Uint8Array, start: number, end: number): boolean;
}

/** One table with open addressing and linear probing: at each place a hash and, beside it, a slot plus one. */
class Places {
  readonly entries: Int32Array;
  readonly mask: number;

  constructor(count: number) {
    this.entries = new Int32Array(2 * count);
    this.mask = count - 1;
  }

  get count(): number {
    return this.mask + 1;
  }

  /** The place of a key, or -1. */
  find(hash: number, keys: SlotKeys, bytes: Uint8Array, start: number, end: number): number {
    const { entries, mask } = this;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const entry = entries[2 * place + 1] ?? 0;
      if (entry === 0) return -1;
      if (entries[2 * place] !== hash || entry === PASSED) continue;
      if (keys.isKey(entry - 1, bytes, start, end)) return place;
    }
  }

  put(hash: number, entry: number): void {
    const { entries, mask } = this;
    let place = hash & mask;
    while (entries[2 * place + 1] !== 0) place = (place + 1) & mask;
    entries[2 * place] = hash;
    entries[2 * place + 1] = entry;
  }

  /** Empties a place, and moves up those that it had pushed on (Knuth, TAOCP 6.4, algorithm R). */
  empty(place: number): void {
    const { entries, mask } = this;
    let gap = place;
    for (let next = (gap + 1) & mask; entries[2 * next + 1] !== 0; next = (next + 1) & mask) {
      const home = (entries[2 * next] ?? 0) & mask;
      if (((next - home) & mask) < ((next - gap) & mask)) continue;
      entries[2 * gap] = entries[2 * next] ?? 0;
      entries[2 * gap + 1] = entries[2 * next + 1] ?? 0;
      gap = next;
    }
    entries[2 * gap + 1] = 0;
  }
}

/** A hash table from keys, which are kept elsewhere, to slots. It grows a little at each change. */
export class SlotIndex {
  readonly #keys: SlotKeys;
  #places = new Places(FIRST_PLACES);
  /** The smaller table, while its content moves into the larger one, and how far that has come. */
  #old: Places | undefined;
  #moved = 0;
  #count = 0;

  constructor(keys: SlotKeys) {
    this.#keys = keys;
  }

  /** How many slots are in it. */
  get size(): number {
    return this.#count;
  }

  /** How much memory it takes, in bytes. */
  get sizeBytes(): number {
    return this.#places.entries.byteLength + (this.#old?.entries.byteLength ?? 0);
  }

  /** The slot of a key, or `NO_SLOT`. */
  find(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const place = this.#places.find(hash, this.#keys, bytes, start, end);
    if (place >= 0) return (this.#places.entries[2 * place + 1] ?? 0) - 1;
    const old = this.#old;
    if (old === undefined) return NO_SLOT;
    const oldPlace = old.find(hash, this.#keys, bytes, start, end);
    return oldPlace < 0 ? NO_SLOT : (old.entries[2 * oldPlace + 1] ?? 0) - 1;
  }

  /** Adds a slot whose key is not in the index. */
  add(hash: number, slot: number): void {
    this.#move();
    if (this.#count >= this.#places.count * MAX_LOAD) this.#double();
    this.#places.put(hash, slot + 1);
    this.#count += 1;
  }

  /** Takes out the slot of a key. */
  remove(hash: number, bytes: Uint8Array, start: number, end: number): void {
    this.#move();
    const place = this.#places.find(hash, this.#keys, bytes, start, end);
    if (place >= 0) this.#places.empty(place);
    else this.#removeOld(hash, bytes, start, end);
    this.#count -= 1;
  }

  #removeOld(hash: number, bytes: Uint8Array, start: number, end: number): void {
    const place = this.#old?.find(hash, this.#keys, bytes, start, end) ?? -1;
    if (this.#old === undefined || place < 0) throw new RangeError('The key is not in the index.');
    this.#old.entries[2 * place + 1] = PASSED;
  }

  #double(): void {
    this.#move(Infinity);
    this.#old = this.#places;
    this.#moved = 0;
    this.#places = new Places(2 * this.#old.count);
  }

  /** Moves some of the smaller table. */
  #move(most = PLACES_A_STEP): void {
    const old = this.#old;
    if (old === undefined) return;
    const { entries } = old;
    const last = Math.min(old.count, this.#moved + most);
    for (let place = this.#moved; place < last; place++) {
      const entry = entries[2 * place + 1] ?? 0;
      if (entry === 0 || entry === PASSED) continue;
      this.#places.put(entries[2 * place] ?? 0, entry);
      entries[2 * place + 1] = PASSED;
    }
    this.#moved = last;
    if (last === old.count) this.#old = undefined;
  }
}
