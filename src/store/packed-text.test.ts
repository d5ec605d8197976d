import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { ByteWriter } from '../protocol/byte-writer.ts';
import { pack, packedLength, unpack } from './packed-text.ts';

fc.configureGlobal({ seed: 15, numRuns: 2000 });

const LETTERS = '0123456789+-. /';
const BEFORE = 3;

/** What a text is packed to, among other bytes; `undefined` where it has other letters. */
function packed(text: string): Buffer | undefined {
  const bytes = Buffer.from(`xyz${text}xyz`, 'latin1');
  const length = packedLength(text.length);
  const into = Buffer.alloc(BEFORE + length + 2, 0xaa);
  const isPacked = pack(bytes, 3, 3 + text.length, into, BEFORE);
  assert.equal(into.toString('hex', 0, BEFORE), 'aaaaaa', 'written before its place');
  assert.equal(into.toString('hex', BEFORE + length), 'aaaa', 'written behind its place');
  return isPacked ? into.subarray(BEFORE, BEFORE + length) : undefined;
}

/** What bytes are unpacked to, behind something else. */
function unpacked(bytes: Buffer): string {
  const out = new ByteWriter(2);
  out.text('before ');
  unpack(Buffer.concat([Buffer.of(0xff), bytes, Buffer.of(0xff)]), 1, 1 + bytes.length, out);
  assert.equal(out.view().toString('latin1', 0, 7), 'before ');
  return out.view(7).toString('latin1');
}

const text = fc.string({ unit: fc.constantFrom(...LETTERS.split('')), maxLength: 60, size: 'max' });

test('a text of its letters comes back as it was, from half as many bytes', () => {
  fc.assert(
    fc.property(text, (text) => {
      const bytes = packed(text);
      assert.ok(bytes);
      assert.equal(bytes.length, Math.ceil(text.length / 2));
      assert.equal(unpacked(bytes), text);
    }),
  );
});

test('different texts are packed to different bytes', () => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [first, second] = [packed(one), packed(other)];
      assert.ok(first && second);
      assert.equal(first.equals(second), one === other);
    }),
  );
});

test('each letter can stand at either place of a byte, and no other byte can', () => {
  for (let byte = 0; byte < 256; byte++) {
    const character = String.fromCharCode(byte);
    const isLetter = LETTERS.includes(character);
    for (const text of [character, `${character}1`, `1${character}`, `12${character}`]) {
      const bytes = packed(text);
      assert.equal(bytes !== undefined, isLetter, `${byte} in ${text}`);
      if (bytes !== undefined) assert.equal(unpacked(bytes), text);
    }
  }
});

describe('a text', () => {
  for (const text of ['', '+', '+0.263873386', '+34.068930-118.445127/ 1621464827.959498503']) {
    test(text === '' ? 'of nothing' : text, () => {
      const bytes = packed(text);
      assert.ok(bytes);
      assert.equal(unpacked(bytes), text);
    });
  }
});
