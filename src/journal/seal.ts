import { crc32 } from 'node:zlib';

/*
 * LevelDB has checksums of its own, but does not look at them when it reads from its tables: what is
 * kept in it has one more.
 */

/** A text with its checksum in front. */
export function seal(text: string): string {
  return `${crc32(text)} ${text}`;
}

/** The text; `undefined` where it is not what was sealed. */
export function unseal(sealed: string): string | undefined {
  const text = sealed.slice(sealed.indexOf(' ') + 1);
  return seal(text) === sealed ? text : undefined;
}
