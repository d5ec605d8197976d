const FIRST_CAPACITY = 16;

/** A sequence number for each origin, by the origin's number; 0 where there is none. */
export class SequenceNumbers {
  #values: Float64Array;
  /** How often a number was raised: where that is the same, all of it is. */
  raises = 0;

  constructor(values = new Float64Array(FIRST_CAPACITY)) {
    this.#values = values;
  }

  /** So many origins have room; those beyond have 0. */
  get length(): number {
    return this.#values.length;
  }

  of(origin: number): number {
    return this.#values[origin] ?? 0;
  }

  /** Sets an origin's number to a greater one; says whether it was greater. */
  raise(origin: number, sequence: number): boolean {
    if (origin < 0 || sequence <= this.of(origin)) return false;
    if (origin >= this.#values.length) {
      const grown = new Float64Array(Math.max(origin + 1, this.#values.length * 2));
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[origin] = sequence;
    this.raises += 1;
    return true;
  }

  /** Sets each number to the other's where that is greater. */
  raiseAll(other: SequenceNumbers): void {
    for (let origin = 0; origin < other.length; origin++) this.raise(origin, other.of(origin));
  }

  /** Whether each number is at least the other's. */
  covers(other: SequenceNumbers): boolean {
    for (let origin = 0; origin < other.length; origin++) {
      if (other.of(origin) > this.of(origin)) return false;
    }
    return true;
  }

  copy(): SequenceNumbers {
    return new SequenceNumbers(this.#values.slice());
  }
}
