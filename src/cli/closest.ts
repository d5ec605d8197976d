/** More edits than this make another word of it. */
const MOST_EDITS = 2;

/** The one of `words` that `typed` was probably meant to be, or `undefined` when none is near. */
function closest(typed: string, words: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = Math.min(MOST_EDITS, typed.length - 1);
  for (const word of words) {
    const edits = distance(typed.toLowerCase(), word.toLowerCase());
    if (edits < fewest || (edits === fewest && best === undefined)) {
      best = word;
      fewest = edits;
    }
  }
  return best;
}

/** `; did you mean Riley?`, or nothing. */
export function didYouMean(typed: string, words: Iterable<string>): string {
  const word = closest(typed, words);
  return word === undefined ? '' : `; did you mean ${word}?`;
}

/** The number of characters to insert, drop or replace that make `a` into `b` (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
