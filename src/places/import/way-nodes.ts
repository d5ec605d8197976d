import type { UnitPosition } from './pbf-block.ts';

/** Where the nodes of ways are. */
export class WayNodes {
  /** Grows by doubling. */
  #ids = new Float64Array(1024);
  #count = 0;
  #latitudes = new Int32Array();
  #longitudes = new Int32Array();
  #isKnown = new Uint8Array();
  /** Where the last node was found or would be: nodes of a file come in the order of their IDs. */
  #last = 0;

  /** How many IDs there are; after `prepare`, how many different ones. */
  get count(): number {
    return this.#count;
  }

  /** Wants the positions of nodes. */
  add(ids: readonly number[]): void {
    if (this.#count + ids.length > this.#ids.length) {
      const larger = new Float64Array(Math.max(2 * this.#ids.length, this.#count + ids.length));
      larger.set(this.#ids.subarray(0, this.#count));
      this.#ids = larger;
    }
    this.#ids.set(ids, this.#count);
    this.#count += ids.length;
  }

  /** To be called once between the last `add` and the first `set`. */
  prepare(): void {
    const sorted = this.#ids.subarray(0, this.#count).sort();
    let distinct = 0;
    for (const [i, id] of sorted.entries()) {
      if (i === 0 || id !== sorted[i - 1]) sorted[distinct++] = id;
    }
    this.#count = distinct;
    this.#ids = sorted.subarray(0, distinct);
    this.#latitudes = new Int32Array(distinct);
    this.#longitudes = new Int32Array(distinct);
    this.#isKnown = new Uint8Array(distinct);
  }

  /** Says where a node is, whether it is wanted or not. */
  set(id: number, { latitude, longitude }: UnitPosition): void {
    const at = this.#find(id);
    if (at === undefined) return;
    this.#latitudes[at] = latitude;
    this.#longitudes[at] = longitude;
    this.#isKnown[at] = 1;
  }

  /** Where a node is; `undefined` where the file does not have it. */
  get(id: number): UnitPosition | undefined {
    const at = this.#find(id);
    if (at === undefined || this.#isKnown[at] !== 1) return undefined;
    return { latitude: this.#latitudes[at] ?? 0, longitude: this.#longitudes[at] ?? 0 };
  }

  #find(id: number): number | undefined {
    const ids = this.#ids;
    const last = ids[this.#last];
    // Most nodes are of no way, and lie between the same two IDs as the one before.
    const isHere = this.#last === this.#count || (last !== undefined && id <= last);
    const isAfter = this.#last === 0 || id > (ids[this.#last - 1] ?? Infinity);
    if (!isHere || !isAfter) this.#last = this.#firstNotBelow(id);
    return ids[this.#last] === id ? this.#last : undefined;
  }

  #firstNotBelow(id: number): number {
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ids[middle] ?? Infinity) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
