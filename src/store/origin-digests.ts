import { MAX_NAMES } from './server-names.ts';

/** So many states are kept of the last ones, and so many of the sampled ones. */
const SEEN = 256;
/** One state in so many is a sample; a power of two. With `SEEN` of them, 65,536 changes back. */
const SAMPLE = 256;

/** The sum of the hashes of all locations of one origin: 64 bits, as two whole numbers of 32. */
export interface Digest {
  readonly low: number;
  readonly high: number;
}

/** What a server had of one origin when its change feed was at a number. */
export interface DigestAt extends Digest {
  readonly number: number;
}

/**
 * Sums up what is held of each origin, so that two servers can tell that they hold the very same of
 * it, or did. Each change costs a subtraction and an addition, whatever the order of changes.
 *
 * Servers pass through the same states, but not at the same time. So the states of a watched origin
 * are kept: the last ones, and of those before only samples. Which states are samples is in the
 * location that led to them, so that all servers keep the same ones.
 */
export class OriginDigests {
  readonly #low = new Int32Array(MAX_NAMES + 1);
  readonly #high = new Int32Array(MAX_NAMES + 1);
  readonly #seen: (SeenDigests | undefined)[] = [];
  /** The last sampled state of each origin, and the number at which it was reached; 0: none. */
  readonly #sampledLow = new Int32Array(MAX_NAMES + 1);
  readonly #sampledHigh = new Int32Array(MAX_NAMES + 1);
  readonly #sampledAt = new Float64Array(MAX_NAMES + 1);
  /** The origin whose present state is a sample that has no number yet; else 0. */
  #unnumbered = 0;
  /** The hash made last. */
  #hashLow = 0;
  #hashHigh = 0;

  /** Takes a location out of an origin's sum: `put` another one in, or `changed` follows. */
  take(origin: number, epoch: number, sequence: number): void {
    this.#hash(epoch, sequence);
    this.#low[origin] = (this.#low[origin] ?? 0) - this.#hashLow;
    this.#high[origin] = (this.#high[origin] ?? 0) - this.#hashHigh;
  }

  /** Adds a location to an origin's sum. */
  put(origin: number, epoch: number, sequence: number): void {
    this.#hash(epoch, sequence);
    this.#low[origin] = (this.#low[origin] ?? 0) + this.#hashLow;
    this.#high[origin] = (this.#high[origin] ?? 0) + this.#hashHigh;
    const isSample = (this.#hashHigh & (SAMPLE - 1)) === 0;
    if (isSample) this.#unnumbered = origin;
    this.#seen[origin]?.note(this.#low[origin], this.#high[origin], isSample);
  }

  /** Notes that an origin's sum is one to be compared: something was taken out, and nothing put in. */
  changed(origin: number): void {
    this.#seen[origin]?.note(this.#low[origin] ?? 0, this.#high[origin] ?? 0, false);
  }

  /** Notes the number that the change feed has come to by what was put in last. */
  reached(number: number): void {
    const origin = this.#unnumbered;
    if (origin === 0) return;
    this.#unnumbered = 0;
    this.#sampledLow[origin] = this.#low[origin] ?? 0;
    this.#sampledHigh[origin] = this.#high[origin] ?? 0;
    this.#sampledAt[origin] = number;
  }

  /** What is held of an origin. */
  of(origin: number): Digest {
    return { low: this.#low[origin] ?? 0, high: this.#high[origin] ?? 0 };
  }

  /** The last sampled state of an origin, if there was one. */
  sampleOf(origin: number): DigestAt | undefined {
    const number = this.#sampledAt[origin] ?? 0;
    if (number === 0) return undefined;
    const [low, high] = [this.#sampledLow[origin] ?? 0, this.#sampledHigh[origin] ?? 0];
    return { number, low, high };
  }

  /** Begins to keep the states of an origin. */
  watch(origin: number): void {
    this.#seen[origin] ??= new SeenDigests();
    this.changed(origin);
  }

  /** Whether what is held of an origin was this at some time since it is watched. May have been forgotten. */
  hasBeen(origin: number, digest: Digest): boolean {
    return this.#seen[origin]?.has(digest) ?? false;
  }

  /**
   * Two hashes of 32 bits of a record's identity, mixed by the end of MurmurHash3, so that a sum of many
   * tells sets apart.
   */
  #hash(epoch: number, sequence: number): void {
    const high = Math.floor(epoch / 2 ** 32) ^ Math.floor(sequence / 2 ** 32);
    const low = mix((epoch ^ Math.imul(high, 0x9e3779b1)) | 0);
    this.#hashLow = mix(low ^ sequence);
    this.#hashHigh = mix(Math.imul(low, 0x5bd1e995) ^ Math.imul(sequence, 0x2545f491));
  }
}

function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** The states that one origin was in last, and samples of those before. */
class SeenDigests {
  readonly #last = new DigestRing();
  readonly #samples = new DigestRing();

  note(low: number, high: number, isSample: boolean): void {
    this.#last.push(low, high);
    if (isSample) this.#samples.push(low, high);
  }

  has(digest: Digest): boolean {
    return this.#last.has(digest) || this.#samples.has(digest);
  }
}

/** The last `SEEN` digests. What was never written stands for nothing held, which is nothing missed. */
class DigestRing {
  readonly #low = new Int32Array(SEEN);
  readonly #high = new Int32Array(SEEN);
  #at = 0;

  push(low: number, high: number): void {
    this.#low[this.#at] = low;
    this.#high[this.#at] = high;
    this.#at = (this.#at + 1) % SEEN;
  }

  has({ low, high }: Digest): boolean {
    return this.#low.some((seen, at) => seen === low && this.#high[at] === high);
  }
}
