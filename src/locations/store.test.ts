import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { compareLocations, parseLocation, type Location } from './location.ts';
import { setOf } from './neighbour-set.ts';
import type { FeedPosition } from './feed-history.ts';
import { LocationStore } from './store.ts';

fc.configureGlobal({ seed: 13, numRuns: 500 });

/** A location of `client` at `time`, both in seconds; a negative skew is a clock that runs ahead. */
function location(client: string, time: number, origin = 'A', skew = 1): Location {
  const sign = skew < 0 ? '-' : '+';
  const line = `AT ${origin} ${sign}${Math.abs(skew)}.000000000 ${client} +1+1 ${time}`;
  const parsed = parseLocation(line);
  assert.ok(parsed);
  return parsed;
}

/** What a reader that has read up to `position` is still to be told: the clients, in order. */
function unread(store: LocationStore, position: FeedPosition | undefined): string[] {
  const cursor = store.open(position);
  const clients: string[] = [];
  for (let entry = store.next(cursor); entry !== undefined; entry = store.next(cursor)) {
    clients.push(entry.location.client);
  }
  store.close(cursor);
  return clients;
}

const anyLocation = fc
  .tuple(
    fc.constantFrom('a', 'b', 'c'),
    fc.nat(5),
    fc.constantFrom('A', 'B'),
    fc.integer({ min: -3, max: 3 }),
  )
  .map(([client, time, origin, skew]) => location(client, time + 10, origin, skew));

test('stores that saw the same locations hold the same, in whatever order they came', () => {
  const twoOrders = fc
    .array(anyLocation, { maxLength: 20 })
    .chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
  fc.assert(
    fc.property(twoOrders, ([first, second]) => {
      const [one, other] = [new LocationStore('1'), new LocationStore('2')];
      for (const location of first) one.apply(location);
      for (const location of second) other.apply(location);
      for (const client of ['a', 'b', 'c']) assert.deepEqual(one.get(client), other.get(client));
      assert.equal(one.size, other.size);
    }),
  );
});

test('each location is taken in only if it is newer, and only then is it a change', () => {
  fc.assert(
    fc.property(fc.array(anyLocation, { maxLength: 30 }), (locations) => {
      const store = new LocationStore('e');
      for (const location of locations) {
        const held = store.get(location.client);
        const order = held === undefined ? 1 : compareLocations(location, held);
        const head = store.head;
        const expected = order > 0 ? 'newer' : order === 0 ? 'same' : 'older';
        assert.equal(store.apply(location), expected);
        assert.equal(store.head, order > 0 ? head + 1 : head);
        assert.equal(store.get(location.client), order > 0 ? location : held);
      }
    }),
  );
});

test('a client that nobody has told of has no location', () => {
  const store = new LocationStore('e');
  assert.equal(store.get('kiwi'), undefined);
  assert.equal(store.get('__proto__'), undefined);
  assert.equal(store.size, 0);
});

describe('who holds a location', () => {
  const [B, C] = [setOf(0), setOf(29)];

  test('is whoever it came from', () => {
    const store = new LocationStore('e');
    const cursor = store.open(undefined);
    store.apply(location('kiwi', 10), B);
    assert.equal(store.next(cursor)?.heldBy, B);
  });

  test('is also whoever sent the same', () => {
    const store = new LocationStore('e');
    const cursor = store.open(undefined);
    store.apply(location('kiwi', 10), B);
    store.apply(location('kiwi', 10), C);
    const heldBy = store.next(cursor)?.heldBy ?? 0;
    assert.ok((heldBy & B) !== 0 && (heldBy & C) !== 0 && (heldBy & setOf(1)) === 0);
  });

  test('is forgotten when a newer one comes', () => {
    const store = new LocationStore('e');
    const cursor = store.open(undefined);
    store.apply(location('kiwi', 10), B);
    store.apply(location('kiwi', 11), C);
    assert.equal(store.next(cursor)?.heldBy, C);
  });

  test('does not count whoever sent an older one', () => {
    const store = new LocationStore('e');
    const cursor = store.open(undefined);
    store.apply(location('kiwi', 10), B);
    store.apply(location('kiwi', 9), C);
    assert.equal(store.next(cursor)?.heldBy, B);
  });
});

describe('a reader of the feed that comes back', () => {
  const store = new LocationStore('this life');
  for (const client of ['a', 'b', 'c']) store.apply(location(client, 10));
  store.apply(location('a', 11));

  test('is told what changed since', () => {
    assert.deepEqual(unread(store, { epoch: 'this life', number: 2 }), ['c', 'a']);
    assert.deepEqual(unread(store, { epoch: 'this life', number: 3 }), ['a']);
    assert.deepEqual(unread(store, { epoch: 'this life', number: 4 }), []);
  });

  test('is told everything where it never was here', () => {
    assert.deepEqual(unread(store, undefined), ['b', 'c', 'a']);
  });

  test('is told everything where it read another life of the feed', () => {
    assert.deepEqual(unread(store, { epoch: 'a former life', number: 3 }), ['b', 'c', 'a']);
  });

  test('is told everything where its number cannot be of this feed', () => {
    assert.deepEqual(unread(store, { epoch: 'this life', number: 5 }), ['b', 'c', 'a']);
  });
});

describe('forgetting', () => {
  const OLD = location('old', 10);
  const NEW = location('new', 30);
  const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

  /** A store that forgets what is of before second 20. */
  function forgetful(...locations: Location[]): LocationStore {
    const store = new LocationStore('e');
    for (const location of locations) store.apply(location);
    store.forgetBefore(location('any', 20).time);
    return store;
  }

  test('neither gives out nor takes in what is too old', () => {
    const store = forgetful(OLD, NEW);
    assert.equal(store.get('old'), undefined);
    assert.deepEqual(store.get('new'), NEW);
    assert.deepEqual(unread(store, undefined), ['new']);
    assert.equal(store.apply(OLD), 'older');
    assert.equal(store.apply(location('other', 19)), 'older');
    assert.equal(store.apply(location('other', 20)), 'newer');
    assert.equal(store.get('old'), undefined);
  });

  test('a client that reports again is known again', () => {
    const store = forgetful(OLD);
    assert.equal(store.apply(location('old', 25)), 'newer');
    assert.deepEqual(store.get('old'), location('old', 25));
    assert.deepEqual([...store.sweep(10)].flat(), []);
  });

  test('does not go back', () => {
    const store = forgetful(OLD);
    store.forgetBefore(location('any', 5).time);
    assert.equal(store.get('old'), undefined);
  });

  test('a sweep looks at so many clients a step, and drops what is forgotten', () => {
    const store = forgetful(OLD, NEW, location('b', 1), location('c', 2), location('d', 40));
    assert.deepEqual([...store.sweep(2)], [['old'], ['b', 'c'], []]);
    assert.equal(store.size, 2);
    assert.deepEqual(unread(store, undefined), ['new', 'd']);
  });

  test('a sweep leaves nothing of what it drops in the feed', () => {
    const store = forgetful(OLD, location('b', 1));
    for (const _ of store.sweep(10));
    const cursor = store.open(undefined);
    assert.equal(store.next(cursor), undefined);
    assert.equal(cursor.entry, undefined, 'an entry was passed over');
  });

  test('a reader that stands on what is dropped goes on after it', () => {
    const store = new LocationStore('e');
    for (const time of [10, 11, 30]) store.apply(location(`client-${time}`, time));
    const cursor = store.open(undefined);
    store.next(cursor);
    store.next(cursor);
    store.forgetBefore(location('any', 20).time);
    for (const _ of store.sweep(1));
    assert.equal(store.next(cursor)?.location.client, 'client-30');
  });

  test('a sweep of a store that changes meanwhile drops all that is forgotten, and that alone', () => {
    const change = fc.record({
      step: fc.nat(6),
      time: fc.nat(40),
      name: fc.constantFrom(...NAMES),
    });
    const changes = fc.array(change, { maxLength: 20 });
    fc.assert(
      fc.property(
        fc.array(fc.nat(40), { maxLength: 6 }),
        changes,
        fc.nat(3),
        (times, all, size) => {
          const store = forgetful(...times.map((time, n) => location(NAMES[n] ?? '', time)));
          const dropped: string[] = [];
          let step = 0;
          for (const clients of store.sweep(size + 1)) {
            dropped.push(...clients);
            for (const client of clients) assert.equal(store.get(client), undefined);
            for (const { name, time } of all.filter((one) => one.step === step)) {
              const before = store.get(name);
              store.apply(location(name, time));
              const known = before !== undefined || time >= 20;
              assert.equal(store.get(name) !== undefined, known);
            }
            step += 1;
          }
          // What was dropped and has not reported since is gone, and what is there can be read.
          const present = NAMES.filter((name) => store.get(name) !== undefined);
          assert.equal(store.size, present.length);
          assert.deepEqual(unread(store, undefined).toSorted(), present);
          for (const [n, time] of times.entries()) {
            const name = NAMES[n] ?? '';
            if (time < 20 && !present.includes(name)) assert.ok(dropped.includes(name));
          }
        },
      ),
    );
  });
});
