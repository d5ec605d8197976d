import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { RecordView } from '../../store/record.ts';
import { Network, pair } from './network-bench.test.ts';
import { lineIn, location } from './played-end.test.ts';

/** How a location is sent as the change `seq`. */
function change(seq: number, line: RecordView): string {
  return `CHANGES ${seq} 0 ${line.sequence}\n${line.toString()}\n`;
}

describe('two servers', () => {
  test('that dial each other at one moment both keep the connection that the lesser dialled', () => {
    const network = new Network();
    const b = network.server('B', ['A']);
    const a = network.server('A', ['B']);
    b.links.start([], []);
    a.links.start([], []);
    network.pass(10_000);
    assert.deepEqual(a.events, ['up B, dialled']);
    assert.deepEqual(b.events, ['up A']);
    const closed = ['A', 'B'].map((name) => network.dialsOf(name).map((end) => end.closed));
    assert.deepEqual(closed, [[false], [true]]);
  });

  test('learn what the other has, then what changes next', () => {
    const network = new Network();
    const a = network.server('A', ['B']);
    const b = network.server('B', ['A']);
    a.store.apply(location('apple', 10, 'A'));
    b.store.apply(location('banana', 10, 'B'));
    a.links.start([], []);
    b.links.start([], []);
    network.deliver();
    assert.equal(lineIn(a.store, 'banana'), location('banana', 10, 'B').toString());
    assert.equal(lineIn(b.store, 'apple'), location('apple', 10, 'A').toString());
    a.store.apply(location('banana', 11, 'A'));
    network.deliver();
    assert.equal(lineIn(b.store, 'banana'), location('banana', 11, 'A').toString());
  });

  test('link only when both have read their journals, and go on from where that was', () => {
    const network = new Network();
    const a = network.server('A', ['B']);
    const b = network.server('B', ['A']);
    for (const client of ['apple', 'banana']) a.store.apply(location(client, 10, 'A'));
    a.links.start([], []);
    network.pass(1000);
    assert.deepEqual([...new Set(a.events)], ['failed B refused']);
    assert.equal(lineIn(b.store, 'banana'), undefined);
    const [apple, banana] = [location('apple', 10, 'A'), location('banana', 10, 'A')];
    const least = Math.min(apple.sequence, banana.sequence);
    b.links.start([{ name: 'A', epoch: 0, sequence: least }], []);
    network.deliver();
    assert.equal(a.events.at(-1), 'up B');
    const missed = apple.sequence === least ? banana : apple;
    assert.equal(b.store.size, 1);
    assert.equal(lineIn(b.store, missed === apple ? 'apple' : 'banana'), missed.toString());
  });

  test('one of which does not know the other do not link', () => {
    const network = new Network();
    const a = network.server('A', ['B']);
    const b = network.server('B', []);
    a.links.start([], []);
    b.links.start([], []);
    network.deliver();
    assert.deepEqual(a.events, ['failed B refused']);
    assert.deepEqual(b.events, ['failed ? refused']);
  });

  test('lose each other in silence, and catch up on what they missed alone', () => {
    const { network, a, b, near } = pair();
    a.store.apply(location('apple', 10));
    network.pass(1000);
    network.down = true;
    a.store.apply(location('banana', 10));
    network.pass(4000);
    assert.equal(a.events[1], 'down B silent');
    assert.equal(b.events[1], 'down A silent');

    network.down = false;
    near.writes.length = 0;
    network.pass(15_000);
    assert.deepEqual([a.links.up, b.links.up], [['B'], ['A']]);
    assert.equal(lineIn(b.store, 'banana'), location('banana', 10).toString());
    for (const end of [...network.dialsOf('A'), ...network.dialsOf('B')]) {
      const said = [...end.writes, ...(end.other?.writes ?? [])].join('');
      assert.ok(!said.includes('apple'));
    }
  });
});

test('a flood reaches every server of a ring once, and ends', () => {
  const network = new Network();
  const names = ['A', 'B', 'C', 'D', 'E'];
  const servers = names.map((name, index) =>
    network.server(name, [names.at(index - 1) ?? '', names[(index + 1) % names.length] ?? '']),
  );
  for (const { links } of servers) links.start([], []);
  network.deliver();
  servers[0]?.store.apply(location('kiwi', 10));
  network.deliver();
  for (const { store } of servers) {
    assert.equal(lineIn(store, 'kiwi'), location('kiwi', 10).toString());
    assert.equal(store.head, 1);
  }
});

describe('a link', () => {
  test('heartbeats once a second, with the seq up to which all has been sent', () => {
    const { network, near } = pair();
    const heartbeats = (): string[] => near.writes.filter((text) => !text.startsWith('STATUS '));
    network.pass(999);
    assert.deepEqual(heartbeats(), []);
    network.pass(1);
    assert.deepEqual(heartbeats(), ['HEARTBEAT 0\n']);
    network.pass(1000);
    assert.deepEqual(heartbeats().slice(1), ['HEARTBEAT 0\n']);
  });

  test('says soon what has become of a version vector, and where', () => {
    const { network, a, near } = pair();
    const kiwi = location('kiwi', 10);
    a.store.apply(kiwi);
    network.pass(249);
    assert.deepEqual(near.writes, [change(1, kiwi)]);
    network.pass(1);
    const has = `HAS A 0 ${kiwi.sequence} ${kiwi.sequence}\n`;
    assert.deepEqual(near.writes.slice(1), [`${has}HEARTBEAT 1\n`]);
  });

  test('lasts while heartbeats come', () => {
    const { network, a } = pair();
    network.pass(3_600_000);
    assert.deepEqual(a.events, ['up B, dialled']);
  });

  test('outlasts two missed heartbeats and ends by the fourth', () => {
    const { network, a } = pair();
    network.down = true;
    network.pass(2999);
    assert.deepEqual(a.events, ['up B, dialled']);
    network.pass(1001);
    assert.equal(a.events[1], 'down B silent');
  });

  test('is dialled again after it was lost, ever more slowly', () => {
    const network = new Network();
    const a = network.server('A', ['B']);
    a.links.start([], []);
    const dialsAt: number[] = [];
    for (let ms = 10; ms <= 12_000; ms += 10) {
      const dials = network.dialsOf('A').length;
      network.pass(10);
      if (network.dialsOf('A').length > dials) dialsAt.push(ms);
    }
    // Half way from 100 ms to 200, 400, 800, 1600, 3200, 5000 and again 5000 ms, each after the last.
    assert.deepEqual(dialsAt, [150, 400, 850, 1700, 3350, 5900, 8450, 11_000]);
    assert.ok(a.events.every((event) => event === 'failed B unreachable'));
  });

  test('is dialled soon once it was up, however long that took', () => {
    const network = new Network();
    const a = network.server('A', ['B']);
    a.links.start([], []);
    network.pass(9000);
    network.server('B', ['A']).links.start([], []);
    network.pass(1000);
    assert.deepEqual(a.links.up, ['B']);
    a.events.length = 0;
    for (const end of network.dialsOf('B')) end.other?.break('closed');
    assert.deepEqual(a.events, ['down B closed']);
    const { length } = network.dialsOf('A');
    network.pass(149);
    assert.equal(network.dialsOf('A').length, length);
    network.pass(1);
    assert.equal(network.dialsOf('A').length, length + 1);
  });

  test('that is not drained is not written to, and then gets what is newest', () => {
    const { network, a, near } = pair();
    near.full = true;
    a.store.apply(location('kiwi', 10));
    network.deliver();
    assert.deepEqual(near.writes.splice(0), [change(1, location('kiwi', 10))]);
    for (const time of [11, 12, 13]) {
      a.store.apply(location('kiwi', time));
      network.deliver();
    }
    a.store.apply(location('lemon', 10));
    network.pass(1000);
    assert.deepEqual(near.writes, [], 'no change and no heartbeat');
    near.drain();
    network.deliver();
    const newest = change(4, location('kiwi', 13)) + change(5, location('lemon', 10));
    assert.equal(near.writes.join('').replace(/^(HAS|HEARTBEAT) .*\n/gm, ''), newest);
  });

  test('at the head takes all there is in one tick, in writes of not much more than 1 MiB', () => {
    const { a, near } = pair();
    for (let i = 0; i < 30_000; i++) a.store.apply(location(`client-${i}`, 10));
    a.links.flush();
    assert.equal(near.writes.join('').match(/^AT /gm)?.length, 30_000);
    assert.ok(near.writes.length > 1);
    assert.ok(near.writes.every((text) => text.length < 1024 * 1024 + 100));
  });

  test('whose socket takes no more gets the rest as soon as it is drained', () => {
    const { a, b, near, network } = pair();
    near.full = true;
    for (let i = 0; i < 30_000; i++) a.store.apply(location(`client-${i}`, 10));
    a.links.flush();
    assert.equal(near.writes.length, 1);
    near.drain();
    network.deliver();
    assert.equal(b.store.size, 30_000);
  });
});

describe('a server that stops', () => {
  test('ends its links, and dials no more', () => {
    const { network, a, b } = pair();
    a.links.stop();
    b.links.stop();
    network.pass(60_000);
    assert.deepEqual([a.links.up, b.links.up], [[], []]);
    assert.deepEqual([network.dialsOf('A').length, network.dialsOf('B').length], [1, 1]);
  });

  test('refuses who dials it afterwards', () => {
    const { network, a, b } = pair();
    a.links.stop();
    network.pass(1000);
    assert.deepEqual(a.links.up, []);
    assert.deepEqual(b.events.slice(0, 3), ['up A', 'down A closed', 'failed A refused']);
  });
});

test('a server has at most 30 neighbours', () => {
  const names = Array.from({ length: 31 }, (_, index) => `N${index}`);
  assert.throws(() => new Network().server('A', names), RangeError);
  new Network().server('A', names.slice(1));
});
