import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { showBytes } from './bytes.ts';

test('line ends, what cannot be seen and what is not ASCII are escapes', () => {
  const bytes = new TextEncoder().encode('AT é\t\\\r\n\0x\n');
  assert.deepEqual(showBytes(bytes), [
    { kind: 'plain', text: 'AT ' },
    { kind: 'escape', text: String.raw`\xc3\xa9\t` },
    { kind: 'plain', text: '\\' },
    { kind: 'escape', text: String.raw`\r` },
    { kind: 'end', text: String.raw`\n` },
    { kind: 'escape', text: String.raw`\x00` },
    { kind: 'plain', text: 'x' },
    { kind: 'end', text: String.raw`\n` },
  ]);
  assert.deepEqual(showBytes(new Uint8Array()), []);
});

test('what is shown is printable ASCII, and says each byte exactly', () => {
  const named: Readonly<Record<string, number>> = { n: 0x0a, t: 0x09, r: 0x0d };
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const back = showBytes(bytes).flatMap(({ kind, text }) => {
        assert.match(text, /^[\x20-\x7e]+$/);
        if (kind === 'plain') return Array.from(new TextEncoder().encode(text));
        return Array.from(text.matchAll(/\\x([0-9a-f]{2})|\\([ntr])/g), ([, hex = '', name = '']) =>
          hex === '' ? named[name] : parseInt(hex, 16),
        );
      });
      assert.deepEqual(back, [...bytes]);
    }),
    { seed: 14 },
  );
});
