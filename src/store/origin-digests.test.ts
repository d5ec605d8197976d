import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { RecordView } from './record.ts';
import { LocationStore } from './store.ts';

fc.configureGlobal({ seed: 23, numRuns: 300 });

const ORIGINS = ['Riley', 'Jaquez', 'Juzang'] as const;

function location(client: number, time: number, origin: string = ORIGINS[0]): RecordView {
  const line = new RecordView();
  const bytes = Buffer.from(`AT ${origin} +0.500000000 client-${client} +1+1 ${time}`);
  assert.ok(line.scan(bytes, 0, bytes.length));
  // What tells records apart is their identity.
  line.sequence = 1 + client * 1000 + time;
  return line;
}

function numberOf(store: LocationStore, origin: string): number {
  return store.findOrigin(Buffer.from(origin));
}

/** What a store has of each origin. */
function digestsOf(store: LocationStore): object[] {
  const digests = store.digestOrigins();
  return ORIGINS.map((origin) => digests.of(numberOf(store, origin)));
}

const locations = fc.array(
  fc.record({
    client: fc.nat({ max: 5 }),
    time: fc.nat({ max: 9 }),
    origin: fc.constantFrom(...ORIGINS),
  }),
  { maxLength: 40 },
);

describe('what is held of each origin', () => {
  test('is summed up alike whatever the order in which it came', () => {
    fc.assert(
      fc.property(locations, fc.gen(), (made, gen) => {
        const stores = [new LocationStore('a'), new LocationStore('b')];
        const other = made.toSorted(() => gen(fc.integer, { min: -1, max: 1 }));
        for (const [index, order] of [made, other].entries()) {
          const store = stores[index];
          store?.digestOrigins();
          // All names first: an origin that has no number yet has no sum.
          for (const origin of ORIGINS) store?.apply(location(99, 1, origin));
          for (const { client, time, origin } of order)
            store?.apply(location(client, time, origin));
        }
        const [a, b] = stores;
        assert.ok(a && b);
        assert.deepEqual(digestsOf(a), digestsOf(b));
      }),
    );
  });

  test('is the same when summing up begins later', () => {
    fc.assert(
      fc.property(locations, (made) => {
        const [early, late] = [new LocationStore('a'), new LocationStore('b')];
        early.digestOrigins();
        for (const { client, time, origin } of made) {
          early.apply(location(client, time, origin));
          late.apply(location(client, time, origin));
        }
        assert.deepEqual(digestsOf(early), digestsOf(late));
      }),
    );
  });

  test('differs by any one location', () => {
    const [a, b] = [new LocationStore('a'), new LocationStore('b')];
    for (let client = 0; client < 1000; client++) {
      a.apply(location(client, 10));
      b.apply(location(client, client === 500 ? 11 : 10));
    }
    assert.notDeepEqual(digestsOf(a)[0], digestsOf(b)[0]);
    a.apply(location(500, 11));
    assert.deepEqual(digestsOf(a), digestsOf(b));
  });

  test('is nothing when all was forgotten', () => {
    const store = new LocationStore('a');
    store.digestOrigins();
    for (let client = 0; client < 10; client++) store.apply(location(client, 10));
    assert.notDeepEqual(digestsOf(store)[0], { low: 0, high: 0 });
    store.forgetBefore({ seconds: 20, nanoseconds: 0 });
    for (const _ of store.sweep(100));
    assert.deepEqual(digestsOf(store)[0], { low: 0, high: 0 });
  });
});

describe('a state of a watched origin', () => {
  test('is known again, whether it ended by the same origin, another one or by being forgotten', () => {
    const store = new LocationStore('a');
    const digests = store.digestOrigins();
    store.apply(location(1, 1));
    const origin = numberOf(store, ORIGINS[0]);
    const before = digests.of(origin);
    assert.equal(digests.hasBeen(origin, before), false, 'it is not watched yet');
    digests.watch(origin);
    const states = [digests.of(origin)];
    for (const line of [location(1, 2), location(2, 3), location(2, 4, ORIGINS[1])]) {
      store.apply(line);
      states.push(digests.of(origin));
    }
    store.forgetBefore({ seconds: 20, nanoseconds: 0 });
    for (const _ of store.sweep(100));
    states.push(digests.of(origin));
    for (const state of states) assert.equal(digests.hasBeen(origin, state), true);
    assert.equal(digests.hasBeen(origin, { low: before.low, high: before.high + 1 }), false);
  });

  test('is no state in the midst of a replacement', () => {
    const store = new LocationStore('a');
    const digests = store.digestOrigins();
    store.apply(location(1, 1));
    store.apply(location(2, 1));
    const origin = numberOf(store, ORIGINS[0]);
    digests.watch(origin);
    store.apply(location(2, 2));
    const other = new LocationStore('b');
    other.apply(location(1, 1));
    const alone = other.digestOrigins().of(numberOf(other, ORIGINS[0]));
    assert.equal(digests.hasBeen(origin, alone), false);
  });

  test('is remembered as a sample when many more have followed, and others have the same samples', () => {
    const [a, b] = [new LocationStore('a'), new LocationStore('b')];
    const digests = [a.digestOrigins(), b.digestOrigins()] as const;
    a.apply(location(0, 1));
    const origin = numberOf(a, ORIGINS[0]);
    digests[0].watch(origin);
    for (let client = 1; client <= 5000; client++) a.apply(location(client, 1));
    for (let client = 0; client <= 3000; client++) b.apply(location(client, 1));
    const sample = digests[1].sampleOf(origin);
    assert.ok(sample);
    assert.ok(sample.number > 0 && sample.number <= 3001);
    assert.equal(digests[0].hasBeen(origin, sample), true);
    assert.equal(digests[0].hasBeen(origin, digests[1].of(origin)), false, 'too long ago');
  });
});
