import { isSameAt } from '../../protocol/same-bytes.ts';

/**
 * How many origins are numbered: a server begins one each time it starts. The records of those beyond are sent to
 * all neighbours and claimed by no server, which costs messages and no correctness.
 */
const MAX_ORIGINS = 65_535;

/** Stands for an origin that has no number. */
export const NO_ORIGIN = -1;

/** One life of a server's sequence of records: its name and epoch. */
export interface Origin {
  readonly name: string;
  readonly epoch: number;
}

/** The origins that a server knows of, under numbers from 0 in the order in which it met them. */
export class OriginNumbers {
  readonly #origins: Origin[] = [];
  readonly #numbers = new Map<string, number>();
  /** What was asked for last: records come in runs of one origin. */
  #lastName: Buffer = Buffer.alloc(0);
  #lastEpoch = -1;
  #last = NO_ORIGIN;

  get count(): number {
    return this.#origins.length;
  }

  /** The number of the origin of that epoch whose name the bytes are. */
  of(bytes: Buffer, start: number, end: number, epoch: number): number {
    if (
      epoch === this.#lastEpoch &&
      end - start === this.#lastName.length &&
      isSameAt(this.#lastName, 0, bytes, start, end)
    ) {
      return this.#last;
    }
    this.#last = this.named(bytes.toString('latin1', start, end), epoch);
    this.#lastName = Buffer.from(bytes.subarray(start, end));
    this.#lastEpoch = epoch;
    return this.#last;
  }

  /** The number of an origin, by its name. */
  named(name: string, epoch: number): number {
    const key = `${epoch} ${name}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#origins.length;
    if (number >= MAX_ORIGINS) return NO_ORIGIN;
    this.#origins.push({ name, epoch });
    this.#numbers.set(key, number);
    return number;
  }

  /** The number of an origin that has one already; else `NO_ORIGIN`. */
  find(name: string, epoch: number): number {
    return this.#numbers.get(`${epoch} ${name}`) ?? NO_ORIGIN;
  }

  /** The origin that has a number. */
  at(number: number): Origin {
    const origin = this.#origins[number];
    if (origin === undefined) throw new RangeError(`There is no origin ${number}.`);
    return origin;
  }
}

/** An origin as links and the journal write it: `NAME EPOCH`. */
export function formatOrigin({ name, epoch }: Origin): string {
  return `${name} ${epoch}`;
}
