import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { isFace, MAX_FACE_SIDE } from './face.ts';

/** The beginning of a PNG. */
function png(width: number, height: number): Buffer {
  const bytes = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\0\x08\x06', 'latin1');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

/** The beginning of a JPEG: a comment, tables, and the header of a frame. */
function jpeg(width: number, height: number): Buffer {
  const frame = Buffer.from([0xff, 0xc2, 0, 11, 8, 0, 0, 0, 0, 1, 1, 0x11, 0]);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  const before = [0xff, 0xd8, 0xff, 0xfe, 0, 4, 0x68, 0x69, 0xff, 0xc4, 0, 3, 0];
  return Buffer.concat([Buffer.from(before), frame]);
}

const isTaken = (bytes: Buffer): boolean => isFace(bytes.toString('base64'));

test('a face is a small PNG or JPEG', () => {
  for (const picture of [png, jpeg]) {
    assert.ok(isTaken(picture(64, 96)));
    assert.ok(isTaken(picture(MAX_FACE_SIDE, MAX_FACE_SIDE)));
    assert.ok(!isTaken(picture(MAX_FACE_SIDE + 1, 1)), 'too wide');
    assert.ok(!isTaken(picture(1, 60_000)), 'too high');
    assert.ok(!isTaken(picture(0, 64)), 'nothing to be seen');
  }
});

test('what can hold a script, or is no picture, is no face', () => {
  for (const text of [
    '<svg xmlns="http://www.w3.org/2000/svg"/>',
    '<!doctype html>',
    'GIF89a',
    '',
  ]) {
    assert.ok(!isTaken(Buffer.from(text)), text);
  }
});

test('any beginning of a picture, and any bytes, are read without a fault', () => {
  const whole = jpeg(64, 64);
  for (let length = 0; length < whole.length; length++) isTaken(whole.subarray(0, length));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      isTaken(Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), bytes]));
    }),
    { seed: 14 },
  );
});
