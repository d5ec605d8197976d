import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';

import {
  findFrame,
  FRAME_HEADER_BYTES,
  frameOf,
  INCOMPLETE,
  MAX_FRAME_BYTES,
  NO_FRAME,
  scanFrame,
} from './frame.ts';

const SEED = 20_250_301;
const frame = frameOf('AT A +1 kiwi +1+1 1');

/** Lines as a log has them: no frame's header is among them. */
const line = fc
  .array(fc.integer({ min: 0x21, max: 0xff }), { minLength: 1, maxLength: 40 })
  .map((bytes) => `AT A +1.5 ${String.fromCharCode(...bytes)} +1-1 12345678`);

describe('a frame', () => {
  test('is a line with the length and the CRC-32 of the payload, and the payload', () => {
    assert.equal(frame.toString(), 'FRAME 00000014 26c2fab0\nAT A +1 kiwi +1+1 1\n');
    assert.equal(scanFrame(frame, 0, frame.length), frame.length);
  });

  test('is found where it begins, among whatever else', () => {
    fc.assert(
      fc.property(line, fc.uint8Array(), fc.uint8Array(), (text, before, after) => {
        const bytes = Buffer.concat([before, frameOf(text), after]);
        const end = scanFrame(bytes, before.length, bytes.length);
        assert.equal(end, bytes.length - after.length);
      }),
      { seed: SEED },
    );
  });

  test('is incomplete wherever it is cut off, and never another', () => {
    for (let end = 0; end < frame.length; end++) {
      assert.equal(scanFrame(frame, 0, end), INCOMPLETE, `${end} bytes`);
    }
  });

  test('is none with any bit of it another', () => {
    for (let at = 0; at < frame.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const bytes = Buffer.from(frame);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        const end = scanFrame(bytes, 0, bytes.length);
        assert.ok(end === NO_FRAME || end === INCOMPLETE, `bit ${bit} of byte ${at}`);
      }
    }
  });

  test('is none where its length is 0, or more than any has', () => {
    const withLength = (length: number): Buffer =>
      Buffer.from(`FRAME ${length.toString(16).padStart(8, '0')} 00000000\n`);
    for (const length of [0, MAX_FRAME_BYTES - FRAME_HEADER_BYTES + 1, 0xffff_ffff]) {
      const bytes = withLength(length);
      assert.equal(scanFrame(bytes, 0, bytes.length), NO_FRAME, `${length}`);
    }
    const longest = withLength(MAX_FRAME_BYTES - FRAME_HEADER_BYTES);
    assert.equal(scanFrame(longest, 0, longest.length), INCOMPLETE);
  });
});

describe('the next frame', () => {
  test('is where its first bytes are, also where the rest has yet to come', () => {
    const bytes = Buffer.concat([Buffer.from('FRAMEFRA F'), frame]);
    for (let end = 10; end <= bytes.length; end++) {
      assert.equal(findFrame(bytes, 1, end), end < 11 ? 9 : 10, `${end} bytes`);
    }
    assert.equal(findFrame(Buffer.from('nothing'), 0, 7), 7);
    assert.equal(findFrame(Buffer.from('a FRAM'), 0, 6), 2);
  });

  test('never seems to be in a line, whatever clients report', () => {
    fc.assert(
      fc.property(line, (text) => {
        const bytes = frameOf(`${text.replace(' +1-1', 'FRAME +1-1')}\nFRAME_X +1-1 1`);
        for (
          let at = findFrame(bytes, 1, bytes.length);
          at < bytes.length;
          at = findFrame(bytes, at + 1, bytes.length)
        ) {
          const end = scanFrame(bytes, at, bytes.length);
          assert.ok(end === NO_FRAME || at > bytes.length - FRAME_HEADER_BYTES);
        }
      }),
      { seed: SEED },
    );
  });
});
