import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { ByteWriter } from './byte-writer.ts';

fc.configureGlobal({ seed: 53, numRuns: 1000 });

/** What is written by one thing, in a writer that has to grow for it. */
function written(write: (out: ByteWriter) => void): string {
  const out = new ByteWriter(1);
  write(out);
  return out.view().toString('latin1');
}

/** Numbers of all sizes, and those beside the powers of ten and of two. */
const number = fc.oneof(
  fc.nat(1000),
  fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  fc
    .tuple(fc.constantFrom(2, 10, 1e9), fc.nat(53), fc.integer({ min: -2, max: 2 }))
    .map(([base, power, more]) => base ** power + more)
    .filter((number) => number >= 0 && number <= Number.MAX_SAFE_INTEGER),
  fc
    .tuple(fc.integer({ min: 1, max: 9_007_199 }), fc.integer({ min: -1, max: 1 }))
    .map(([billions, more]) => billions * 1e9 + more),
);

test('a number is written in all its digits, with zeros before it where they are wanted', () => {
  fc.assert(
    fc.property(number, fc.nat(20), (number, digits) => {
      assert.equal(
        written((out) => out.integer(number)),
        String(number),
      );
      const padded = written((out) => out.integer(number, digits));
      assert.equal(padded, String(number).padStart(digits, '0'));
    }),
    { numRuns: 10_000 },
  );
});

describe('a number', () => {
  const numbers = [0, 9, 10, 999_999_999, 1e9, 1_000_000_001, 1e15, 2 ** 53];
  for (const number of numbers) {
    test(String(number), () => {
      assert.equal(
        written((out) => out.integer(number)),
        String(number),
      );
    });
  }
});

type Write = (out: ByteWriter, wanted: string[]) => void;

const byte = fc.nat(255).map((byte) => String.fromCharCode(byte));
/** Texts on both sides of where a native copy takes over from a loop. */
const text = fc.oneof(
  fc.string({ unit: byte, maxLength: 20 }),
  fc.string({ unit: byte, minLength: 120, maxLength: 140, size: 'max' }),
);
const write: fc.Arbitrary<Write> = fc.oneof(
  byte.map<Write>((byte) => (out, wanted) => {
    out.byte(byte.charCodeAt(0));
    wanted.push(byte);
  }),
  text.map<Write>((text) => (out, wanted) => {
    out.text(text);
    wanted.push(text);
  }),
  fc.tuple(text, fc.nat(140), fc.nat(140)).map<Write>(([text, a, b]) => (out, wanted) => {
    const start = Math.min(a, b, text.length);
    const end = Math.min(Math.max(a, b), text.length);
    out.copy(Buffer.from(text, 'latin1'), start, end);
    wanted.push(text.slice(start, end));
  }),
  number.map<Write>((number) => (out, wanted) => {
    out.integer(number, 3);
    wanted.push(String(number).padStart(3, '0'));
  }),
);

test('what is written stands one after the other, however often the writer grows', () => {
  fc.assert(
    fc.property(fc.nat(40), fc.array(write, { maxLength: 20 }), (capacity, writes) => {
      const out = new ByteWriter(capacity);
      const wanted: string[] = [];
      for (const write of writes) {
        const { length } = out;
        write(out, wanted);
        assert.equal(out.view(length).toString('latin1'), wanted.at(-1));
      }
      assert.equal(out.length, wanted.join('').length);
      assert.equal(out.view().toString('latin1'), wanted.join(''));
    }),
  );
});

test('a writer that is set back writes over what it wrote, and keeps its room', () => {
  const out = new ByteWriter(4);
  out.text('a long text');
  const { bytes } = out;
  out.length = 2;
  out.text('other');
  assert.equal(out.view().toString(), 'a other');
  assert.equal(out.bytes, bytes);
});

test('room that was made is there to be written to', () => {
  const out = new ByteWriter(0);
  out.text('ab');
  out.reserve(1000);
  const { bytes } = out;
  assert.ok(bytes.length >= 1002);
  out.text('c'.repeat(1000));
  assert.equal(out.bytes, bytes);
  assert.equal(out.view().toString(), `ab${'c'.repeat(1000)}`);
});

test('bytes that a buffer does not have are not written', () => {
  const out = new ByteWriter(16);
  for (const length of [3, 200]) {
    const from = Buffer.alloc(length);
    assert.throws(() => out.copy(from, 0, length + 1), RangeError);
    assert.throws(() => out.copy(from, -1, length), RangeError);
  }
  assert.equal(out.length, 0);
});
