/*
 * Names and IDs are other people's text. Beside other text they are shown so that they change nothing but their own place:
 * `<bdi>` alone does not keep to itself what has control characters of its own.
 */

/** Most text: what is printed of ASCII. */
const PLAIN = /^[\x20-\x7e]*$/;
/** Set the direction of what comes after them, also after the end of the text. */
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/g;
/** More marks on one letter cover the lines above and below. Languages write up to four. */
const TOWERS = /(\p{M}{4})\p{M}+/gu;
/** Something that takes ink. */
const INK = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** IDs can have thousands of characters: in a sentence it is so many. */
const CHARACTERS_IN_SENTENCE = 64;

const segmenter = new Intl.Segmenter();

/** A name or an ID for display: one without visible characters is percent-encoded. */
export function shownText(text: string): string {
  if (PLAIN.test(text)) return text;
  const shown = text.replace(DIRECTIONS, '').replace(TOWERS, '$1');
  return INK.test(shown) ? shown : encodeURIComponent(text);
}

/** A name or an ID in a sentence that is plain text: short, and its direction is its own (Unicode's FSI and PDI around it). */
export function isolated(text: string): string {
  return `\u2068${shortened(shownText(text), CHARACTERS_IN_SENTENCE)}\u2069`;
}

/** A text of at most so many characters, as a reader counts them. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const characters = Array.from(segmenter.segment(text), ({ segment }) => segment);
  if (characters.length <= most) return text;
  return `${characters.slice(0, most - 1).join('')}…`;
}
