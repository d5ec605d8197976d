import { ChangeReader } from '../store/change-stream.ts';
import { linesOf, type SegmentSpan } from './journal-segments.ts';
import type { LocationStore } from '../store/store.ts';

const LF = 0x0a;

/** Puts what a journal kept into a store, before anything else is in it. */
export class Restoration {
  readonly #store: LocationStore;
  readonly #head: number;
  readonly #spans: SegmentSpan[] = [];
  readonly #reader = new ChangeReader();
  /** The last change that the store has. */
  #last = 0;

  /** @param head the last change that the journal can hold */
  constructor(store: LocationStore, head: number) {
    this.#store = store;
    this.#head = head;
  }

  /** The segments taken in so far. */
  get spans(): readonly SegmentSpan[] {
    return this.#spans;
  }

  /**
   * Takes in the next segment, in the order of what they are known by: some milliseconds of work.
   *
   * A change that is not later than those before is passed over. That is where LevelDB has lost a
   * write: of two segments that overlap the newer has all of both that had not changed again by then.
   *
   * @param key the number by which it is known
   * @returns false where it is damaged
   */
  take(key: number, segment: Buffer): boolean {
    const lines = linesOf(segment);
    if (lines === undefined) return false;
    const reader = this.#reader;
    reader.restart();
    let [rows, last] = [0, 0];
    for (let start = 0; start < lines.length;) {
      const end = lines.indexOf(LF, start);
      if (end === -1) return false;
      const kind = reader.take({ bytes: lines, start, end, tooLong: false });
      start = end + 1;
      if (kind === 'header') continue;
      const { number, record } = reader;
      if (kind === 'invalid' || number > this.#head) return false;
      if (rows === 0 ? number !== key : number <= last) return false;
      if (number > this.#last) this.#store.replay(record, number);
      [rows, last] = [rows + 1, number];
    }
    this.#note({ first: key, last, rows, keys: [key] });
    return true;
  }

  #note(span: SegmentSpan): void {
    const before = span.first > this.#last ? undefined : this.#spans.pop();
    this.#last = Math.max(this.#last, span.last);
    if (before === undefined) this.#spans.push(span);
    else {
      const [rows, keys] = [before.rows + span.rows, [...before.keys, ...span.keys]];
      this.#spans.push({ first: before.first, last: this.#last, rows, keys });
    }
  }
}
