const LF = 0x0a;
const QUESTION_MARK = 0x3f;
const LETTER_A = 0x41;
const OPENING_BRACE = 0x7b;

/** The first byte of a TLS record of the kind `alert` (RFC 8446, section 5.1). No reply begins with it. */
const TLS_ALERT = 0x15;

/**
 * Counts the replies in what is received. A reply is a line that begins with `AT ` or `? `; after some of the
 * first kind places follow, of which no line begins so: those in the outermost braces are indented.
 */
export class ReplyCounter {
  /** The replies whose first line is complete. */
  count = 0;
  /** Those among them that answer an invalid command, `? `. */
  invalid = 0;
  /** Whether what was received so far ends within a reply. */
  isWithin = false;
  /** Whether the server speaks TLS. */
  isTls = false;
  #isBegun = false;
  /** The first byte of this line; `undefined` at its start. */
  #first: number | undefined;
  /** Whether places have begun and the empty line after them has not come. */
  #isInPlaces = false;

  /** More was received. */
  add(bytes: Uint8Array): void {
    if (!this.#isBegun) this.isTls = bytes[0] === TLS_ALERT;
    this.#isBegun = true;
    for (let start = 0; start < bytes.length;) {
      this.#first ??= bytes[start];
      const end = bytes.indexOf(LF, start);
      if (end === -1) break;
      this.#endLine();
      start = end + 1;
    }
    this.isWithin = this.#isInPlaces || this.#first !== undefined;
  }

  #endLine(): void {
    if (this.#first === LETTER_A || this.#first === QUESTION_MARK) this.count += 1;
    if (this.#first === QUESTION_MARK) this.invalid += 1;
    if (this.#first === OPENING_BRACE) this.#isInPlaces = true;
    if (this.#first === LF) this.#isInPlaces = false;
    this.#first = undefined;
  }
}
