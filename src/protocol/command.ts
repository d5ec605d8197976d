import { latin1 } from './latin1.ts';
import { readPosition } from './position.ts';
import { NO_END, Report } from './report.ts';
import { isSameAt } from './same-bytes.ts';
import { digitsEnd, digitsValue, scanTimestamp, type MutableInstant } from './timestamp.ts';
import { Fields } from './white-space.ts';

/** The most bytes of a command, its LF not counted: room for an ID of a few thousand bytes. */
export const MAX_COMMAND_BYTES = 4096;

/** The largest radius of a search, in kilometres: what Google's Nearby Search allows. */
const MAX_RADIUS_KM = 50;
/** The largest bound on a search's results: one page of Google's Nearby Search. */
const MAX_BOUND = 20;

const SPACE = 0x20;
const ZERO = 0x30;
const POINT = 0x2e;
const [A, I, M, T] = [0x41, 0x49, 0x4d, 0x54];
const IAMAT = Buffer.from('IAMAT');
/** The length of `IAMAT ` where a report begins in the usual form. */
const REPORT_OFFSET = 6;
const E7 = 10_000_000;
const WHATSAT = Buffer.from('WHATSAT');

/** `IAMAT client position time`: a client reports its location. The texts are as they were sent. */
export interface Iamat {
  readonly name: 'IAMAT';
  readonly client: string;
  readonly position: string;
  readonly time: string;
}

/** `WHATSAT client radius bound`: a client asks for places near another. */
export interface Whatsat {
  readonly name: 'WHATSAT';
  readonly client: string;
  readonly radiusKm: number;
  /** The most places wanted. */
  readonly bound: number;
}

export type Command = Iamat | Whatsat;

/**
 * Reads commands where they stand, among received bytes: one object for all commands of a port,
 * which says what the last one was.
 */
export class CommandScanner extends Report {
  readonly #fields = new Fields(4);
  readonly #clientTime: MutableInstant = { seconds: 0, nanoseconds: 0 };
  /** The radius of a `WHATSAT`, in kilometres. */
  radiusKm = 0;
  /** The most places that a `WHATSAT` wants. */
  bound = 0;

  /**
   * Reads an `IAMAT` that begins at `start` and ends at an LF or at `end`, where it is written in the
   * usual form.
   *
   * @returns where it ends; `NO_END` where it is not in that form: then `scan` says what it is
   */
  scanReport(bytes: Buffer, start: number, end: number): number {
    if (
      bytes[start] !== I ||
      bytes[start + 1] !== A ||
      bytes[start + 2] !== M ||
      bytes[start + 3] !== A ||
      bytes[start + 4] !== T ||
      bytes[start + 5] !== SPACE
    ) {
      return NO_END;
    }
    const reportEnd = this.scanTail(bytes, start + REPORT_OFFSET, end);
    return reportEnd - start > MAX_COMMAND_BYTES ? NO_END : reportEnd;
  }

  /** Reads the command line from `start` to `end`. `undefined` where it is not a valid command. */
  scan(bytes: Buffer, start: number, end: number): Command['name'] | undefined {
    if (this.scanReport(bytes, start, end) === end) return 'IAMAT';
    this.bytes = bytes;
    this.#fields.scan(bytes, start, end);
    if (this.#fields.count !== 4) return undefined;
    this.clientStart = this.#fields.start(1);
    this.clientEnd = this.#fields.end(1);
    if (this.#isNamed(IAMAT)) return this.#isIamat() ? 'IAMAT' : undefined;
    if (this.#isNamed(WHATSAT)) return this.#isWhatsat() ? 'WHATSAT' : undefined;
    return undefined;
  }

  /** The command as plain data, which stays as it is. */
  toCommand(name: Command['name']): Command {
    const text = (start: number, end: number): string => this.bytes.toString('latin1', start, end);
    const client = text(this.clientStart, this.clientEnd);
    if (name === 'IAMAT') {
      const position = text(this.positionStart, this.positionEnd);
      return { name, client, position, time: text(this.timeStart, this.timeEnd) };
    }
    return { name, client, radiusKm: this.radiusKm, bound: this.bound };
  }

  #isNamed(name: Buffer): boolean {
    const [start, end] = [this.#fields.start(0), this.#fields.end(0)];
    return end - start === name.length && isSameAt(name, 0, this.bytes, start, end);
  }

  #isIamat(): boolean {
    const { bytes } = this;
    this.positionStart = this.#fields.start(2);
    this.positionEnd = this.#fields.end(2);
    this.timeStart = this.#fields.start(3);
    this.timeEnd = this.#fields.end(3);
    const position = readPosition(bytes, this.positionStart, this.positionEnd);
    if (position === undefined) return false;
    if (!scanTimestamp(bytes, this.timeStart, this.timeEnd, this.#clientTime)) return false;
    this.latitudeE7 = Math.round(position.latitude * E7);
    this.longitudeE7 = Math.round(position.longitude * E7);
    this.seconds = this.#clientTime.seconds;
    this.nanoseconds = this.#clientTime.nanoseconds;
    this.format = 0;
    return true;
  }

  #isWhatsat(): boolean {
    this.bound = this.#digits(3);
    return this.#isRadius() && this.bound >= 1 && this.bound <= MAX_BOUND;
  }

  /** The whole number that a field says, 0 where it is none. */
  #digits(field: number): number {
    const [start, end] = [this.#fields.start(field), this.#fields.end(field)];
    return digitsEnd(this.bytes, start, end) === end ? digitsValue(this.bytes, start, end) : 0;
  }

  /** A decimal number above 0, at most 50; checked on its digits, which rounding cannot reach. */
  #isRadius(): boolean {
    const { bytes } = this;
    const [start, end] = [this.#fields.start(2), this.#fields.end(2)];
    const point = digitsEnd(bytes, start, end);
    const fraction = point + 1;
    if (point === start) return false;
    if (point < end) {
      if (bytes[point] !== POINT || fraction === end) return false;
      if (digitsEnd(bytes, fraction, end) !== end) return false;
    }
    const whole = digitsValue(bytes, start, point);
    const isWhole = isAllZeros(bytes, fraction, end);
    if (whole > MAX_RADIUS_KM || (whole === MAX_RADIUS_KM && !isWhole)) return false;
    if (whole === 0 && isWhole) return false;
    this.radiusKm = Number(bytes.toString('latin1', start, end));
    return true;
  }
}

function isAllZeros(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if (bytes[at] !== ZERO) return false;
  }
  return true;
}

const scanner = new CommandScanner();

/** Reads a command line, of one character a byte. `undefined` where it is not a valid command. */
export function parseCommand(line: string): Command | undefined {
  const bytes = latin1(line);
  if (bytes === undefined) return undefined;
  const name = scanner.scan(bytes, 0, bytes.length);
  return name === undefined ? undefined : scanner.toCommand(name);
}
