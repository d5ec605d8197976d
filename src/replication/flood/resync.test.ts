import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextIteration } from 'node:timers/promises';

import { Contacts } from './contacts.ts';
import { GRACE_MS, Herd } from './herd-bench.test.ts';
import { Network } from './network-bench.test.ts';
import { lineIn } from './played-end.test.ts';

const CIRCLE = { type: 'circle', latitude: 1, longitude: 2, radiusM: 50 } as const;

describe('servers that were apart for longer than a tombstone is kept', () => {
  /** Two pairs with one line between them. */
  const CHAIN = { A: ['B'], B: ['A', 'C'], C: ['B', 'D'], D: ['C'] };

  /** Has the line between B and C cut while `meanwhile` happens, and all tombstones of that time forgotten. */
  function apart(herd: Herd, meanwhile: () => void): void {
    herd.network.cut('B', 'C');
    herd.pass(10_000);
    meanwhile();
    herd.pass(GRACE_MS + 10_000);
    for (const { store } of Object.values(herd.servers)) assert.equal(store.tombstones, 0);
    herd.network.heal();
    herd.pass(20_000);
  }

  test('have nothing back that was removed on either side, and all the rest', () => {
    const herd = new Herd(CHAIN);
    for (const client of ['kiwi', 'emu', 'rhea']) herd.report('A', client);
    for (const client of ['plum', 'lime']) herd.report('D', client);
    apart(herd, () => {
      herd.remove('A', 'kiwi');
      herd.remove('D', 'emu');
      herd.remove('C', 'plum');
      herd.report('A', 'alone-a');
      herd.report('D', 'alone-d');
    });
    assert.equal(herd.resyncs, 2);
    const all = ['kiwi', 'emu', 'rhea', 'plum', 'lime', 'alone-a', 'alone-d'];
    const left = 'rhea lime alone-a alone-d';
    assert.deepEqual(
      herd.has(...all),
      ['A', 'B', 'C', 'D'].map((name) => `${name}: ${left}`),
    );
    herd.pass(GRACE_MS + 10_000);
    assert.deepEqual(
      herd.has(...all),
      ['A', 'B', 'C', 'D'].map((name) => `${name}: ${left}`),
    );
    for (const { store } of Object.values(herd.servers)) {
      assert.deepEqual([store.size, store.tombstones], [4, 0]);
    }
  });

  test('keep what a client reported after it was removed on the other side', () => {
    const herd = new Herd(CHAIN);
    herd.report('A', 'kiwi');
    apart(herd, () => {
      herd.remove('A', 'kiwi');
      herd.pass(1000);
      herd.report('D', 'kiwi');
    });
    assert.deepEqual(herd.has('kiwi'), ['A: kiwi', 'B: kiwi', 'C: kiwi', 'D: kiwi']);
  });

  test('keep one that comes back on the side where it was removed', () => {
    const herd = new Herd(CHAIN);
    herd.report('A', 'kiwi');
    apart(herd, () => {
      herd.remove('A', 'kiwi');
      herd.pass(1000);
      herd.report('B', 'kiwi');
    });
    assert.deepEqual(herd.has('kiwi'), ['A: kiwi', 'B: kiwi', 'C: kiwi', 'D: kiwi']);
    assert.equal(lineIn(herd.at('D').store, 'kiwi'), lineIn(herd.at('B').store, 'kiwi'));
  });

  test('compare documents as well, also where they have nothing else', async () => {
    const herd = new Herd(CHAIN);
    /** Puts geofences, and removes those with a minus in front. */
    const change = async (server: string, ...names: readonly string[]): Promise<void> => {
      const { geofences } = herd.at(server).service;
      for (const name of names) {
        if (name.startsWith('-')) void geofences.remove(name.slice(1));
        else void geofences.put({ name, shape: CIRCLE, minimumDwellS: 0 });
      }
      await nextIteration();
    };
    const fencesOf = (name: string): string[] =>
      [...herd.at(name).service.geofences.known.keys()].toSorted();
    await change('A', 'home', 'work', 'pool');
    herd.pass(2000);
    assert.deepEqual(fencesOf('D'), ['home', 'pool', 'work']);
    herd.network.cut('B', 'C');
    herd.pass(10_000);
    await change('A', '-home');
    await change('D', '-work', 'garden');
    herd.pass(GRACE_MS + 10_000);
    herd.network.heal();
    herd.pass(20_000);
    assert.equal(herd.resyncs, 2);
    for (const name of ['A', 'B', 'C', 'D']) {
      assert.deepEqual(fencesOf(name), ['garden', 'pool'], name);
    }
  });

  test('compare thousands of clients, in steps', () => {
    const herd = new Herd({ A: ['B'], B: ['A', 'C'], C: ['B'] });
    for (let n = 0; n < 900; n++) herd.report('A', `client-${n}`);
    apart(herd, () => {
      for (let n = 0; n < 900; n += 2) herd.remove('A', `client-${n}`);
    });
    for (const { store } of Object.values(herd.servers)) assert.equal(store.size, 450);
  });
});

describe('servers that were apart for less', () => {
  test('than half of it do not list what they have', () => {
    const herd = new Herd({ A: ['B'], B: ['A'] });
    herd.report('A', 'kiwi');
    herd.pass(2000);
    herd.network.cut('A', 'B');
    herd.pass(GRACE_MS / 4);
    herd.remove('A', 'kiwi');
    herd.network.heal();
    herd.pass(20_000);
    assert.equal(herd.resyncs, 0);
    assert.deepEqual(herd.has('kiwi'), ['A: ', 'B: ']);
  });

  test('as their journals say, do not either; they do where those say nothing of it, or long ago', () => {
    const network = new Network();
    const { seconds } = network.now;
    const cases: readonly (readonly [
      contacts: { name: string; seconds: number }[],
      asks: boolean,
    ])[] = [
      [[], true],
      [[{ name: 'B', seconds: seconds - 49 }], false],
      [[{ name: 'B', seconds: seconds - 51 }], true],
      [[{ name: 'B', seconds: seconds + 9 }], true],
      [[{ name: 'D', seconds }], true],
    ];
    for (const [contacts, asks] of cases) {
      const herd = new Network();
      const a = herd.server('A', ['B'], GRACE_MS);
      const b = herd.server('B', ['A'], GRACE_MS);
      void a.service.remove(Buffer.from('nobody'));
      void a.service.report({
        client: Buffer.from('kiwi'),
        latitude: 1,
        longitude: 2,
        time: herd.now,
        attributes: {},
      });
      a.links.start([], contacts);
      b.links.start([], []);
      herd.deliver();
      const said = [...herd.dialsOf('A'), ...herd.dialsOf('B')].flatMap((end) => end.writes);
      assert.equal(said.join('').includes('RESYNC'), asks, JSON.stringify(contacts));
      assert.ok(lineIn(b.store, 'kiwi') !== undefined);
    }
  });
});

describe('contacts', () => {
  const at = (seconds: number) => () => ({ seconds, nanoseconds: 0 });

  test('are rounded down, so that a journal notes them seldom', () => {
    const now = { seconds: 1000, nanoseconds: 0 };
    const contacts = new Contacts(160_000, () => now);
    contacts.note('B');
    const { entries } = contacts;
    assert.deepEqual(entries, [{ name: 'B', seconds: 1000 }]);
    now.seconds = 1009;
    contacts.note('B');
    assert.equal(contacts.entries, entries);
    now.seconds = 1010;
    contacts.note('B');
    contacts.note('C');
    assert.deepEqual(contacts.entries, [
      { name: 'B', seconds: 1010 },
      { name: 'C', seconds: 1010 },
    ]);
  });

  test('do not matter where tombstones are never forgotten', () => {
    const contacts = new Contacts(Infinity, at(1e9));
    assert.equal(contacts.isApart('B'), false);
    contacts.note('B');
    assert.equal(contacts.isApart('B'), false);
  });
});
