import type { SegmentSpan } from './journal-segments.ts';

/*
 * Which segments are written anew. All that is kept is in memory, in the order of numbers, so this is
 * done without reading the disk: of a run of segments what has not changed again since is written in
 * their place.
 */

/** How many rows a journal writes at a time, and how many too many it may hold. */
export interface JournalSizes {
  /** The most rows of a segment, and of what a write takes in at a time. */
  readonly rowsASegment: number;
  /** So many rows more than twice the clients may be on disk before it is cleaned. */
  readonly slackRows: number;
}

/**
 * A row takes some 100 bytes: a segment is about 1 MB, a few milliseconds of work and of the disk's.
 * The slack spares small journals from being cleaned all the time.
 */
export const JOURNAL_SIZES: JournalSizes = { rowsASegment: 10_000, slackRows: 20_000 };

/** How many rows segments hold together. */
export function rowsOf(segments: readonly SegmentSpan[]): number {
  return segments.reduce((sum, { rows }) => sum + rows, 0);
}

/**
 * How many of the last segments are written anew along with new rows: each that what comes after it
 * is no smaller than. So a row is written again only when what it stands in has about doubled, and many
 * small writes leave few segments.
 *
 * @param rows how many new rows there are
 * @param mostRows how many may be written in all
 */
export function countToMerge(
  segments: readonly SegmentSpan[],
  rows: number,
  mostRows: number,
): number {
  let [merged, total] = [0, rows];
  for (;;) {
    const segment = segments.at(-1 - merged);
    if (segment === undefined || segment.rows > total) return merged;
    total += segment.rows;
    if (total > mostRows) return merged;
    merged += 1;
  }
}

/**
 * The segments that one step of cleaning writes anew: the next ones of a range of changes.
 *
 * @param after the last change of those that are clean already
 * @param upTo the last change of the range
 * @param mostRows how many rows they have at most, unless one alone has more
 */
export function nextToClean(
  segments: readonly SegmentSpan[],
  after: number,
  upTo: number,
  mostRows: number,
): readonly SegmentSpan[] {
  const rest = segments.filter(({ first, last }) => first > after && last <= upTo);
  let rows = 0;
  const end = rest.findIndex((segment, index) => {
    rows += segment.rows;
    return rows > mostRows && index > 0;
  });
  return end === -1 ? rest : rest.slice(0, end);
}

/** The list with others in the place of a run of its segments; the run may be empty, then so are they. */
export function replaceRun(
  segments: readonly SegmentSpan[],
  run: readonly SegmentSpan[],
  others: readonly SegmentSpan[],
): SegmentSpan[] {
  const [first] = run;
  return first === undefined
    ? [...segments]
    : segments.toSpliced(segments.indexOf(first), run.length, ...others);
}
