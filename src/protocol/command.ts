import { latin1 } from './latin1.ts';
import { isPosition } from './position.ts';
import { isSameAt } from './same-bytes.ts';
import {
  digitsEnd,
  digitsValue,
  scanTimestamp,
  type Instant,
  type MutableInstant,
} from './timestamp.ts';
import { Fields } from './white-space.ts';

/** The most bytes of a command, its LF not counted: room for an ID of a few thousand bytes. */
export const MAX_COMMAND_BYTES = 4096;

/** The largest radius of a search, in kilometres: what Google's Nearby Search allows. */
const MAX_RADIUS_KM = 50;
/** The largest bound on a search's results: one page of Google's Nearby Search. */
const MAX_BOUND = 20;

const ZERO = 0x30;
const POINT = 0x2e;
const IAMAT = Buffer.from('IAMAT');
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
export class CommandScanner {
  /** The bytes that were scanned. */
  bytes: Buffer = IAMAT;
  readonly #fields = new Fields(4);
  readonly #clientTime: MutableInstant = { seconds: 0, nanoseconds: 0 };
  /** The radius of a `WHATSAT`, in kilometres. */
  radiusKm = 0;
  /** The most places that a `WHATSAT` wants. */
  bound = 0;

  /** Reads the command line from `start` to `end`. `undefined` where it is not a valid command. */
  scan(bytes: Buffer, start: number, end: number): Command['name'] | undefined {
    this.bytes = bytes;
    this.#fields.scan(bytes, start, end);
    if (this.#fields.count !== 4) return undefined;
    if (this.#isNamed(IAMAT)) return this.#isIamat() ? 'IAMAT' : undefined;
    if (this.#isNamed(WHATSAT)) return this.#isWhatsat() ? 'WHATSAT' : undefined;
    return undefined;
  }

  /** Where the client's ID stands. */
  get clientStart(): number {
    return this.#fields.start(1);
  }

  get clientEnd(): number {
    return this.#fields.end(1);
  }

  /** Where the position of an `IAMAT` stands. */
  get positionStart(): number {
    return this.#fields.start(2);
  }

  get positionEnd(): number {
    return this.#fields.end(2);
  }

  /** Where the time of an `IAMAT` stands. */
  get timeStart(): number {
    return this.#fields.start(3);
  }

  get timeEnd(): number {
    return this.#fields.end(3);
  }

  /** What the time of an `IAMAT` says. */
  get clientTime(): Instant {
    return this.#clientTime;
  }

  /** The command as plain data, which stays as it is. */
  toCommand(name: Command['name']): Command {
    const [client, second, third] = [this.#text(1), this.#text(2), this.#text(3)];
    if (name === 'IAMAT') return { name, client, position: second, time: third };
    return { name, client, radiusKm: this.radiusKm, bound: this.bound };
  }

  #text(field: number): string {
    return this.bytes.toString('latin1', this.#fields.start(field), this.#fields.end(field));
  }

  #isNamed(name: Buffer): boolean {
    const [start, end] = [this.#fields.start(0), this.#fields.end(0)];
    return end - start === name.length && isSameAt(name, 0, this.bytes, start, end);
  }

  #isIamat(): boolean {
    return (
      isPosition(this.bytes, this.positionStart, this.positionEnd) &&
      scanTimestamp(this.bytes, this.timeStart, this.timeEnd, this.#clientTime)
    );
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
    this.radiusKm = Number(this.#text(2));
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
