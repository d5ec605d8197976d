import type { Random } from '../simulation/random.ts';

/*
 * Inputs are text of one character a byte, as the protocol's are.
 */

/** No input grows beyond this, in bytes: some lines that are longer than any may be. */
export const MOST_BYTES = 20_000;
const MOST_MUTATIONS = 4;
/** More pieces of one input than this only take time. */
const MOST_CHUNKS = 500;

/** Numbers at which something begins, ends or overflows. */
const NUMBERS = [
  ...'0 -1 1 00 .5 1e9 20 21 50 50.0000000001 59.999 60 90 180 255 4095 4096 4097'.split(' '),
  ...'16384 65535 65536 2147483648 999999999999999 9007199254740993 1.0000000001'.split(' '),
  '9'.repeat(400),
  '0'.repeat(400),
];

/** What inputs are made of and made worse with. */
export interface Material {
  /** Words that mean something to the reader of the input. */
  readonly words: readonly string[];
  /** Inputs to take pieces of. */
  readonly others: readonly string[];
}

type Mutation = (input: string, random: Random, material: Material) => string;

const MUTATIONS: readonly Mutation[] = [
  // other bytes
  (input, random) => replaced(input, random, 1, randomBytes(random, 1)),
  (input, random) => {
    const at = position(input, random);
    const flipped = input.charCodeAt(at) ^ (1 << random.integer(0, 7));
    return cut(input, at, 1, String.fromCharCode(flipped));
  },
  (input, random) => replaced(input, random, 0, randomBytes(random, random.integer(1, 8))),
  // other words
  (input, random, { words }) => replaced(input, random, 0, random.pick(words)),
  (input, random, { words }) => replaced(input, random, random.integer(1, 8), random.pick(words)),
  (input, random) => otherNumber(input, random, random.pick(NUMBERS)),
  (input, random) => otherNumber(input, random, String(random.integer(0, 70_000))),
  // less and more of the same
  (input, random) => replaced(input, random, random.integer(1, 20), ''),
  (input, random) => input.slice(0, position(input, random)),
  (input, random) => replaced(input, random, 0, piece(input, random)),
  (input, random) => {
    const times = random.integer(2, random.pick([3, 20, 400]));
    return replaced(input, random, 0, piece(input, random).repeat(times));
  },
  // pieces of others
  (input, random, { others }) => replaced(input, random, 0, piece(random.pick(others), random)),
  (input, random, { others }) => input + random.pick(others),
];

/** Changes an input in up to four places. */
export function mutate(input: string, random: Random, material: Material): string {
  let changed = input.slice(0, MOST_BYTES);
  for (let left = random.integer(0, MOST_MUTATIONS); left > 0; left--) {
    changed = random.pick(MUTATIONS)(changed, random, material).slice(0, MOST_BYTES);
  }
  return changed;
}

/** Cuts an input into pieces, as a socket might bring them: all at once, a few, or byte by byte. */
export function chunks(input: string, random: Random): Buffer[] {
  const bytes = Buffer.from(input, 'latin1');
  const most = random.pick([bytes.length, 1 + Math.ceil(bytes.length / 4), 100, 1]);
  if (bytes.length / most > MOST_CHUNKS) return [bytes];
  const pieces: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = start + random.integer(1, Math.max(1, most));
    pieces.push(bytes.subarray(start, end));
    start = end;
  }
  return pieces;
}

/** A number that follows from an input alone, for what is chosen when it is run. */
export function hashOf(input: string): number {
  let hash = 0x811c9dc5; // FNV-1a, 32 bits
  for (let i = 0; i < input.length; i++) {
    hash = Math.imul(hash ^ input.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

export function randomBytes(random: Random, length: number): string {
  return Array.from({ length }, () => String.fromCharCode(random.integer(0, 255))).join('');
}

function position(input: string, random: Random): number {
  return random.integer(0, input.length);
}

function piece(input: string, random: Random): string {
  const start = position(input, random);
  return input.slice(start, start + random.integer(1, random.pick([4, 40, 400])));
}

function cut(input: string, at: number, length: number, by: string): string {
  return input.slice(0, at) + by + input.slice(at + length);
}

function replaced(input: string, random: Random, length: number, by: string): string {
  return cut(input, position(input, random), length, by);
}

function otherNumber(input: string, random: Random, by: string): string {
  const numbers = [...input.matchAll(/\d+/g)];
  if (numbers.length === 0) return replaced(input, random, 0, by);
  const { 0: found, index } = random.pick(numbers);
  return cut(input, index, found.length, by);
}
