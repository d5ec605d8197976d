import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { ChangeFeed, type FeedCursor } from './change-feed.ts';
import { LocationRows } from './location-rows.ts';
import { NO_SLOT } from './slot-index.ts';

fc.configureGlobal({ seed: 11, numRuns: 2000 });

/** The last ones are beyond those that a feed has room for at first. */
const SLOTS = [0, 1, 2, 1023, 1024, 4000];
const CAPACITY = 4096;

/** What a feed is to be: each slot's last change, and for each reader how far it has read. */
class Model {
  readonly seqs = new Map<number, number>();
  head = 0;

  append(slot: number): void {
    this.head += 1;
    this.seqs.set(slot, this.head);
  }

  /** The slot whose last change is the first one after `seq`. */
  after(seq: number): { slot: number; seq: number } | undefined {
    const later = [...this.seqs].filter(([, changed]) => changed > seq);
    const [first] = later.toSorted(([, a], [, b]) => a - b);
    return first && { slot: first[0], seq: first[1] };
  }
}

/** A feed beside its model: each step is taken by both, and both must say the same. */
class Pair {
  readonly #rows = new LocationRows(CAPACITY);
  readonly #feed: ChangeFeed;
  readonly #model = new Model();
  readonly #readers: { cursor: FeedCursor; read: number }[] = [];

  /**
   * @param restored slots that are put in before the first change, newest last
   * @param lost how many changes before the first one were kept by nobody
   */
  constructor(restored: readonly number[], lost: number) {
    const seqs = restored.map((_, index) => (index + 1) * 10);
    this.#feed = new ChangeFeed(this.#rows, restored.length * 10 + lost);
    this.#model.head = this.#feed.head;
    for (const [index, slot] of restored.entries()) {
      const seq = seqs[index] ?? 0;
      this.#feed.replay(slot, seq);
      this.#model.seqs.set(slot, seq);
    }
    assert.equal(this.#feed.head, this.#model.head);
  }

  append(slot: number): void {
    this.#feed.append(slot);
    this.#model.append(slot);
    assert.equal(this.#rows.seq(slot), this.#model.head);
    assert.equal(this.#feed.head, this.#model.head);
  }

  remove(slot: number): void {
    if (!this.#model.seqs.delete(slot)) return;
    this.#feed.remove(slot);
    assert.equal(this.#rows.seq(slot), 0);
  }

  /** Opens a reader anywhere from before the first change to beyond the last one. */
  open(where: number): void {
    const seq = where % (this.#model.head + 3);
    const cursor = this.#feed.open(seq);
    while (!this.#feed.seek(cursor, 2));
    const read = Math.min(seq, this.#model.head);
    assert.equal(cursor.seq, read);
    this.#readers.push({ cursor, read });
  }

  next(which: number): void {
    const reader = this.#readers[which % Math.max(this.#readers.length, 1)];
    if (reader === undefined) return;
    const expected = this.#model.after(reader.read);
    const slot = this.#feed.next(reader.cursor);
    assert.equal(slot, expected?.slot ?? NO_SLOT);
    if (expected !== undefined) assert.equal(this.#rows.seq(slot), expected.seq);
    reader.read = expected?.seq ?? this.#model.head;
    assert.equal(reader.cursor.seq, reader.read);
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

test('a reader skips no change, hears none twice, and may come back at any seq', () => {
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
  const feed = new ChangeFeed(new LocationRows(64), 0);
  const [a, b] = [0, 1];
  const cursor = feed.open(0);
  for (const slot of [a, b, a, a]) feed.append(slot);
  assert.equal(feed.next(cursor), b);
  assert.equal(feed.next(cursor), a);
  assert.equal(feed.next(cursor), NO_SLOT);
  assert.equal(cursor.seq, 4);
});

test('what a reader has just read is given again once it has changed', () => {
  const feed = new ChangeFeed(new LocationRows(64), 0);
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
  const feed = new ChangeFeed(new LocationRows(64), 0);
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
  assert.equal(cursor.seq, 3);
});

test('the place to read on from is looked for in steps, while slots move', () => {
  const feed = new ChangeFeed(new LocationRows(64), 0);
  for (let slot = 0; slot < 10; slot++) feed.append(slot);
  const cursor = feed.open(3);
  assert.equal(feed.seek(cursor, 4), false);
  feed.append(5); // the slot that it stands at, and one in front of it
  feed.append(4);
  assert.equal(feed.seek(cursor, 0), false);
  assert.equal(feed.seek(cursor, 10), true);
  const read = Array.from({ length: 8 }, () => feed.next(cursor));
  assert.deepEqual(read, [3, 6, 7, 8, 9, 5, 4, NO_SLOT]);
});

test('what is replayed stands in front of what has changed meanwhile', () => {
  const rows = new LocationRows(64);
  const feed = new ChangeFeed(rows, 100);
  feed.append(1);
  feed.replay(2, 5);
  feed.append(3);
  feed.replay(4, 7);
  feed.replay(2, 9);
  const cursor = feed.open(0);
  const read = Array.from({ length: 5 }, () => [feed.next(cursor), cursor.seq]);
  assert.deepEqual(read, [
    [4, 7],
    [2, 9],
    [1, 101],
    [3, 102],
    [NO_SLOT, 102],
  ]);
});

test('a cursor after what is replayed reads live changes alone', () => {
  const feed = new ChangeFeed(new LocationRows(64), 100);
  const early = feed.open(100);
  feed.replay(1, 5);
  feed.replay(2, 6);
  const cursors = [early, feed.open(100)];
  for (const cursor of cursors) assert.equal(feed.seek(cursor, 10), true);
  feed.replay(3, 7);
  feed.append(4);
  feed.replay(1, 8);
  feed.append(2);
  for (const cursor of cursors) {
    const read = Array.from({ length: 3 }, () => feed.next(cursor));
    assert.deepEqual(read, [4, 2, NO_SLOT]);
  }
});
