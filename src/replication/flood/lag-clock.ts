import type { SequenceNumbers } from '../vectors/sequence-numbers.ts';

/** How many marks are kept of an origin: so a lag is known to about an eighth, however long it is. */
const MAX_MARKS = 16;

/** The time at which an origin's records up to a number became known while some were missing. */
interface Mark {
  readonly sequence: number;
  readonly atMs: number;
}

/** How long a server has lacked what it lacks of each origin: the server itself, or a neighbour. */
export class LagClock {
  /** Of the origins with missing records; the oldest mark first. */
  readonly #marks = new Map<number, Mark[]>();

  /**
   * Notes the present state.
   *
   * @param had up to which sequence number the server has all of each origin
   * @param known up to which there are records
   */
  sample(had: SequenceNumbers, known: SequenceNumbers, nowMs: number): void {
    for (let origin = 0; origin < known.length; origin++) {
      const marks = this.#marks.get(origin);
      const isMissing = known.of(origin) > had.of(origin);
      if (isMissing) {
        const missing = marks?.filter(({ sequence }) => sequence > had.of(origin)) ?? [];
        this.#marks.set(origin, addMark(missing, { sequence: known.of(origin), atMs: nowMs }));
      } else if (marks !== undefined) this.#marks.delete(origin);
    }
  }

  /**
   * When the oldest record that is missing of an origin became known, of those that were missing at the last
   * sample; `undefined` where nothing is.
   *
   * @param had up to which sequence number the server has all of it by now
   */
  missingSince(origin: number, had: number): number | undefined {
    return this.#marks.get(origin)?.find(({ sequence }) => sequence > had)?.atMs;
  }
}

function addMark(marks: Mark[], mark: Mark): Mark[] {
  if (mark.sequence > (marks.at(-1)?.sequence ?? 0)) marks.push(mark);
  if (marks.length <= MAX_MARKS) return marks;
  const gaps = marks.map((_, index) => gapWithout(marks, index));
  return marks.toSpliced(gaps.indexOf(Math.min(...gaps)), 1);
}

/** How much time there would be between the marks around one, without it. The first and the last stay. */
function gapWithout(marks: readonly Mark[], index: number): number {
  const [before, after] = [marks[index - 1], marks[index + 1]];
  return before === undefined || after === undefined ? Infinity : after.atMs - before.atMs;
}
