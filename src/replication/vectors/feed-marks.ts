import type { SequenceNumbers } from './sequence-numbers.ts';

/** How many marks are kept. Where there are more, every second one of the older half goes. */
const MAX_MARKS = 128;

interface Mark {
  /** A place in this server's change feed. */
  readonly seq: number;
  /** No record in the feed up to there has a greater sequence number of its origin. */
  readonly highest: SequenceNumbers;
}

/** Marks in this server's change feed, by which a neighbour that lacks little need not be read much. */
export class FeedMarks {
  #marks: Mark[] = [];

  add(seq: number, highest: SequenceNumbers): void {
    if (this.#marks.at(-1)?.seq === seq) return;
    this.#marks.push({ seq, highest: highest.copy() });
    if (this.#marks.length <= MAX_MARKS) return;
    const half = MAX_MARKS / 2;
    this.#marks = this.#marks.filter((_, index) => index >= half || index % 2 === 0);
  }

  /** After which change a neighbour of that version vector has to be read on from; 0: from the start. */
  startOf(vector: SequenceNumbers): number {
    return this.#marks.findLast(({ highest }) => vector.covers(highest))?.seq ?? 0;
  }
}
