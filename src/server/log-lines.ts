import { ByteWriter } from '../protocol/byte-writer.ts';
import { readableText } from '../protocol/readable-text.ts';
import type { Direction, PlainLines } from '../text/events.ts';
import { LEVELS, type LogEvent } from './log-events.ts';

/** A buffer that a burst has made larger than this, in bytes, is not kept. */
const MAX_KEPT_BYTES = 1024 * 1024;

const LF = 0x0a;
const BACKSLASH = 0x5c;
const LETTER_N = 0x6e;
const BAR = 0x7c;
const BRACE = 0x7d;

/** What lines of commands and replies are made of. */
const TRAFFIC_LEVEL = LEVELS.commands;
const EVENT_BYTES: Readonly<Record<Direction, Buffer>> = {
  commands: Buffer.from('"event":"commands","connection":'),
  replies: Buffer.from('"event":"replies","connection":'),
};
const TEXT_BYTES = Buffer.from(',"text":"');
const LENGTH_BYTES = Buffer.from('","bytes":');

/**
 * The bytes that need no escape in JSON and in a terminal: ASCII except quotes, backslashes and
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
  #trafficStart = Buffer.alloc(0);

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
   * Adds what was received or sent on a connection.
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
    this.#writeTrafficStart(event, connection, milliseconds);
    this.#writeText(text);
    this.#writeTrafficEnd(bytes);
  }

  /**
   * Adds lines that can be copied as they are. In place of their line ends, which JSON has no byte for,
   * each but the last is followed by `|`.
   */
  addPlain(event: Direction, connection: number, lines: PlainLines, milliseconds: number): void {
    const { bytes, start, end, ends, count } = lines;
    this.#writeTrafficStart(event, connection, milliseconds);
    const out = this.#out;
    const offset = out.length - start;
    out.copy(bytes, start, end);
    for (let line = 0; line < count - 1; line++) out.bytes[(ends[line] ?? 0) + offset] = BAR;
    this.#writeTrafficEnd(end - start + (event === 'replies' ? 1 : 0));
  }

  /** Writes how a line begins, of bytes that are the same for all lines of a millisecond. */
  #writeTrafficStart(event: Direction, connection: number, milliseconds: number): void {
    this.#setTime(milliseconds);
    const out = this.#out;
    out.copy(this.#trafficStart, 0, this.#trafficStart.length);
    const name = EVENT_BYTES[event];
    out.copy(name, 0, name.length);
    out.integer(connection);
    out.copy(TEXT_BYTES, 0, TEXT_BYTES.length);
  }

  #writeTrafficEnd(bytes: number): void {
    const out = this.#out;
    out.copy(LENGTH_BYTES, 0, LENGTH_BYTES.length);
    out.integer(bytes);
    out.byte(BRACE);
    out.byte(LF);
  }

  #writeStart(level: string, milliseconds: number): void {
    this.#setTime(milliseconds);
    this.#out.text(`{"level":"${level}","time":"${this.#time}",`);
  }

  /** Takes the time for the lines to come. */
  #setTime(milliseconds: number): void {
    if (milliseconds === this.#milliseconds) return;
    this.#milliseconds = milliseconds;
    this.#time = new Date(milliseconds).toISOString();
    this.#trafficStart = Buffer.from(`{"level":"${TRAFFIC_LEVEL}","time":"${this.#time}",`);
  }

  #writeUtf8(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    this.#out.copy(bytes, 0, bytes.length);
  }

  /**
   * Writes lines as the inside of a JSON string, without the line end after the last one; but with it where
   * a `|` in a line alone would be taken for the end of one.
   */
  #writeText(bytes: Buffer): void {
    const out = this.#out;
    const start = out.length;
    const end = bytes.at(-1) === LF ? bytes.length - 1 : bytes.length;
    // A line end takes two bytes.
    out.reserve(2 * end + 2);
    const into = out.bytes;
    let { length } = out;
    let hasBar = false;
    let hasLineEnd = false;
    for (let at = 0; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (IS_PLAIN[byte] === 1) {
        into[length++] = byte;
        hasBar ||= byte === BAR;
      } else if (byte === LF) {
        into[length++] = BACKSLASH;
        into[length++] = LETTER_N;
        hasLineEnd = true;
      } else {
        out.length = start;
        return this.#writeUnusual(bytes.toString('latin1', 0, end));
      }
    }
    out.length = length;
    if (hasBar && !hasLineEnd) out.text('\\n');
  }

  #writeUnusual(text: string): void {
    const lines = text.split('\n').map(readableText);
    if (lines.length === 1 && text.includes('|')) lines.push('');
    const readable = lines.join('\n');
    this.#writeUtf8(JSON.stringify(readable).slice(1, -1));
  }
}
