import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { NO_SLOT, SlotIndex, type SlotKeys } from './slot-index.ts';

fc.configureGlobal({ seed: 64, numRuns: 1000 });

/** Keys that are their slot's own number. */
const KEYS: SlotKeys = {
  isKey: (slot, bytes, start) => Buffer.from(bytes).readUInt32LE(start) === slot,
};

function keyOf(slot: number): Buffer {
  const key = Buffer.alloc(4);
  key.writeUInt32LE(slot);
  return key;
}

/** An index beside a plain set of slots: both must hold the same. */
class Pair {
  readonly #hashes: readonly number[];
  readonly #index = new SlotIndex(KEYS);
  readonly #held = new Set<number>();

  constructor(hashes: readonly number[]) {
    this.#hashes = hashes;
  }

  /** Adds the slot where it is not held, or takes it out. */
  toggle(slot: number): void {
    const hash = this.#hashes[slot] ?? 0;
    if (this.#held.delete(slot)) this.#index.remove(hash, keyOf(slot), 0, 4);
    else {
      this.#held.add(slot);
      this.#index.add(hash, slot);
    }
  }

  /** Whether each slot can be found, once, where it is held, and nowhere where it is not. */
  check(): void {
    assert.equal(this.#index.size, this.#held.size);
    for (const [slot, hash] of this.#hashes.entries()) {
      const found = this.#index.find(hash, keyOf(slot), 0, 4);
      assert.equal(found, this.#held.has(slot) ? slot : NO_SLOT);
    }
  }
}

/** Hashes that fall on few places, some of which are the last ones: their runs go on at the first. */
const hash = fc
  .tuple(fc.integer({ min: -4, max: 4 }), fc.constantFrom(0, 2048, -(2 ** 20), 2 ** 30))
  .map(([place, more]) => (place + more) | 0);
const hashes = fc.array(hash, { minLength: 1, maxLength: 24, size: 'max' });

test('slots are found until they are taken out, whatever hashes fall together', () => {
  const toggles = fc.array(fc.nat(), { maxLength: 60, size: 'max' });
  fc.assert(
    fc.property(hashes, toggles, (hashes, toggles) => {
      const pair = new Pair(hashes);
      for (const which of toggles) {
        pair.toggle(which % hashes.length);
        pair.check();
      }
    }),
  );
});

test('an index that grows keeps what it holds', () => {
  const SLOTS = 10_000;
  const hashes = Array.from({ length: SLOTS }, (_, slot) => Math.imul(slot, 0x9e3779b1));
  const pair = new Pair(hashes);
  for (let slot = 0; slot < SLOTS; slot++) pair.toggle(slot);
  pair.check();
  for (let slot = 0; slot < SLOTS; slot += 2) pair.toggle(slot);
  pair.check();
  for (let slot = 0; slot < SLOTS; slot += 4) pair.toggle(slot);
  pair.check();
});

test('slots of one hash are all found, however many, also while the index grows', () => {
  const pair = new Pair(Array.from({ length: 2000 }, () => 7));
  for (let slot = 0; slot < 2000; slot++) {
    pair.toggle(slot);
    if (slot % 500 === 0 || slot === 1537) pair.check();
  }
  for (let slot = 1999; slot >= 0; slot -= 2) pair.toggle(slot);
  pair.check();
});

test('slots can be taken out while the index grows', () => {
  const pair = new Pair(Array.from({ length: 6000 }, (_, slot) => Math.imul(slot, 0x9e3779b1)));
  for (let slot = 0; slot < 1540; slot++) pair.toggle(slot);
  // It has just been doubled: most are still in the smaller table.
  for (let slot = 0; slot < 1540; slot += 3) pair.toggle(slot);
  pair.check();
  for (let slot = 1540; slot < 6000; slot++) pair.toggle(slot);
  pair.check();
});

test('what is not in the index cannot be taken out', () => {
  const index = new SlotIndex(KEYS);
  index.add(1, 1);
  assert.throws(() => index.remove(2, keyOf(2), 0, 4), RangeError);
  assert.equal(index.size, 1);
});
