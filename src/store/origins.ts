import { isSameAt } from '../protocol/same-bytes.ts';

/** The most origins in use at once: what 16 bits of a row can name. */
const MAX_ORIGINS = 65_535;

/** Stands for an origin where there is no room for one more. */
export const NO_ORIGIN = 0;

/** A server in one of its epochs, as rows of a table refer to it. */
interface Origin {
  readonly name: Buffer;
  /** `AT `, the name and a space: how its lines begin. */
  readonly prefix: Buffer;
  readonly epoch: number;
  /** How many rows refer to it. One that no row refers to may be replaced by another. */
  rows: number;
  /** The greatest sequence number of all rows that ever referred to it. */
  highest: number;
}

/** The origins of a table's rows, each a server in one epoch, under small numbers. */
export class Origins {
  readonly #origins: (Origin | undefined)[] = [undefined];
  /** The number that was found last: the next record is often of the same origin. */
  #found = NO_ORIGIN;
  readonly #byKey = new Map<string, number>();

  /** Numbers of origins are from 1 up to this. */
  get count(): number {
    return this.#origins.length - 1;
  }

  /** The number of an origin, from 1; `NO_ORIGIN` where too many are in use. */
  numberOf(bytes: Buffer, start: number, end: number, epoch: number): number {
    const found = this.#origins[this.#found];
    if (found !== undefined && found.epoch === epoch && isName(found.name, bytes, start, end)) {
      return this.#found;
    }
    const key = `${epoch} ${bytes.toString('latin1', start, end)}`;
    const number = this.#byKey.get(key) ?? this.#add(key, bytes.subarray(start, end), epoch);
    if (number !== NO_ORIGIN) this.#found = number;
    return number;
  }

  /** Notes that one more row refers to an origin: with this record of its. */
  retain(number: number, sequence: number): void {
    const origin = this.#of(number);
    origin.rows += 1;
    if (sequence > origin.highest) origin.highest = sequence;
  }

  /** Notes that a row refers to it no more. */
  release(number: number): void {
    this.#of(number).rows -= 1;
  }

  name(number: number): Buffer {
    return this.#of(number).name;
  }

  prefix(number: number): Buffer {
    return this.#of(number).prefix;
  }

  epoch(number: number): number {
    return this.#of(number).epoch;
  }

  /** No record of the origin in a row has a greater sequence number. */
  highest(number: number): number {
    return this.#of(number).highest;
  }

  #of(number: number): Origin {
    const origin = this.#origins[number];
    if (origin === undefined) throw new RangeError(`There is no origin ${number}.`);
    return origin;
  }

  #add(key: string, bytes: Buffer, epoch: number): number {
    const number = this.#origins.length <= MAX_ORIGINS ? this.#origins.length : this.#takeUnused();
    if (number === NO_ORIGIN) return NO_ORIGIN;
    const name = Buffer.from(bytes);
    const prefix = Buffer.concat([Buffer.from('AT '), name, Buffer.from(' ')]);
    this.#origins[number] = { name, prefix, epoch, rows: 0, highest: 0 };
    this.#byKey.set(key, number);
    return number;
  }

  /** Takes away an origin that no row refers to; gives its number. */
  #takeUnused(): number {
    for (const [key, number] of this.#byKey) {
      if (this.#of(number).rows > 0) continue;
      this.#byKey.delete(key);
      if (this.#found === number) this.#found = NO_ORIGIN;
      return number;
    }
    return NO_ORIGIN;
  }
}

function isName(name: Buffer, bytes: Buffer, start: number, end: number): boolean {
  return name.length === end - start && isSameAt(name, 0, bytes, start, end);
}
