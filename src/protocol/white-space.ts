/*
 * Text on the wire is bytes. In strings it has one character a byte (latin1), so
 * that what a client sent can be copied back byte for byte whatever its encoding.
 */

const SPACE = 0x20;

/** Whether a byte is white space: space, tab, LF, VT, FF or CR, and nothing else. */
export function isWhite(byte: number): boolean {
  return byte === SPACE || (byte >= 0x09 && byte <= 0x0d);
}

/** Whether bytes are nothing but white space. */
export function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if (!isWhite(bytes[at] ?? SPACE)) return false;
  }
  return true;
}

/** Where the fields of a line are: what stands between runs of white space. A blank line has none. */
export class Fields {
  /** How many there are; one more than the most that are looked for where there are more. */
  count = 0;
  /** Where each begins and ends in the bytes that were scanned. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;

  /** @param most how many fields are looked for */
  constructor(most: number) {
    this.starts = new Int32Array(most);
    this.ends = new Int32Array(most);
  }

  /** Finds the fields of the bytes from `start` to `end`. */
  scan(bytes: Uint8Array, start: number, end: number): void {
    const { starts, ends } = this;
    let count = 0;
    let isInField = false;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] ?? SPACE;
      // Almost all bytes are of a field that has begun.
      if (byte > SPACE && isInField) continue;
      if (isWhite(byte) !== isInField) continue;
      if (isInField) ends[count++] = at;
      else if (count < starts.length) starts[count] = at;
      else {
        count += 1;
        break;
      }
      isInField = !isInField;
    }
    if (isInField) ends[count++] = end;
    this.count = count;
  }

  /** Where a field begins. */
  start(field: number): number {
    return this.starts[field] ?? 0;
  }

  /** Where a field ends. */
  end(field: number): number {
    return this.ends[field] ?? 0;
  }

  /** Whether the fields fill the line with one space between any two, and nothing around them. */
  areTight(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start;
    for (let field = 0; field < this.count; field++) {
      if (this.start(field) !== at) return false;
      at = this.end(field);
      if (field < this.count - 1 && bytes[at++] !== SPACE) return false;
    }
    return at === end;
  }
}
