import type { ByteWriter } from '../protocol/byte-writer.ts';

/*
 * Skews, positions and times are made of few letters: two of them fit in a byte.
 */

const LETTERS = '0123456789+-. /';
/** Fills up the last byte where the letters are an odd number. */
const FILLER = 15;
const NO_LETTER = 0xff;

/** The four bits of each letter, `NO_LETTER` where a byte is none. */
const BITS = new Uint8Array(256).fill(NO_LETTER);
for (let bits = 0; bits < LETTERS.length; bits++) BITS[LETTERS.charCodeAt(bits)] = bits;

/** The letters of four bits. */
const LETTER = Buffer.from(LETTERS);

/** How many bytes so many letters take. */
export function packedLength(letters: number): number {
  return (letters + 1) >> 1;
}

/**
 * Packs letters, two in a byte.
 *
 * @param into where to write them, from `at` on; there is room for `packedLength` bytes
 * @returns false where a byte is no letter; something is written all the same
 */
export function pack(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: Uint8Array,
  at: number,
): boolean {
  let seen = 0;
  let to = at;
  let from = start;
  for (; from + 1 < end; from += 2) {
    const first = BITS[bytes[from] ?? 0] ?? NO_LETTER;
    const second = BITS[bytes[from + 1] ?? 0] ?? NO_LETTER;
    seen |= first | second;
    into[to++] = (first << 4) | second;
  }
  if (from < end) {
    const last = BITS[bytes[from] ?? 0] ?? NO_LETTER;
    seen |= last;
    into[to] = (last << 4) | FILLER;
  }
  return seen < 16;
}

/** Writes the letters that were packed. */
export function unpack(bytes: Uint8Array, start: number, end: number, out: ByteWriter): void {
  out.reserve(2 * (end - start));
  const into = out.bytes;
  let { length } = out;
  for (let at = start; at < end; at++) {
    const pair = bytes[at] ?? 0;
    into[length++] = LETTER[pair >> 4] ?? 0;
    into[length++] = LETTER[pair & 15] ?? 0;
  }
  if (end > start && ((bytes[end - 1] ?? 0) & 15) === FILLER) length -= 1;
  out.length = length;
}
