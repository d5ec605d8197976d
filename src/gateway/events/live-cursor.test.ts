import assert from 'node:assert/strict';
import test from 'node:test';

import fc from 'fast-check';

import { formatLiveCursor, parseLiveCursor } from './live-cursor.ts';

fc.configureGlobal({ seed: 31 });

const number = fc.nat({ max: Number.MAX_SAFE_INTEGER });

test('a cursor is read as it was written, and stands for itself in a URL', () => {
  const entry = fc
    .tuple(fc.stringMatching(/^[\w.-]{1,64}$/), number, number)
    .map(([name, epoch, sequence]) => ({ name, epoch, sequence }));
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 45 }), fc.array(entry, { maxLength: 5 }), (timeMs, vector) => {
      const text = formatLiveCursor({ timeMs, vector });
      assert.deepEqual(parseLiveCursor(text), { timeMs, vector });
      assert.match(text, /^[\w.~:,-]*$/);
    }),
  );
});

test('what is no cursor is not read', () => {
  for (const text of [
    '',
    'x',
    '~',
    '1~,',
    '1~a:1',
    '1~a:1:1,',
    '1~a:1:1~',
    '1~a:zzzzzzzzzzz:1',
    `1~${'a:1:1,'.repeat(1001)}a:1:1`,
  ]) {
    assert.equal(parseLiveCursor(text), undefined, text.slice(0, 40));
  }
});
