import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crc32 } from 'node:zlib';

import fc from 'fast-check';

import { compareRecords, RecordView } from './record.ts';
import { ByteWriter } from '../protocol/byte-writer.ts';
import { setOf } from './neighbour-set.ts';
import { NO_SLOT } from './slot-index.ts';
import { nextSlot } from './next-slot.test.ts';
import { LocationStore } from './store.ts';

fc.configureGlobal({ seed: 13, numRuns: 500 });

function lineOf(text: string): RecordView {
  const bytes = Buffer.from(text, 'latin1');
  const line = new RecordView();
  assert.ok(line.scan(bytes, 0, bytes.length), text);
  // What tells records apart is their identity.
  line.sequence = 1 + crc32(bytes);
  return line;
}

/** A location of `client` at `time`, both in seconds; a negative skew is a clock that runs ahead. */
function location(client: string, time: number, origin = 'A', skew = 1): RecordView {
  const sign = skew < 0 ? '-' : '+';
  return lineOf(`AT ${origin} ${sign}${Math.abs(skew)}.000000000 ${client} +1+1 ${time}`);
}

/** The line of a client's location. */
function held(store: LocationStore, client: string): string | undefined {
  const bytes = Buffer.from(`x${client}x`, 'latin1');
  const location = store.get(bytes, 1, bytes.length - 1);
  assert.equal(store.has(bytes, 1, bytes.length - 1), location !== undefined);
  return location?.at;
}

function clientOf({ bytes, clientStart, clientEnd }: RecordView): string {
  return bytes.toString('latin1', clientStart, clientEnd);
}

/** The client whose location is at a slot. */
function clientAt(store: LocationStore, slot: number): string {
  const out = new ByteWriter(1);
  store.writeLine(slot, out);
  return clientOf(lineOf(out.view().toString('latin1')));
}

/** What a reader that has read up to a seq has still to read: the clients, in order. */
function unread(store: LocationStore, seq: number): string[] {
  const cursor = store.openAfter(seq);
  const clients: string[] = [];
  for (let slot = nextSlot(store, cursor); slot !== NO_SLOT; slot = nextSlot(store, cursor)) {
    clients.push(clientAt(store, slot));
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
      const [one, other] = [new LocationStore(), new LocationStore()];
      for (const location of first) one.apply(location);
      for (const location of second) other.apply(location);
      for (const client of ['a', 'b', 'c']) assert.equal(held(one, client), held(other, client));
      assert.equal(one.size, other.size);
    }),
  );
});

test('each location is taken in only if it is newer, and only then is it a change', () => {
  fc.assert(
    fc.property(fc.array(anyLocation, { maxLength: 30 }), (locations) => {
      const store = new LocationStore();
      for (const location of locations) {
        const client = clientOf(location);
        const before = held(store, client);
        const order = before === undefined ? 1 : compareRecords(location, lineOf(before));
        const head = store.head;
        const expected = order > 0 ? 'newer' : order === 0 ? 'same' : 'older';
        assert.equal(store.apply(location), expected);
        assert.equal(store.head, order > 0 ? head + 1 : head);
        assert.equal(held(store, client), order > 0 ? location.toString() : before);
      }
    }),
  );
});

test('a client that nobody has reported has no location', () => {
  const store = new LocationStore();
  assert.equal(held(store, 'kiwi'), undefined);
  assert.equal(held(store, '__proto__'), undefined);
  assert.equal(store.size, 0);
});

test('a client has the location that its line says', () => {
  const store = new LocationStore();
  const line = location('kiwi', 10);
  store.apply(line);
  assert.deepEqual(store.get(Buffer.from('kiwi')), {
    client: 'kiwi',
    position: { latitude: 1, longitude: 1 },
    time: { seconds: 10, nanoseconds: 0 },
    received: { seconds: 11, nanoseconds: 0 },
    origin: 'A',
    attributes: {},
    at: line.toString(),
  });
});

describe('who holds a location', () => {
  const [B, C] = [setOf(0), setOf(29)];

  test('is whoever it came from', () => {
    const store = new LocationStore();
    const cursor = store.openAfter(0);
    store.apply(location('kiwi', 10), B);
    assert.equal(store.heldBy(nextSlot(store, cursor)), B);
  });

  test('is also whoever sent the same', () => {
    const store = new LocationStore();
    const cursor = store.openAfter(0);
    store.apply(location('kiwi', 10), B);
    store.apply(location('kiwi', 10), C);
    const heldBy = store.heldBy(nextSlot(store, cursor));
    assert.ok((heldBy & B) !== 0 && (heldBy & C) !== 0 && (heldBy & setOf(1)) === 0);
  });

  test('is forgotten when a newer one comes', () => {
    const store = new LocationStore();
    const cursor = store.openAfter(0);
    store.apply(location('kiwi', 10), B);
    store.apply(location('kiwi', 11), C);
    assert.equal(store.heldBy(nextSlot(store, cursor)), C);
  });

  test('does not count whoever sent an older one', () => {
    const store = new LocationStore();
    const cursor = store.openAfter(0);
    store.apply(location('kiwi', 10), B);
    store.apply(location('kiwi', 9), C);
    assert.equal(store.heldBy(nextSlot(store, cursor)), B);
  });
});

test('a neighbour that has the location of a dropped client counts as having nothing of the next one in its slot', () => {
  const store = new LocationStore();
  store.apply(location('old', 10), setOf(3));
  store.forgetBefore({ seconds: 20, nanoseconds: 0 });
  for (const _ of store.sweep(10));
  store.apply(location('new', 30));
  const cursor = store.openAfter(0);
  assert.equal(store.heldBy(nextSlot(store, cursor)), 0);
});

test('a store that grows remembers everything of every client', () => {
  const CLIENTS = 3000;
  const store = new LocationStore();
  const all = Array.from({ length: CLIENTS }, (_, n) => `client-${n}`);
  for (const [n, client] of all.entries()) store.apply(location(client, 100 + n), n % 1024);
  // Every other one changes again, the last ones first.
  const again = all.filter((_, n) => n % 2 === 0).toReversed();
  for (const client of again) store.apply(location(client, 10_000), 1);
  const order = [...all.filter((_, n) => n % 2 === 1), ...again];
  assert.deepEqual(unread(store, 0), order);
  const cursor = store.openAfter(0);
  for (const client of order) {
    const slot = nextSlot(store, cursor);
    const n = all.indexOf(client);
    assert.equal(store.heldBy(slot), n % 2 === 0 ? 1 : n % 1024);
  }
  store.forgetBefore({ seconds: 10_000, nanoseconds: 0 });
  assert.equal(
    [...store.sweep(100)].reduce((sum, dropped) => sum + dropped),
    CLIENTS / 2,
  );
  assert.deepEqual(unread(store, 0), again);
  assert.deepEqual([nextSlot(store, cursor), cursor.seq], [NO_SLOT, store.head]);
});

describe('a reader of the feed that comes back', () => {
  const store = new LocationStore();
  for (const client of ['a', 'b', 'c']) store.apply(location(client, 10));
  store.apply(location('a', 11));

  test('reads what changed since', () => {
    assert.deepEqual(unread(store, 2), ['c', 'a']);
    assert.deepEqual(unread(store, 3), ['a']);
    assert.deepEqual(unread(store, 4), []);
  });

  test('reads everything where it never was here', () => {
    assert.deepEqual(unread(store, 0), ['b', 'c', 'a']);
  });
});

describe('forgetting', () => {
  const OLD = location('old', 10);
  const NEW = location('new', 30);
  const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

  /** A store that forgets what is of before second 20. */
  function forgetful(...locations: RecordView[]): LocationStore {
    const store = new LocationStore();
    for (const location of locations) store.apply(location);
    store.forgetBefore({ seconds: 20, nanoseconds: 0 });
    return store;
  }

  test('neither gives out nor takes in what is too old', () => {
    const store = forgetful(OLD, NEW);
    assert.equal(held(store, 'old'), undefined);
    assert.equal(held(store, 'new'), NEW.toString());
    assert.deepEqual(unread(store, 0), ['new']);
    assert.equal(store.apply(OLD), 'older');
    assert.equal(store.apply(location('other', 19)), 'older');
    assert.equal(store.apply(location('other', 20)), 'newer');
    assert.equal(held(store, 'old'), undefined);
  });

  test('a client that reports again is known again', () => {
    const store = forgetful(OLD);
    assert.equal(store.apply(location('old', 25)), 'newer');
    assert.equal(held(store, 'old'), location('old', 25).toString());
    assert.deepEqual([...store.sweep(10)], [0]);
  });

  test('does not go back', () => {
    const store = forgetful(OLD);
    store.forgetBefore({ seconds: 5, nanoseconds: 0 });
    assert.equal(held(store, 'old'), undefined);
  });

  test('a sweep looks at so many slots a step, and drops what is forgotten', () => {
    const store = forgetful(OLD, NEW, location('b', 1), location('c', 2), location('d', 40));
    assert.deepEqual([...store.sweep(2)], [1, 2, 0]);
    assert.deepEqual([...store.sweep(5)], [0, 0], 'it was dropped already');
    assert.equal(store.size, 2);
    assert.deepEqual(unread(store, 0), ['new', 'd']);
  });

  test('a sweep leaves nothing of what it drops in the feed', () => {
    const store = forgetful(OLD, location('b', 1));
    for (const _ of store.sweep(10));
    const cursor = store.openAfter(0);
    assert.equal(nextSlot(store, cursor), NO_SLOT);
    assert.equal(cursor.slot, NO_SLOT, 'a slot was passed over');
  });

  test('a reader that stands on what is dropped goes on after it', () => {
    const store = new LocationStore();
    for (const time of [10, 11, 30]) store.apply(location(`client-${time}`, time));
    const cursor = store.openAfter(0);
    nextSlot(store, cursor);
    nextSlot(store, cursor);
    store.forgetBefore({ seconds: 20, nanoseconds: 0 });
    for (const _ of store.sweep(1));
    assert.equal(clientAt(store, nextSlot(store, cursor)), 'client-30');
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
          let step = 0;
          let before = store.size;
          for (const dropped of store.sweep(size + 1)) {
            assert.equal(store.size, before - dropped);
            for (const { name, time } of all.filter((one) => one.step === step)) {
              const known = held(store, name) !== undefined;
              store.apply(location(name, time));
              assert.equal(held(store, name) !== undefined, known || time >= 20);
            }
            before = store.size;
            step += 1;
          }
          // What was forgotten and has not reported since is gone, and what is there can be read.
          const present = NAMES.filter((name) => held(store, name) !== undefined);
          assert.equal(store.size, present.length);
          assert.deepEqual(unread(store, 0).toSorted(), present);
        },
      ),
    );
  });
});

describe('what a journal kept', () => {
  test('comes back under its seqs, and the feed goes on after them', () => {
    const store = new LocationStore(70);
    for (const [client, seq] of [
      ['a', 10],
      ['b', 20],
      ['c', 63],
    ] as const) {
      store.replay(location(client, 10), seq);
    }
    assert.deepEqual([store.size, store.head], [3, 70]);
    assert.equal(store.apply(location('b', 11)), 'newer');
    assert.equal(store.head, 71);
    assert.deepEqual(unread(store, 0), ['a', 'c', 'b']);
    assert.deepEqual(unread(store, 10), ['c', 'b']);
    assert.deepEqual(unread(store, 69), ['b']);
    assert.deepEqual(unread(store, 71), []);
  });

  test('is the newest that was kept of each client', () => {
    const store = new LocationStore(4);
    store.replay(location('a', 11), 1);
    store.replay(location('b', 10), 2);
    store.replay(location('a', 12), 3);
    store.replay(location('a', 11), 4);
    assert.equal(held(store, 'a'), location('a', 12).toString());
    assert.deepEqual(unread(store, 0), ['b', 'a']);
    assert.equal(store.size, 2);
  });

  test('gives way to what has been reported meanwhile, unless it is newer', () => {
    const store = new LocationStore(10);
    store.apply(location('a', 12));
    store.apply(location('b', 8));
    store.replay(location('a', 11), 1);
    store.replay(location('b', 9), 2);
    store.replay(location('c', 5), 3);
    assert.equal(held(store, 'a'), location('a', 12).toString());
    assert.equal(held(store, 'b'), location('b', 9).toString());
    assert.deepEqual(unread(store, 0), ['c', 'a', 'b']);
    assert.deepEqual(unread(store, 3), ['a', 'b']);
  });

  test('is not taken in where it is to be forgotten', () => {
    const store = new LocationStore(3);
    store.forgetBefore({ seconds: 20, nanoseconds: 0 });
    store.replay(location('a', 12), 1);
    store.replay(location('b', 20), 2);
    assert.deepEqual([store.size, unread(store, 0)], [1, ['b']]);
    store.replay(location('b', 21), 3);
    store.forgetBefore({ seconds: 22, nanoseconds: 0 });
    assert.equal(held(store, 'b'), undefined);
    assert.deepEqual([...store.sweep(10)], [1]);
  });
});
