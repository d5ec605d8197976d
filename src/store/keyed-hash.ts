/** A hash of bytes under a secret key, as a whole 32-bit number. */
export type KeyedHash = (bytes: Uint8Array, start: number, end: number) => number;

/**
 * HalfSipHash-1-3 with 32 bits of output (J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast
 * short-input PRF", and their reference code): without the key nobody can make up client IDs
 * that fall together in a hash table. 1 and 3 rounds are what Linux and Rust have in their tables.
 *
 * @param key0 the key, two 32-bit numbers
 */
export function halfSipHash(key0: number, key1: number): KeyedHash {
  const start2 = key0 ^ 0x6c796765;
  const start3 = key1 ^ 0x74656462;

  return (bytes, start, end) => {
    let [v0, v1, v2, v3] = [key0 | 0, key1 | 0, start2, start3];
    const length = end - start;
    const wordsEnd = end - (length & 3);
    // Words of four bytes, then one with what is left and the length, then three of nothing.
    const last = wordsEnd + 16;
    for (let at = start; at < last; at += 4) {
      let word = 0;
      if (at < wordsEnd) {
        word = wordAt(bytes, at);
      } else if (at === wordsEnd) {
        word = length << 24;
        for (let rest = end - 1; rest >= wordsEnd; rest--) {
          word |= (bytes[rest] ?? 0) << ((rest - wordsEnd) * 8);
        }
      } else if (at === wordsEnd + 4) {
        v2 ^= 0xff;
      }
      v3 ^= word;
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= word;
    }
    return v1 ^ v3;
  };
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}
