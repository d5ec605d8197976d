/**
 * The order of the answers to a question that is asked again and again. One that comes late, after the answer to a question that
 * was asked later, says how things were before.
 */
export class AnswerOrder {
  #lastAsked = 0;
  #newestTaken = 0;

  /** Notes that the question is asked now. Returns the number of its answer. */
  ask(): number {
    return ++this.#lastAsked;
  }

  /** Whether an answer is to be taken: it is not where a newer one was. */
  take(asked: number): boolean {
    if (asked < this.#newestTaken) return false;
    this.#newestTaken = asked;
    return true;
  }
}
