import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { NO_NAME, ServerNames } from './server-names.ts';

fc.configureGlobal({ seed: 255, numRuns: 500 });

/** The number of a name that stands among other bytes. */
function numberOf(names: ServerNames, name: string): number {
  const bytes = Buffer.from(`AT ${name} +`, 'latin1');
  return names.numberOf(bytes, 3, 3 + name.length);
}

test('a name has one number, and a number one name', () => {
  const name = fc.string({
    unit: fc.constantFrom('a', 'b', '\xff', '\0'),
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(fc.array(name), (all) => {
      const names = new ServerNames();
      const numbers = all.map((name) => numberOf(names, name));
      assert.equal(new Set(numbers).size, new Set(all).size);
      for (const [index, name] of all.entries()) {
        const number = numbers[index] ?? NO_NAME;
        assert.ok(number > NO_NAME && number <= 255);
        assert.equal(names.name(number).toString('latin1'), name);
        assert.equal(numberOf(names, name), number);
      }
    }),
  );
});

test('a name is kept when the bytes that it came in are used again', () => {
  const names = new ServerNames();
  const bytes = Buffer.from('Riley');
  const number = names.numberOf(bytes, 0, 5);
  bytes.fill(0);
  assert.equal(names.name(number).toString(), 'Riley');
});

test('only so many names have numbers, and those that have them keep them', () => {
  const names = new ServerNames();
  const numbers = Array.from({ length: 300 }, (_, index) => numberOf(names, `S${index}`));
  assert.deepEqual(
    numbers,
    Array.from({ length: 300 }, (_, index) => (index < 255 ? index + 1 : NO_NAME)),
  );
  assert.equal(numberOf(names, 'S254'), 255);
  assert.equal(numberOf(names, 'S255'), NO_NAME);
  assert.equal(names.name(255).toString(), 'S254');
  assert.throws(() => names.name(256), RangeError);
});
