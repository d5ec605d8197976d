/** A server-sent event (HTML Living Standard, 9.2.6). */
export interface SseMessage {
  readonly event: string;
  readonly data: string;
  /** The cursor that came with it; `undefined` where none did. */
  readonly id: string | undefined;
}

/** What waits for its end may have so many characters: many times the longest event. */
const MAX_WAITING = 1_000_000;

/** Makes events of the text of a stream, which comes in pieces. */
export class SseParser {
  #waiting = '';
  #event = '';
  #data: string[] = [];
  #id: string | undefined;

  /**
   * Takes the next piece. Returns the events that it completes. One without data is returned where it has an ID.
   *
   * @throws {RangeError} where a line does not end
   */
  take(piece: string): SseMessage[] {
    const lines = (this.#waiting + piece).split('\n');
    this.#waiting = lines.pop() ?? '';
    if (this.#waiting.length > MAX_WAITING) throw new RangeError('an event does not end');
    return lines.flatMap((line) => this.#takeLine(line.endsWith('\r') ? line.slice(0, -1) : line));
  }

  #takeLine(line: string): SseMessage[] {
    if (line === '') return this.#complete();
    const at = line.indexOf(':');
    const field = at === -1 ? line : line.slice(0, at);
    const value = at === -1 ? '' : line.slice(at + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    if (field === 'data') this.#data.push(value);
    if (field === 'id') this.#id = value;
    return [];
  }

  #complete(): SseMessage[] {
    const message = { event: this.#event, data: this.#data.join('\n'), id: this.#id };
    const isEmpty = this.#data.length === 0 && this.#id === undefined;
    this.#event = '';
    this.#data = [];
    this.#id = undefined;
    return isEmpty ? [] : [message];
  }
}
