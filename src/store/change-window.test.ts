import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { ByteWriter } from '../protocol/byte-writer.ts';
import { ChangeWindow } from './change-window.ts';

fc.configureGlobal({ seed: 64, numRuns: 2000 });

const SIZE_BYTES = 64;
const CHANGES = 8;
/** So that many lines end where the ring does. */
const lines = fc.array(fc.constantFrom('a', 'bb', 'ccc', 'd'.repeat(7), 'e'.repeat(15)), {
  minLength: 1,
  maxLength: 60,
});

/** What a reader writes that joins lines which stand side by side, as the store does. */
function readRecent(window: ChangeWindow, last: number): { first: number; text: string } {
  const out = new ByteWriter(1);
  let first = last;
  while (window.has(first - 1)) first -= 1;
  let [start, end] = [window.start(first), window.end(first)];
  for (let seq = first + 1; seq <= last; seq++) {
    if (window.start(seq) !== end) {
      window.write(start, end, out);
      start = window.start(seq);
    }
    end = window.end(seq);
  }
  window.write(start, end, out);
  return { first, text: out.view().toString('latin1') };
}

test('lines that stand side by side are read as they were put in, wherever the ring ends', () => {
  fc.assert(
    fc.property(lines, (lines) => {
      const window = new ChangeWindow(0, SIZE_BYTES, CHANGES);
      for (const [index, line] of lines.entries()) {
        window.append(Buffer.from(line), 0, line.length);
        const last = index + 1;
        const { first, text } = readRecent(window, last);
        assert.equal(
          text,
          lines
            .slice(first - 1, last)
            .map((line) => `${line}\n`)
            .join(''),
        );
      }
    }),
  );
});
