import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { LocationStore } from '../../store/store.ts';
import { Network, pair } from './network-bench.test.ts';
import { lineIn, location, recordIn } from './played-end.test.ts';

const kiwi = Buffer.from('kiwi');

function removal(time: number, origin = 'A') {
  return recordIn(`REMOVED ${origin} +0.000000000 kiwi ${time}.000000000`);
}

function attributesIn(store: LocationStore): unknown {
  return store.get(kiwi)?.attributes;
}

describe('attributes and tombstones', () => {
  test('are sent as they are taken in', () => {
    const { network, a, b } = pair();
    a.store.apply(recordIn('AT A +0.500000000 kiwi +1+1 10 batteryPercent=50;note="x"'));
    network.deliver();
    assert.deepEqual(attributesIn(b.store), { batteryPercent: 50, note: 'x' });
    b.store.apply(removal(20, 'B'));
    network.deliver();
    for (const { store } of [a, b]) {
      assert.equal(lineIn(store, 'kiwi'), undefined);
      assert.deepEqual([store.size, store.tombstones], [0, 1]);
      assert.equal(store.apply(location('kiwi', 19)), 'older');
    }
    a.store.apply(location('kiwi', 21));
    network.deliver();
    assert.equal(lineIn(b.store, 'kiwi'), location('kiwi', 21).toString());
  });

  test('reach a server that was away, and one that is new', () => {
    const { network, a, b } = pair();
    a.store.apply(location('kiwi', 10));
    network.deliver();
    network.down = true;
    network.pass(10_000);
    a.store.apply(removal(20));
    a.store.apply(recordIn('AT A +0.500000000 emu +1+1 10 charging=true'));
    network.down = false;
    network.pass(15_000);
    const c = network.server('C', ['D']);
    const d = network.server('D', ['C']);
    d.store.apply(removal(20, 'D'));
    c.links.start([], []);
    d.links.start([], []);
    network.deliver();
    for (const { store } of [b, c]) assert.equal(store.tombstones, 1);
    assert.equal(b.store.size, 1);
    assert.deepEqual(b.store.get(Buffer.from('emu'))?.attributes, { charging: true });
  });

  test('meet reports of other servers, and all agree', () => {
    const network = new Network();
    const a = network.server('A', ['B']);
    const b = network.server('B', ['A', 'C']);
    const c = network.server('C', ['B']);
    for (const { links } of [a, b, c]) links.start([], []);
    a.store.apply(removal(20));
    c.store.apply(location('kiwi', 19, 'C'));
    network.deliver();
    for (const { store } of [a, b, c]) assert.deepEqual([store.size, store.tombstones], [0, 1]);
    c.store.apply(location('kiwi', 21, 'C'));
    network.deliver();
    for (const { store } of [a, b, c]) assert.deepEqual([store.size, store.tombstones], [1, 0]);
  });
});
