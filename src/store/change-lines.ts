import type { AtLine } from '../protocol/at-line.ts';
import type { ByteWriter } from '../protocol/byte-writer.ts';
import { digitsEnd, digitsValue } from '../protocol/timestamp.ts';
import type { LocationStore } from './store.ts';

/*
 * A change as links and the journal have it: its number in the feed and its `AT` line, `N AT …`, on
 * a line of its own.
 */

const SPACE = 0x20;
const LF = 0x0a;
/** The most digits of a number: fewer than a binary number would round. */
const MAX_DIGITS = 15;

/** Stands for a number where a line is no change. */
export const NO_CHANGE = -1;

/** Writes the change that put a slot where it is, with its line end. */
export function writeChange(store: LocationStore, slot: number, out: ByteWriter): void {
  out.integer(store.numberOf(slot));
  out.byte(SPACE);
  store.writeLine(slot, out);
  out.byte(LF);
}

/**
 * Reads a change from the bytes of its line, without a line end.
 *
 * @param into takes the place of its `AT` line
 * @returns the change's number, from 1; `NO_CHANGE` where it is none
 */
export function scanChange(bytes: Buffer, start: number, end: number, into: AtLine): number {
  const space = digitsEnd(bytes, start, end);
  const digits = space - start;
  if (digits < 1 || digits > MAX_DIGITS || space === end || bytes[space] !== SPACE) {
    return NO_CHANGE;
  }
  const number = digitsValue(bytes, start, space);
  return number > 0 && into.scan(bytes, space + 1, end) ? number : NO_CHANGE;
}
