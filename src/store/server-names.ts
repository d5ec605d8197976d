import { isSameAt } from '../protocol/same-bytes.ts';

/** The most names that are kept: the numbers of a byte but `NO_NAME`. A herd has fewer servers. */
export const MAX_NAMES = 255;

/** Stands for a name that is not kept. */
export const NO_NAME = 0;

/** Servers' names under small numbers: a million locations have a handful of origins. */
export class ServerNames {
  /** The name under each number, as bytes. */
  readonly #names: Buffer[] = [Buffer.alloc(0)];
  /** The number that was found last: the next location is often of the same origin. */
  #found = NO_NAME;

  /** The number of a name that is kept; `NO_NAME` where it is not. */
  find(bytes: Buffer, start: number, end: number): number {
    if (this.#found !== NO_NAME && isSame(this.name(this.#found), bytes, start, end)) {
      return this.#found;
    }
    for (let number = 1; number < this.#names.length; number++) {
      if (isSame(this.name(number), bytes, start, end)) return (this.#found = number);
    }
    return NO_NAME;
  }

  /** The number of a name, from 1; `NO_NAME` where too many are kept already. */
  numberOf(bytes: Buffer, start: number, end: number): number {
    const found = this.find(bytes, start, end);
    if (found !== NO_NAME || this.#names.length > MAX_NAMES) return found;
    return this.#names.push(Buffer.from(bytes.subarray(start, end))) - 1;
  }

  /** The name under a number. */
  name(number: number): Buffer {
    const name = this.#names[number];
    if (name === undefined) throw new RangeError(`There is no name ${number}.`);
    return name;
  }
}

function isSame(name: Buffer, bytes: Buffer, start: number, end: number): boolean {
  return name.length === end - start && isSameAt(name, 0, bytes, start, end);
}
