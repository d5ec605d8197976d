import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import type { JournaledLocation } from './journal.ts';
import { parseLocation, type Location } from './location.ts';
import { restore } from './restore.ts';
import { LocationStore } from './store.ts';

fc.configureGlobal({ seed: 23, numRuns: 300 });

/** How many locations go into the feed in one step. */
const ENTRIES_A_STEP = 5000;

function location(client: string, time: number): Location {
  const parsed = parseLocation(`AT A +1.000000000 ${client} +1+1 ${time}`);
  assert.ok(parsed);
  return parsed;
}

/** A client's row of a journal, whose change had this number. */
function row(client: string, number: number, time = 1): JournaledLocation {
  return { location: location(client, time), number };
}

/** A store of which a journal kept these rows, and what the restoring of it goes through. */
function begin(
  rows: readonly JournaledLocation[],
  head: number,
  rowsARead = 2,
): { store: LocationStore; steps: AsyncGenerator<void>; lookups: string[] } {
  const store = new LocationStore('now', { head, past: [{ epoch: 'before', number: head }] });
  const lookups: string[] = [];
  store.beginRestore((client) => {
    lookups.push(client);
    return rows.find(({ location }) => location.client === client)?.location;
  });
  async function* read(): AsyncGenerator<readonly JournaledLocation[]> {
    for (let start = 0; start < rows.length; start += rowsARead) {
      yield rows.slice(start, start + rowsARead);
    }
  }
  return { store, steps: restore(store, read()), lookups };
}

async function finish(steps: AsyncGenerator<void>): Promise<number> {
  let count = 0;
  for await (const _ of steps) count += 1;
  return count;
}

/** What a reader of the feed after `number` is told. */
function unread(store: LocationStore, number = 0): string[] {
  const cursor = store.openAfter(number);
  const told: string[] = [];
  for (let entry = store.next(cursor); entry !== undefined; entry = store.next(cursor)) {
    told.push(`${entry.number} ${entry.location.client}`);
  }
  store.close(cursor);
  return told;
}

test('locations come into the feed in the order of their numbers, whatever the order of rows', async () => {
  const numbered = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(numbered, async (numbers) => {
      const { store, steps } = begin(
        numbers.map((number) => row(`client-${number}`, number)),
        1000,
      );
      await finish(steps);
      const inOrder = numbers.toSorted((a, b) => a - b);
      assert.deepEqual(
        unread(store),
        inOrder.map((number) => `${number} client-${number}`),
      );
      assert.equal(store.size, numbers.length);
      assert.equal(store.head, 1000);
    }),
  );
});

describe('very many locations', () => {
  const count = 6 * ENTRIES_A_STEP;
  const distributions: [name: string, numberOf: (n: number) => number][] = [
    ['in order', (n) => n + 1],
    ['in falling order', (n) => count - n],
    ['in no order', (n) => ((n * 7919) % count) + 1],
    ['nearly all of which last changed long ago', (n) => (n < 10 ? 1e12 - n : n + 1)],
    ['ever more of which changed lately', (n) => Math.floor(1e12 / (n + 1)) - n],
  ];
  for (const [name, numberOf] of distributions) {
    test(`${name} are sorted in small steps`, async () => {
      const rows = Array.from({ length: count }, (_, n) => row(`client-${n}`, numberOf(n)));
      const { store, steps } = begin(rows, 1e12, 500);
      let largest = 0;
      let before = 0;
      for await (const _ of steps) {
        const now = unread(store).length;
        largest = Math.max(largest, now - before);
        before = now;
      }
      assert.ok(largest < 3 * ENTRIES_A_STEP, `${largest} in one step`);
      const inOrder = rows.map(({ number }) => number).toSorted((a, b) => a - b);
      assert.deepEqual(
        unread(store).map((line) => Number(line.split(' ')[0])),
        inOrder,
      );
    });
  }
});

describe('while a journal is taken in', () => {
  const rows = ['a', 'b', 'c', 'd'].map((client, index) => row(client, index + 1, 10));

  test('a client that is asked for is found, before and after its row is read', async () => {
    const { store, steps } = begin(rows, 4);
    assert.deepEqual(store.get('d'), location('d', 10));
    await steps.next();
    assert.deepEqual(store.get('a'), location('a', 10));
    await finish(steps);
    for (const { location } of rows) assert.deepEqual(store.get(location.client), location);
    assert.equal(store.size, 4);
  });

  test('a client that was asked for is told to all as changed, rather than be left out', async () => {
    const { store, steps } = begin(rows, 4);
    store.get('b');
    await finish(steps);
    assert.deepEqual(unread(store), ['1 a', '3 c', '4 d', '5 b']);
  });

  for (const when of ['before', 'after']) {
    test(`a report ${when} the row is read: the newer location stays`, async () => {
      const { store, steps } = begin(rows, 4);
      if (when === 'after') await steps.next();
      assert.equal(store.apply(location('a', 11)), 'newer');
      assert.equal(store.apply(location('b', 9)), 'older');
      assert.equal(store.apply(location('new', 1)), 'newer');
      await finish(steps);
      assert.deepEqual(store.get('a'), location('a', 11));
      assert.deepEqual(store.get('b'), location('b', 10));
      const told = unread(store);
      const clients = told.map((line) => line.split(' ')[1]);
      assert.deepEqual(new Set(clients), new Set(['a', 'b', 'c', 'd', 'new']));
      assert.equal(clients.length, 5);
      // What has changed comes after all that has not, for whoever had read up to the end.
      assert.ok(clients.indexOf('a') > clients.indexOf('d'));
      assert.ok(unread(store, 4).some((line) => line.endsWith(' a')));
    });
  }

  test('a client that no journal had is not known', async () => {
    const { store, steps, lookups } = begin(rows, 4);
    assert.equal(store.get('nobody'), undefined);
    await finish(steps);
    assert.equal(store.get('nobody'), undefined);
    assert.equal(store.size, 4);
    assert.deepEqual(lookups, ['nobody'], 'the disk is asked no more once all is in memory');
  });

  test('what is to be forgotten is not given out', async () => {
    const { store, steps } = begin([row('old', 1, 10), row('new', 2, 30)], 2);
    store.forgetBefore(location('any', 20).time);
    assert.equal(store.get('old'), undefined);
    await finish(steps);
    assert.equal(store.get('old'), undefined);
    assert.deepEqual(unread(store), ['2 new']);
    assert.deepEqual([...store.sweep(10)].flat(), ['old']);
    assert.equal(store.size, 1);
  });
});

test('a neighbour goes on after a restart where it was', async () => {
  const { store, steps } = begin([row('a', 1), row('b', 5), row('c', 7)], 8);
  await finish(steps);
  store.apply(location('d', 1));
  const told = (epoch: string, number: number): string[] => {
    const cursor = store.open({ epoch, number });
    store.close(cursor);
    return unread(store, cursor.number);
  };
  assert.deepEqual(told('before', 5), ['7 c', '9 d']);
  assert.deepEqual(told('before', 8), ['9 d']);
  // It had read more than was kept: what stands under those numbers now is new to it.
  assert.deepEqual(told('before', 12), ['9 d']);
  assert.deepEqual(told('now', 9), []);
  assert.deepEqual(told('long ago', 5), ['1 a', '5 b', '7 c', '9 d']);
});

/** What happens to a client between two steps of a restore. */
type Event = { readonly client: string; readonly time: number | 'asked' };

const CLIENTS = ['a', 'b', 'c', 'd', 'e', 'f'];
const anyEvent: fc.Arbitrary<Event> = fc.record({
  client: fc.constantFrom(...CLIENTS),
  time: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constant('asked' as const)),
});
const anyRows = fc
  .tuple(fc.shuffledSubarray(CLIENTS), fc.shuffledSubarray(CLIENTS))
  .map(([kept, order]) =>
    kept.map((client) => row(client, 10 * (order.indexOf(client) + 2), 10 + kept.indexOf(client))),
  )
  .filter((rows) => new Set(rows.map(({ number }) => number)).size === rows.length);

test('whatever happens meanwhile, each client ends at its newest, and the feed tells of all of it', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyRows,
      fc.array(fc.array(anyEvent, { maxLength: 4 }), { maxLength: 5 }),
      fc.nat(100),
      async (rows, turns, read) => {
        const head = 100;
        const { store, steps } = begin(rows, head, 1);
        const newest = new Map(rows.map(({ location }) => [location.client, location]));
        const changed = new Set<string>();
        for (const events of turns) {
          for (const { client, time } of events) {
            const held = newest.get(client);
            assert.deepEqual(store.get(client), held);
            if (time === 'asked') continue;
            const reported = location(client, time);
            const isNewer = held === undefined || reported.time > held.time;
            assert.equal(store.apply(reported) === 'newer', isNewer);
            if (!isNewer) continue;
            newest.set(client, reported);
            changed.add(client);
          }
          await steps.next();
        }
        await finish(steps);
        assert.equal(store.size, newest.size);
        for (const [client, location] of newest) assert.deepEqual(store.get(client), location);
        // A neighbour that had read up to any number hears of all that it cannot know.
        const told = unread(store, read).map((line) => line.split(' ')[1]);
        const unknown = rows.filter(({ number }) => number > read).map((r) => r.location.client);
        for (const client of [...changed, ...unknown]) assert.ok(told.includes(client), client);
        assert.equal(new Set(told).size, told.length);
      },
    ),
  );
});
