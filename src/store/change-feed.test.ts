import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { ChangeFeed, type FeedCursor } from './change-feed.ts';
import { NO_SLOT } from './slot-index.ts';

fc.configureGlobal({ seed: 11, numRuns: 2000 });

/** The last ones are beyond those that a feed has room for at first. */
const SLOTS = [0, 1, 2, 1023, 1024, 4000];
const CAPACITY = 4096;

/** What a feed is to be: each slot's last change, and for each reader how far it has read. */
class Model {
  readonly numbers = new Map<number, number>();
  head = 0;

  append(slot: number): void {
    this.head += 1;
    this.numbers.set(slot, this.head);
  }

  /** The slot whose last change is the first one after `number`. */
  after(number: number): { slot: number; number: number } | undefined {
    const later = [...this.numbers].filter(([, changed]) => changed > number);
    const [first] = later.toSorted(([, a], [, b]) => a - b);
    return first && { slot: first[0], number: first[1] };
  }
}

/** A feed beside its model: each step is taken by both, and both must say the same. */
class Pair {
  readonly #feed: ChangeFeed;
  readonly #model = new Model();
  readonly #readers: { cursor: FeedCursor; read: number }[] = [];

  /**
   * @param restored slots that are put in before the first change, newest last
   * @param lost how many changes before the first one were kept by nobody
   */
  constructor(restored: readonly number[], lost: number) {
    const numbers = restored.map((_, index) => (index + 1) * 10);
    this.#feed = new ChangeFeed(restored.length * 10 + lost);
    this.#feed.grow(CAPACITY);
    this.#model.head = this.#feed.head;
    for (const [index, slot] of restored.entries()) {
      const number = numbers[index] ?? 0;
      this.#feed.appendAs(slot, number);
      this.#model.numbers.set(slot, number);
    }
    assert.equal(this.#feed.head, this.#model.head);
  }

  append(slot: number): void {
    this.#feed.append(slot);
    this.#model.append(slot);
    assert.equal(this.#feed.numberOf(slot), this.#model.head);
    assert.equal(this.#feed.head, this.#model.head);
  }

  remove(slot: number): void {
    if (!this.#model.numbers.delete(slot)) return;
    this.#feed.remove(slot);
    assert.equal(this.#feed.numberOf(slot), 0);
  }

  /** Opens a reader anywhere from before the first change to beyond the last one. */
  open(where: number): void {
    const number = where % (this.#model.head + 3);
    const cursor = this.#feed.open(number);
    const read = Math.min(number, this.#model.head);
    assert.equal(cursor.number, read);
    this.#readers.push({ cursor, read });
  }

  next(which: number): void {
    const reader = this.#readers[which % Math.max(this.#readers.length, 1)];
    if (reader === undefined) return;
    const expected = this.#model.after(reader.read);
    const slot = this.#feed.next(reader.cursor);
    assert.equal(slot, expected?.slot ?? NO_SLOT);
    if (expected !== undefined) assert.equal(this.#feed.numberOf(slot), expected.number);
    reader.read = expected?.number ?? this.#model.head;
    assert.equal(reader.cursor.number, reader.read);
  }

  close(which: number): void {
    const [reader] = this.#readers.splice(which % Math.max(this.#readers.length, 1), 1);
    if (reader !== undefined) this.#feed.close(reader.cursor);
  }

  /** Reads on to the end with every reader. */
  finish(): void {
    this.open(0);
    for (const [index, reader] of this.#readers.entries()) {
      while (reader.read < this.#model.head) this.next(index);
      this.next(index);
    }
  }
}

const slot = fc.constantFrom(...SLOTS);
const step = fc.oneof(
  { weight: 6, arbitrary: slot.map((slot) => (pair: Pair) => pair.append(slot)) },
  { weight: 1, arbitrary: slot.map((slot) => (pair: Pair) => pair.remove(slot)) },
  { weight: 6, arbitrary: fc.nat().map((which) => (pair: Pair) => pair.next(which)) },
  { weight: 1, arbitrary: fc.nat().map((where) => (pair: Pair) => pair.open(where)) },
  { weight: 1, arbitrary: fc.nat().map((which) => (pair: Pair) => pair.close(which)) },
);

test('a reader skips no change, hears none twice, and may come back at any number', () => {
  const steps = fc.array(step, { maxLength: 80, size: 'max' });
  fc.assert(
    fc.property(fc.shuffledSubarray(SLOTS), fc.nat(3), steps, (restored, lost, steps) => {
      const pair = new Pair(restored, lost);
      for (const take of steps) take(pair);
      pair.finish();
    }),
  );
});

test('a client that changes many times is read once, at its latest', () => {
  const feed = new ChangeFeed();
  const [a, b] = [0, 1];
  const cursor = feed.open(0);
  for (const slot of [a, b, a, a]) feed.append(slot);
  assert.equal(feed.next(cursor), b);
  assert.equal(feed.next(cursor), a);
  assert.equal(feed.next(cursor), NO_SLOT);
  assert.equal(cursor.number, 4);
});

test('what a reader has just read is given again once it has changed', () => {
  const feed = new ChangeFeed();
  const [a, b] = [0, 1];
  feed.append(a);
  feed.append(b);
  const cursor = feed.open(0);
  assert.equal(feed.next(cursor), a);
  feed.append(a);
  assert.equal(feed.next(cursor), b);
  assert.equal(feed.next(cursor), a);
  assert.equal(feed.next(cursor), NO_SLOT);
});

test('a slot that was taken out and is used again is a change of its own', () => {
  const feed = new ChangeFeed();
  const [a, b] = [0, 1];
  feed.append(a);
  feed.append(b);
  const cursor = feed.open(0);
  assert.equal(feed.next(cursor), a);
  feed.remove(a);
  assert.equal(feed.next(cursor), b);
  feed.append(a);
  assert.equal(feed.next(cursor), a);
  assert.equal(feed.next(cursor), NO_SLOT);
  assert.equal(cursor.number, 3);
});

test('what was in a feed is in it when it has grown', () => {
  const feed = new ChangeFeed();
  for (const slot of [5, 1023, 0]) feed.append(slot);
  const cursor = feed.open(1);
  feed.grow(2048);
  feed.append(2047);
  feed.append(1023);
  const read = Array.from({ length: 4 }, () => feed.next(cursor));
  assert.deepEqual(read, [0, 2047, 1023, NO_SLOT]);
});
