import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatOrigin, NO_ORIGIN, OriginNumbers } from './origins.ts';

const MAX_ORIGINS = 65_535;

/** The number of an origin whose name stands in the middle of other bytes. */
function numberOf(origins: OriginNumbers, name: string, epoch: number): number {
  const bytes = Buffer.from(`AT ${name} +1`, 'latin1');
  return origins.of(bytes, 3, 3 + name.length, epoch);
}

test('origins are numbered in the order in which they are asked for, by name and epoch', () => {
  const origins = new OriginNumbers();
  const asked = [
    ['Riley', 1, 0],
    ['Riley', 2, 1],
    ['Rile', 1, 2],
    ['Riley', 1, 0],
    ['Rilez', 1, 3],
    ['Rile', 1, 2],
  ] as const;
  for (const [name, epoch, number] of asked) {
    assert.equal(numberOf(origins, name, epoch), number, `${name} ${epoch}`);
    assert.equal(origins.named(name, epoch), number);
    assert.deepEqual(origins.at(number), { name, epoch });
  }
  assert.equal(origins.count, 4);
});

test('the bytes that a name was read from may change', () => {
  const origins = new OriginNumbers();
  const bytes = Buffer.from('Riley');
  assert.equal(origins.of(bytes, 0, 5, 1), 0);
  bytes.write('Other');
  assert.equal(origins.of(bytes, 0, 5, 1), 1);
  assert.equal(origins.named('Riley', 1), 0);
});

test('a name may be that of a property that every object has', () => {
  const origins = new OriginNumbers();
  assert.equal(origins.named('__proto__', 1), 0);
  assert.equal(origins.named('constructor', 1), 1);
});

test('those beyond the bound have no number, and the others keep theirs', () => {
  const origins = new OriginNumbers();
  for (let epoch = 0; epoch < MAX_ORIGINS; epoch++) origins.named('Riley', epoch);
  assert.equal(origins.named('Riley', MAX_ORIGINS), NO_ORIGIN);
  assert.equal(numberOf(origins, 'Riley', MAX_ORIGINS), NO_ORIGIN);
  assert.equal(numberOf(origins, 'Riley', 7), 7);
  assert.equal(origins.count, MAX_ORIGINS);
});

test('there is no origin of a number that was not given', () => {
  assert.throws(() => new OriginNumbers().at(0), RangeError);
});

test('an origin is written as its name and epoch', () => {
  assert.equal(formatOrigin({ name: 'Riley', epoch: 7 }), 'Riley 7');
});
