import { isBlank } from '../../protocol/white-space.ts';

const LF = 0x0a;

/** Counts the commands in what is sent: lines that are more than white space. */
export class CommandCounter {
  /** The commands that are complete. */
  count = 0;
  /** Whether the line that is not complete yet has more than white space. */
  #isBegun = false;

  /** More was sent. */
  add(bytes: Uint8Array): void {
    let start = 0;
    for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, start)) {
      this.#take(bytes, start, end);
      this.end();
      start = end + 1;
    }
    this.#take(bytes, start, bytes.length);
  }

  /** No more is sent: the last line is a command without its LF, too. */
  end(): void {
    if (this.#isBegun) this.count += 1;
    this.#isBegun = false;
  }

  #take(bytes: Uint8Array, start: number, end: number): void {
    this.#isBegun ||= !isBlank(bytes, start, end);
  }
}
