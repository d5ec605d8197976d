import type { OriginSequence } from './herd-source.ts';

/*
 * A version vector as text, each number in base 36:
 *
 *     <origin>:<epoch>:<sequence>,<origin>:<epoch>:<sequence>,…
 *
 * It has only characters that need no escape in a header, a URL and JSON.
 */

const ENTRY = /^([\w.-]{1,64}):([0-9a-z]{1,11}):([0-9a-z]{1,11})$/;

export function formatVector(entries: readonly OriginSequence[]): string {
  return entries
    .map(({ name, epoch, sequence }) => `${name}:${epoch.toString(36)}:${sequence.toString(36)}`)
    .join(',');
}

/** Reads the entries of a vector; `undefined` where a text is none. */
export function parseEntries(texts: readonly string[]): OriginSequence[] | undefined {
  const entries: OriginSequence[] = [];
  for (const text of texts) {
    const [, name = '', ...numbers] = ENTRY.exec(text) ?? [];
    const [epoch = Number.NaN, sequence = Number.NaN] = numbers.map((each) => parseInt(each, 36));
    if (!Number.isSafeInteger(epoch) || !Number.isSafeInteger(sequence)) return undefined;
    entries.push({ name, epoch, sequence });
  }
  return entries;
}
