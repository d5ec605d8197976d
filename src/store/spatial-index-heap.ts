/** A heap of pairs of a key and a number, ordered by key, then by number. */
export class PairHeap {
  readonly #keys: number[] = [];
  readonly #numbers: number[] = [];

  get size(): number {
    return this.#keys.length;
  }

  /** The least pair's key, or infinity where there is none. */
  get leastKey(): number {
    return this.#keys[0] ?? Infinity;
  }

  /** The least pair's number, or infinity where there is none. */
  get leastNumber(): number {
    return this.#numbers[0] ?? Infinity;
  }

  push(key: number, number: number): void {
    const [keys, numbers] = [this.#keys, this.#numbers];
    let at = keys.length;
    keys.push(key);
    numbers.push(number);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#isLess(key, number, above)) break;
      keys[at] = keys[above] ?? 0;
      numbers[at] = numbers[above] ?? 0;
      at = above;
    }
    keys[at] = key;
    numbers[at] = number;
  }

  /** Takes the least pair out. */
  pop(): void {
    const key = this.#keys.pop();
    const number = this.#numbers.pop();
    if (key === undefined || number === undefined || this.size === 0) return;
    this.replaceLeast(key, number);
  }

  /** Puts a pair in the place of the least one. */
  replaceLeast(key: number, number: number): void {
    const [keys, numbers] = [this.#keys, this.#numbers];
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= keys.length) break;
      if (below + 1 < keys.length && this.#isBefore(below + 1, below)) below += 1;
      if (this.#isLess(key, number, below)) break;
      keys[at] = keys[below] ?? 0;
      numbers[at] = numbers[below] ?? 0;
      at = below;
    }
    keys[at] = key;
    numbers[at] = number;
  }

  #isLess(key: number, number: number, other: number): boolean {
    const otherKey = this.#keys[other] ?? 0;
    return key < otherKey || (key === otherKey && number < (this.#numbers[other] ?? 0));
  }

  #isBefore(one: number, other: number): boolean {
    return this.#isLess(this.#keys[one] ?? 0, this.#numbers[one] ?? 0, other);
  }
}
