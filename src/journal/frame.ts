import { crc32 } from 'node:zlib';

/*
 * A frame is what the journal writes in one piece, and keeps whole or not at all: a header line,
 * `FRAME LENGTH CRC`, both in 8 hexadecimal digits, and as many bytes of payload, which the CRC-32 is of. The
 * payload is whole lines of text, so that a journal can be read with any tool.
 */

const MAGIC = 'FRAME ';
const MAGIC_BYTES = Buffer.from(MAGIC);
const HEX_DIGITS = 8;
const LENGTH_AT = MAGIC.length;
const CRC_AT = LENGTH_AT + HEX_DIGITS + 1;
const [SPACE, LF] = [0x20, 0x0a];

/** How many bytes stand before a frame's payload. */
export const FRAME_HEADER_BYTES = CRC_AT + HEX_DIGITS + 1;
/** No frame is longer, its header included: what says that it is, is none. */
export const MAX_FRAME_BYTES = 2_097_152;

/** No whole frame begins there. */
export const NO_FRAME = -1;
/** One may begin there, but not all of it is there yet. */
export const INCOMPLETE = -2;

/** Puts the header in front of a payload: `bytes` has room for it from `start`. */
export function sealFrame(bytes: Buffer, start: number, end: number): void {
  const payload = bytes.subarray(start + FRAME_HEADER_BYTES, end);
  const header = `${MAGIC}${toHex(payload.length)} ${toHex(crc32(payload))}\n`;
  bytes.write(header, start, 'latin1');
}

/** A frame of one line. */
export function frameOf(line: string): Buffer {
  const bytes = Buffer.from(`${' '.repeat(FRAME_HEADER_BYTES)}${line}\n`);
  sealFrame(bytes, 0, bytes.length);
  return bytes;
}

/**
 * Looks at the bytes from `start` to `end` for a frame that begins at `start`.
 *
 * @returns where it ends; `NO_FRAME` or `INCOMPLETE` if there is none at this place
 */
export function scanFrame(bytes: Buffer, start: number, end: number): number {
  if (!isPrefix(bytes, start, Math.min(end, start + MAGIC.length))) return NO_FRAME;
  const payloadStart = start + FRAME_HEADER_BYTES;
  if (payloadStart > end) return INCOMPLETE;
  if (bytes[start + CRC_AT - 1] !== SPACE || bytes[payloadStart - 1] !== LF) return NO_FRAME;
  const length = readHex(bytes, start + LENGTH_AT);
  if (!(length > 0 && length <= MAX_FRAME_BYTES - FRAME_HEADER_BYTES)) return NO_FRAME;
  const payloadEnd = payloadStart + length;
  if (payloadEnd > end) return INCOMPLETE;
  const crc = readHex(bytes, start + CRC_AT);
  return crc32(bytes.subarray(payloadStart, payloadEnd)) === crc ? payloadEnd : NO_FRAME;
}

/**
 * Where among the bytes the next frame may begin; `end` where nothing looks like it. A payload cannot
 * look like it, whatever clients report: what follows a space in a line of it is never two
 * numbers of 8 hexadecimal digits and a line end.
 */
export function findFrame(bytes: Buffer, start: number, end: number): number {
  const found = bytes.indexOf(MAGIC_BYTES, start);
  if (found !== -1 && found + MAGIC.length <= end) return found;
  // The first bytes of one may be the last that are there.
  let at = Math.max(start, end - MAGIC.length + 1);
  while (at < end && !isPrefix(bytes, at, end)) at += 1;
  return at;
}

function isPrefix(bytes: Buffer, start: number, end: number): boolean {
  return bytes.compare(MAGIC_BYTES, 0, end - start, start, end) === 0;
}

function toHex(value: number): string {
  return value.toString(16).padStart(HEX_DIGITS, '0');
}

/** NaN where they are not digits as `toHex` writes them. */
function readHex(bytes: Buffer, start: number): number {
  const text = bytes.toString('latin1', start, start + HEX_DIGITS);
  return /^[0-9a-f]{8}$/.test(text) ? Number.parseInt(text, 16) : Number.NaN;
}
