import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { LineDecoder, lineText, type Line } from './line-decoder.ts';

fc.configureGlobal({ seed: 10, numRuns: 1000 });

/** A line as plain data, which stays as it is. */
interface Copy {
  readonly text: string;
  readonly tooLong: boolean;
}

function copyOf(line: Line): Copy {
  return { text: lineText(line), tooLong: line.tooLong };
}

/** The next line of a decoder, or its last one, as plain data. */
function nextOf(decoder: LineDecoder): Copy | undefined {
  const line = decoder.next();
  return line && copyOf(line);
}

function finishOf(decoder: LineDecoder): Copy | undefined {
  const line = decoder.finish();
  return line && copyOf(line);
}

/** The lines of a whole stream, the plain way: split at LF, blank ones dropped, long ones cut. */
function linesOf(bytes: Buffer, limit: number): Copy[] {
  return bytes
    .toString('latin1')
    .split('\n')
    .filter((line) => line.split('').some((character) => !' \t\v\f\r'.includes(character)))
    .map((line) => ({ text: line.slice(0, limit), tooLong: line.length > limit }));
}

/** The lines that a decoder gives for a stream that comes in pieces, taken out after each. */
function decode(pieces: readonly Buffer[], limit: number): Copy[] {
  const decoder = new LineDecoder(limit);
  const lines: Copy[] = [];
  const take = (): void => {
    for (let line = nextOf(decoder); line !== undefined; line = nextOf(decoder)) lines.push(line);
  };
  for (const piece of pieces) {
    decoder.push(piece);
    take();
  }
  const last = finishOf(decoder);
  return last === undefined ? lines : [...lines, last];
}

/** Cuts `bytes` at the places given, each once; some pieces may be empty. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length];
  let start = 0;
  return ends.toSorted((a, b) => a - b).map((end) => bytes.subarray(start, (start = end)));
}

const LF = 0x0a;
/** Bytes of all sorts, with line ends and white space as frequent as they are in text. */
const bytes = fc
  .array(
    fc.oneof(
      { weight: 2, arbitrary: fc.constant(LF) },
      { weight: 3, arbitrary: fc.constantFrom(0x20, 0x09, 0x0b, 0x0c, 0x0d) },
      { weight: 3, arbitrary: fc.constantFrom(0x41, 0x85, 0xa0, 0x00, 0xff) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) },
    ),
    { maxLength: 60 },
  )
  .map((numbers) => Buffer.from(numbers));
const limit = fc.integer({ min: 1, max: 12 });

test('bytes in any pieces give the lines of the whole', () => {
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(), { maxLength: 20 }), limit, (bytes, places, limit) => {
      assert.deepEqual(decode(cut(bytes, places), limit), linesOf(bytes, limit));
    }),
  );
});

test('bytes one by one give the lines of the whole', () => {
  fc.assert(
    fc.property(bytes, limit, (bytes, limit) => {
      const pieces = Array.from(bytes, (byte) => Buffer.of(byte));
      assert.deepEqual(decode(pieces, limit), linesOf(bytes, limit));
    }),
  );
});

test('pieces that wait are read in their order', () => {
  fc.assert(
    fc.property(bytes, fc.array(fc.nat()), limit, (bytes, places, limit) => {
      const decoder = new LineDecoder(limit);
      for (const piece of cut(bytes, places)) decoder.push(piece);
      const lines: Copy[] = [];
      for (let line = nextOf(decoder); line !== undefined; line = nextOf(decoder)) lines.push(line);
      const last = finishOf(decoder);
      if (last !== undefined) lines.push(last);
      assert.deepEqual(lines, linesOf(bytes, limit));
    }),
  );
});

test('a line is unfinished from its first visible byte to its end', () => {
  const decoder = new LineDecoder(4);
  const after = (text: string): boolean => {
    decoder.push(Buffer.from(text, 'latin1'));
    while (decoder.next() !== undefined);
    return decoder.unfinished;
  };
  assert.equal(after(' \t'), false);
  assert.equal(after('a'), true);
  assert.equal(after('\n'), false);
  assert.equal(after('b\nc'), true);
  assert.equal(after('defgh'), true, 'too long, and not ended yet');
  assert.equal(after('\n'), false);
  assert.equal(after('      '), false, 'too long and blank');
});

test('a line that is too long is given out before it ends', () => {
  const decoder = new LineDecoder(4);
  decoder.push(Buffer.from('abcd'));
  assert.equal(decoder.next(), undefined);
  decoder.push(Buffer.from('e'));
  assert.deepEqual(nextOf(decoder), { text: 'abcd', tooLong: true });
  decoder.push(Buffer.from('fghijk\nlm\n'));
  assert.deepEqual(nextOf(decoder), { text: 'lm', tooLong: false });
});

test('a decoder can be used on after the end of a line was declared', () => {
  const decoder = new LineDecoder(4);
  decoder.push(Buffer.from('ab'));
  assert.equal(decoder.next(), undefined);
  assert.deepEqual(finishOf(decoder), { text: 'ab', tooLong: false });
  assert.equal(decoder.finish(), undefined);
  decoder.push(Buffer.from('cd\n'));
  assert.deepEqual(nextOf(decoder), { text: 'cd', tooLong: false });
});

test('a line that comes whole is not copied, and one that comes in pieces is put together', () => {
  const decoder = new LineDecoder(10);
  const bytes = Buffer.from(' a\nbc\nd');
  decoder.push(bytes);
  assert.deepEqual({ ...decoder.next() }, { bytes, start: 0, end: 2, tooLong: false });
  assert.deepEqual({ ...decoder.next() }, { bytes, start: 3, end: 5, tooLong: false });
  assert.equal(decoder.next(), undefined);
  // What is unfinished is kept, also when the caller uses its buffer again.
  bytes.fill(0);
  decoder.push(Buffer.from('ef\ng'));
  assert.deepEqual(nextOf(decoder), { text: 'def', tooLong: false });
  assert.equal(decoder.next(), undefined);
  assert.deepEqual(finishOf(decoder), { text: 'g', tooLong: false });
});

test('a line of many pieces is put together whatever its length', () => {
  const decoder = new LineDecoder(4096);
  const line = Array.from({ length: 4096 }, (_, at) => String.fromCharCode(33 + (at % 90))).join(
    '',
  );
  for (let start = 0; start < line.length; start += 7) {
    decoder.push(Buffer.from(line.slice(start, start + 7)));
    assert.equal(decoder.next(), undefined);
  }
  decoder.push(Buffer.from('\n'));
  assert.deepEqual(nextOf(decoder), { text: line, tooLong: false });
});
