import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { NO_SLOT, SlotIndex } from './slot-index.ts';

fc.configureGlobal({ seed: 64, numRuns: 1000 });

/** The slots that are found from a hash's home on, of that hash or another one. */
function slotsFrom(index: SlotIndex, hash: number): number[] {
  const slots: number[] = [];
  for (let place = index.home(hash); index.at(place) !== NO_SLOT; place = index.after(place)) {
    slots.push(index.at(place));
  }
  return slots;
}

/** An index beside a plain set of slots: both must hold the same. */
class Pair {
  readonly #hashes: readonly number[];
  readonly #index: SlotIndex;
  readonly #held = new Set<number>();

  constructor(hashes: readonly number[]) {
    this.#hashes = hashes;
    this.#index = new SlotIndex((slot) => this.#hashes[slot] ?? 0);
  }

  /** Adds the slot where it is not held, or takes it out. */
  toggle(slot: number): void {
    if (this.#held.delete(slot)) this.#index.remove(slot);
    else {
      this.#held.add(slot);
      this.#index.add(slot);
    }
  }

  /** Whether each slot can be found, once, where it is held, and nowhere where it is not. */
  check(): void {
    assert.equal(this.#index.size, this.#held.size);
    for (const [slot, hash] of this.#hashes.entries()) {
      const found = slotsFrom(this.#index, hash).filter((other) => other === slot);
      assert.equal(found.length, this.#held.has(slot) ? 1 : 0);
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

test('slots of one hash are all found, however many', () => {
  const index = new SlotIndex(() => 7);
  for (let slot = 0; slot < 5000; slot++) index.add(slot);
  assert.equal(slotsFrom(index, 7).length, 5000);
  for (let slot = 0; slot < 5000; slot++) index.remove(slot);
  assert.equal(index.size, 0);
  assert.deepEqual(slotsFrom(index, 7), []);
});

test('what is not in the index cannot be taken out', () => {
  const index = new SlotIndex((slot) => slot);
  index.add(1);
  assert.throws(() => index.remove(2), RangeError);
  assert.equal(index.size, 1);
});
