import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { scanRecord } from '../store/scan-record.test.ts';
import { LocationStore } from '../store/store.ts';
import { Locations } from './locations.ts';

const NOTHING_TO_REPLAY = { replaying: false, replayed: Promise.resolve() };

function put(store: LocationStore, client: string): void {
  const record = scanRecord(`AT Riley +0.000000000 ${client} +1+1 1000`);
  store.apply(record);
}

describe('while a journal is replayed', () => {
  test('a question about a client that is not there yet waits for the end', async () => {
    let finish = (): void => {};
    const replay = {
      replaying: true,
      replayed: new Promise<void>((resolve) => (finish = resolve)),
    };
    const store = new LocationStore();
    const locations = new Locations(store, replay);
    const get = (client: string) => locations.get(Buffer.from(`x${client}x`), 1, 1 + client.length);
    const kiwi = get('kiwi');
    const nobody = get('nobody');
    assert.ok(kiwi instanceof Promise && nobody instanceof Promise);
    put(store, 'kiwi');
    replay.replaying = false;
    finish();
    assert.equal((await kiwi)?.client, 'kiwi');
    assert.equal(await nobody, undefined);
    assert.equal(get('nobody'), undefined);
  });

  test('one about a client that is there does not', () => {
    const replay = { replaying: true, replayed: new Promise<void>(() => {}) };
    const store = new LocationStore();
    put(store, 'kiwi');
    const located = new Locations(store, replay).get(Buffer.from('kiwi'));
    assert.ok(!(located instanceof Promise));
    assert.equal(located?.client, 'kiwi');
  });
});

describe('where other servers hold clients', () => {
  /** Locations of a store where clients are fetched from elsewhere; and what was fetched. */
  function spread(fetch: (store: LocationStore) => Promise<void> | undefined) {
    const store = new LocationStore();
    const locations = new Locations(store, NOTHING_TO_REPLAY);
    const fetched: string[] = [];
    locations.fetchFrom({
      fetch: (client, isFresh) => {
        fetched.push(`${client.toString()} ${isFresh ? 'fresh' : 'recent'}`);
        return fetch(store);
      },
    });
    return { store, locations, fetched };
  }

  test('a client is given once it was fetched', async () => {
    const { locations, fetched } = spread(async (store) => put(store, 'kiwi'));
    const located = locations.get(Buffer.from('x kiwi'), 2);
    assert.ok(located instanceof Promise);
    assert.equal((await located)?.client, 'kiwi');
    assert.equal((await locations.getFresh(Buffer.from('kiwi')))?.client, 'kiwi');
    assert.deepEqual(fetched, ['kiwi recent', 'kiwi fresh']);
  });

  test('one that need not be fetched is given at once', () => {
    const { store, locations } = spread(() => undefined);
    put(store, 'kiwi');
    const located = locations.get(Buffer.from('kiwi'));
    assert.ok(!(located instanceof Promise));
    assert.equal(located?.client, 'kiwi');
  });

  test('one that cannot be fetched is an error', async () => {
    const { locations } = spread(() => Promise.reject(new Error('nobody answers')));
    await assert.rejects(async () => locations.get(Buffer.from('kiwi')), /nobody answers/);
  });
});

test('a slot has a location until its client is forgotten', () => {
  const store = new LocationStore();
  const locations = new Locations(store, NOTHING_TO_REPLAY);
  put(store, 'kiwi');
  const slot = store.slotOf(Buffer.from('kiwi'));
  assert.equal(locations.atEach([slot])[0]?.client, 'kiwi');
  assert.equal(locations.isKnown('kiwi'), true);
  store.forgetBefore({ seconds: 2000, nanoseconds: 0 });
  assert.deepEqual(locations.atEach([slot]), []);
  assert.equal(locations.isKnown('kiwi'), false);
});
