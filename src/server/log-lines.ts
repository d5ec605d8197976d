import { ByteWriter } from '../protocol/byte-writer.ts';
import { readableText } from '../protocol/readable-text.ts';
import type { Direction } from '../text/events.ts';
import { LEVELS, type LogEvent } from './log-events.ts';

/** A buffer that a burst has made larger than this, in bytes, is not kept. */
const MAX_KEPT_BYTES = 1024 * 1024;

const LF = 0x0a;
const BACKSLASH = 0x5c;
const LETTER_N = 0x6e;

/**
 * The bytes that stand for themselves in JSON and in a terminal: ASCII but quotes, backslashes and
 * control characters.
 */
const IS_PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== BACKSLASH ? 1 : 0,
);

/** Lines of the log that wait to be written: JSON objects, in UTF-8. */
export class LogLines {
  readonly #capacity: number;
  #out: ByteWriter;
  /** The time of the last line, and its text: a busy server writes hundreds in a millisecond. */
  #milliseconds = Number.NaN;
  #time = '';

  /** @param capacity how many bytes there is room for before it has to grow */
  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#out = new ByteWriter(capacity);
  }

  /** How many bytes there are. */
  get length(): number {
    return this.#out.length;
  }

  /** A view of all of them. */
  get bytes(): Buffer {
    return this.#out.view();
  }

  /** Forgets them, and what memory they had beyond the usual. */
  clear(): void {
    if (this.#out.bytes.length > MAX_KEPT_BYTES) this.#out = new ByteWriter(this.#capacity);
    this.#out.length = 0;
  }

  add(event: LogEvent, milliseconds: number): void {
    this.#writeStart(LEVELS[event.event], milliseconds);
    this.#writeUtf8(JSON.stringify(event).slice(1));
    this.#out.byte(LF);
  }

  /**
   * Adds what was heard or said on a connection.
   *
   * @param text a view of it
   * @param bytes how long the whole was
   */
  addText(
    event: Direction,
    connection: number,
    text: Buffer,
    bytes: number,
    milliseconds: number,
  ): void {
    this.#writeStart(LEVELS[event], milliseconds);
    this.#out.text(`"event":"${event}","connection":${connection},"text":"`);
    this.#writeText(text);
    this.#out.text(`","bytes":${bytes}}\n`);
  }

  #writeStart(level: string, milliseconds: number): void {
    if (milliseconds !== this.#milliseconds) {
      this.#milliseconds = milliseconds;
      this.#time = new Date(milliseconds).toISOString();
    }
    this.#out.text(`{"level":"${level}","time":"${this.#time}",`);
  }

  #writeUtf8(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    this.#out.copy(bytes, 0, bytes.length);
  }

  /** Writes lines as the inside of a JSON string, without the line end after the last one. */
  #writeText(bytes: Buffer): void {
    const out = this.#out;
    const start = out.length;
    const end = bytes.at(-1) === LF ? bytes.length - 1 : bytes.length;
    // A line end takes two bytes.
    out.reserve(2 * end);
    const into = out.bytes;
    let { length } = out;
    for (let at = 0; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (IS_PLAIN[byte] === 1) {
        into[length++] = byte;
      } else if (byte === LF) {
        into[length++] = BACKSLASH;
        into[length++] = LETTER_N;
      } else {
        out.length = start;
        return this.#writeUnusual(bytes.toString('latin1', 0, end));
      }
    }
    out.length = length;
  }

  #writeUnusual(text: string): void {
    const readable = text.split('\n').map(readableText).join('\n');
    this.#writeUtf8(JSON.stringify(readable).slice(1, -1));
  }
}
