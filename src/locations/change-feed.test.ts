import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { ChangeFeed, type FeedCursor, type FeedEntry } from './change-feed.ts';

fc.configureGlobal({ seed: 11, numRuns: 2000 });

const CLIENTS = ['a', 'b', 'c', 'd', 'e'];

function entryOf(client: string): FeedEntry {
  const location = {
    client,
    origin: '',
    position: { latitude: 0, longitude: 0 },
    time: 0n,
    at: '',
  };
  return { location, number: 0, heldBy: 0, previous: undefined, next: undefined };
}

/** What a feed is to be: each client's last change, and for each reader how far it has read. */
class Model {
  readonly numbers = new Map<string, number>();
  head = 0;

  append(client: string): void {
    this.head += 1;
    this.numbers.set(client, this.head);
  }

  /** The client whose last change is the first one after `number`. */
  after(number: number): { client: string; number: number } | undefined {
    const later = [...this.numbers].filter(([, changed]) => changed > number);
    const [first] = later.toSorted(([, a], [, b]) => a - b);
    return first && { client: first[0], number: first[1] };
  }
}

/** A feed beside its model: each step is taken by both, and both must say the same. */
class Pair {
  readonly #feed: ChangeFeed;
  readonly #entries = new Map(CLIENTS.map((client) => [client, entryOf(client)]));
  readonly #model = new Model();
  readonly #readers: { cursor: FeedCursor; read: number }[] = [];

  /** @param restored clients that are put in before the first change, newest last */
  constructor(restored: readonly string[]) {
    this.#feed = new ChangeFeed(restored.length);
    for (const client of restored) this.#model.append(client);
    for (const client of restored.toReversed()) {
      const entry = this.#entries.get(client);
      assert.ok(entry);
      entry.number = this.#model.numbers.get(client) ?? 0;
      this.#feed.prepend(entry);
    }
  }

  append(client: string): void {
    const entry = this.#entries.get(client);
    assert.ok(entry);
    this.#feed.append(entry);
    this.#model.append(client);
    assert.equal(entry.number, this.#model.head);
    assert.equal(this.#feed.head, this.#model.head);
  }

  remove(client: string): void {
    const entry = this.#entries.get(client);
    assert.ok(entry);
    this.#feed.remove(entry);
    this.#model.numbers.delete(client);
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
    const entry = this.#feed.next(reader.cursor);
    assert.deepEqual(entry && { client: entry.location.client, number: entry.number }, expected);
    reader.read = expected?.number ?? this.#model.head;
    assert.equal(reader.cursor.number, reader.read);
  }

  close(which: number): void {
    const [reader] = this.#readers.splice(which % Math.max(this.#readers.length, 1), 1);
    if (reader !== undefined) this.#feed.close(reader.cursor);
  }

  /** Reads on to the end with every reader. */
  finish(): void {
    for (const [index, reader] of this.#readers.entries()) {
      while (reader.read < this.#model.head) this.next(index);
      this.next(index);
    }
  }
}

const client = fc.constantFrom(...CLIENTS);
const step = fc.oneof(
  { weight: 6, arbitrary: client.map((client) => (pair: Pair) => pair.append(client)) },
  { weight: 1, arbitrary: client.map((client) => (pair: Pair) => pair.remove(client)) },
  { weight: 6, arbitrary: fc.nat().map((which) => (pair: Pair) => pair.next(which)) },
  { weight: 1, arbitrary: fc.nat().map((where) => (pair: Pair) => pair.open(where)) },
  { weight: 1, arbitrary: fc.nat().map((which) => (pair: Pair) => pair.close(which)) },
);

test('a reader skips no change, hears none twice, and may come back at any number', () => {
  fc.assert(
    fc.property(fc.subarray(CLIENTS), fc.array(step, { maxLength: 80 }), (restored, steps) => {
      const pair = new Pair(restored);
      for (const take of steps) take(pair);
      pair.finish();
    }),
  );
});

test('a client that changes many times is read once, at its latest', () => {
  const feed = new ChangeFeed();
  const [a, b] = [entryOf('a'), entryOf('b')];
  const cursor = feed.open(0);
  for (const entry of [a, b, a, a]) feed.append(entry);
  assert.equal(feed.next(cursor), b);
  assert.equal(feed.next(cursor), a);
  assert.equal(feed.next(cursor), undefined);
  assert.equal(cursor.number, 4);
});

test('what a reader has just read is given again once it has changed', () => {
  const feed = new ChangeFeed();
  const [a, b] = [entryOf('a'), entryOf('b')];
  feed.append(a);
  feed.append(b);
  const cursor = feed.open(0);
  assert.equal(feed.next(cursor), a);
  feed.append(a);
  assert.equal(feed.next(cursor), b);
  assert.equal(feed.next(cursor), a);
  assert.equal(feed.next(cursor), undefined);
});
