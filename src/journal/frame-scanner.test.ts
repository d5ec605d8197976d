import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';

import { frameOf } from './frame.ts';
import { FrameScanner } from './frame-scanner.ts';

const SEED = 20_250_302;

interface Scanned {
  readonly payloads: readonly string[];
  readonly damagedBytes: number;
  readonly tailBytes: number;
  readonly goodEnd: number;
}

/** Scans a file that is read in pieces of a size. */
function scan(file: Buffer, pieceBytes: number, scanner = new FrameScanner()): Scanned {
  const payloads: string[] = [];
  scanner.restart();
  for (let position = 0; ;) {
    const found = scanner.next();
    if (found === 'end') break;
    if (found === 'frame') {
      payloads.push(scanner.bytes.toString('latin1', scanner.payloadStart, scanner.payloadEnd - 1));
    } else {
      const count = file.copy(scanner.room(), 0, position, position + pieceBytes);
      scanner.add(count);
      position += count;
    }
  }
  const { damagedBytes, tailBytes, goodEnd } = scanner;
  return { payloads, damagedBytes, tailBytes, goodEnd };
}

const texts = fc.array(fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme-ascii' }), {
  maxLength: 12,
});
const piece = fc.integer({ min: 1, max: 100 });

describe('the frames of a file', () => {
  test('are all found, whatever the pieces it is read in', () => {
    fc.assert(
      fc.property(texts, piece, (lines, pieceBytes) => {
        const file = Buffer.concat(lines.map(frameOf));
        const expected = { payloads: lines, damagedBytes: 0, tailBytes: 0, goodEnd: file.length };
        assert.deepEqual(scan(file, pieceBytes), expected);
      }),
      { seed: SEED },
    );
  });

  test('are all found before the place where the file is cut off, which is reported', () => {
    const lines = ['one', 'two', 'three'];
    const frames = lines.map(frameOf);
    const file = Buffer.concat(frames);
    for (let size = 0; size <= file.length; size++) {
      const { payloads, damagedBytes, tailBytes, goodEnd } = scan(file.subarray(0, size), 7);
      const whole = frames.filter((_, n) => Buffer.concat(frames.slice(0, n + 1)).length <= size);
      assert.deepEqual(payloads, lines.slice(0, whole.length), `${size} bytes`);
      assert.equal(goodEnd, Buffer.concat(whole).length);
      assert.equal(tailBytes, size - goodEnd);
      assert.equal(damagedBytes, 0);
    }
  });

  test('are all found but the one that a flipped bit is in', () => {
    const lines = ['first of all', 'second', 'third', 'last'];
    const file = Buffer.concat(lines.map(frameOf));
    const scanner = new FrameScanner();
    for (let at = 0; at < file.length; at++) {
      const bytes = Buffer.from(file);
      bytes[at] = (bytes[at] ?? 0) ^ 0x10;
      const { payloads, damagedBytes, tailBytes } = scan(bytes, 50, scanner);
      assert.equal(payloads.length, lines.length - 1, `byte ${at}`);
      const lost = lines.find((line) => !payloads.includes(line));
      assert.equal(damagedBytes + tailBytes, frameOf(lost ?? '').length);
      assert.equal(tailBytes > 0, lost === 'last');
    }
  });

  test('are all found among any bytes that are in none, which are counted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.uint8Array({ maxLength: 50 })), {
          maxLength: 8,
        }),
        piece,
        (parts, pieceBytes) => {
          const lines = parts.map(([line]) => Buffer.from(line).toString('latin1'));
          const file = Buffer.concat(parts.flatMap(([line, rest]) => [frameOf(line), rest]));
          const { payloads, damagedBytes, tailBytes } = scan(file, pieceBytes);
          assert.deepEqual(payloads, lines);
          const rests = parts.map(([, rest]) => rest.length);
          assert.equal(tailBytes, rests.at(-1) ?? 0);
          assert.equal(
            damagedBytes + tailBytes,
            rests.reduce((sum, rest) => sum + rest, 0),
          );
        },
      ),
      { seed: SEED },
    );
  });

  test('are found after one whose length was damaged so that it seems to reach far', () => {
    const damaged = Buffer.from('FRAME 00070000 00000000\n');
    const file = Buffer.concat([frameOf('one'), damaged, frameOf('two')]);
    assert.deepEqual(scan(file, 1000), {
      payloads: ['one', 'two'],
      damagedBytes: damaged.length,
      tailBytes: 0,
      goodEnd: file.length,
    });
  });
});
