import type { ChannelListener } from '../../transport/channel.ts';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextIteration } from 'node:timers/promises';

import { LocationStore } from '../../store/store.ts';
import { Links } from './links.ts';
import { formatHeartbeat } from './messages.ts';
import { NO_FACTS } from '../no-facts.test.ts';
import { change, location, PlayedEnd } from './played-end.test.ts';

/** How many changes all links that are catching up look at in one tick. */
const CATCH_UP_CHANGES = 4000;

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([promise.then(() => true), nextIteration(false)]);
}

/** A neighbour's end, for which the test speaks. */
class End extends PlayedEnd {
  readonly #links: Links;

  constructor(listener: ChannelListener, links: Links) {
    super(listener);
    this.#links = links;
  }

  /** Ends the tick, and takes what A has said since it was asked last. */
  said(): string {
    this.#links.flush();
    return this.taken();
  }
}

/** Server A, which has its neighbours confirm what they are sent; for those the test speaks. */
class Bench {
  readonly store = new LocationStore();
  readonly links: Links;
  woken = false;
  #timers: (() => void)[] = [];

  constructor(confirming = true) {
    const membership = {
      herd: 'herd',
      server: 'A',
      epoch: () => 1,
      neighbours: ['B', 'C'],
      confirming,
      tombstoneGraceMs: Infinity,
      withdraw: () => assert.fail('nothing is removed'),
      facts: () => NO_FACTS,
    };
    const world = {
      clock: {
        after: (_: number, action: () => void) => {
          this.#timers.push(action);
          return () => (this.#timers = this.#timers.filter((timer) => timer !== action));
        },
      },
      nowMs: () => 0,
      now: () => ({ seconds: 0, nanoseconds: 0 }),
      random: () => 0.5,
      dial: () => ({ write: () => true, close() {} }),
      wake: () => (this.woken = true),
    };
    this.links = new Links(membership, this.store, world, {
      onLinkUp() {},
      onLinkDown() {},
      onLinkFailed() {},
      onLag() {},
    });
    this.links.start([], []);
  }

  /** A neighbour that connects and greets, and has this of other servers. */
  link(server: string, has = ''): End {
    const ends: End[] = [];
    this.links.accept((listener) => {
      const end = new End(listener, this.links);
      ends.push(end);
      return end;
    });
    const [end] = ends;
    assert.ok(end !== undefined);
    end.receive(`HELLO proxy-herd/2.0 herd ${server} -\n${has}READY\n`);
    end.taken();
    return end;
  }

  /** All timers that run are due. */
  passTime(): void {
    for (const action of this.#timers.splice(0)) action();
  }
}

describe('a neighbour is asked', () => {
  test('to confirm what it was sent, once, in the same write', () => {
    const bench = new Bench();
    const b = bench.link('B');
    assert.equal(b.said(), '');
    bench.store.apply(location('kiwi', 1));
    bench.store.apply(location('emu', 1));
    assert.equal(
      b.said(),
      `${change(1, location('kiwi', 1))}${change(2, location('emu', 1))}CONFIRM 2\n`,
    );
    assert.equal(b.said(), '');
  });

  test('also about what it had when it linked', () => {
    const bench = new Bench();
    bench.store.apply(location('kiwi', 1));
    const b = bench.link('B', `HAS A 0 ${2 ** 32} ${2 ** 32}\n`);
    assert.equal(bench.links.confirmed, 0);
    assert.equal(b.said(), 'CONFIRM 1\n');
    b.receive('CONFIRMED 1\n');
    assert.equal(bench.links.confirmed, 1);
  });

  test('only at the end of the feed', () => {
    const bench = new Bench();
    for (let n = 0; n < CATCH_UP_CHANGES; n++) bench.store.apply(location(`client-${n}`, 1));
    bench.store.apply(location('last', 1));
    // It was seq 4000, and B gets neither location before the others have gone out.
    bench.store.apply(location(`client-${CATCH_UP_CHANGES - 1}`, 2));
    bench.links.flush();
    const b = bench.link('B');
    assert.doesNotMatch(b.said(), /CONFIRM/);
    assert.match(b.said(), /^CHANGES 4002 .*\nAT .*\nCONFIRM 4002\n$/);
  });

  test('nothing where nobody waits for it', () => {
    const bench = new Bench(false);
    const b = bench.link('B');
    bench.store.apply(location('kiwi', 1));
    assert.doesNotMatch(b.said(), /CONFIRM/);
  });
});

describe('links that are catching up', () => {
  test('share a tick, and get nearer to the head whatever changes', () => {
    const bench = new Bench(false);
    for (let n = 0; n < 3 * CATCH_UP_CHANGES; n++) bench.store.apply(location(`client-${n}`, 1));
    bench.links.flush();
    const links = [bench.link('B'), bench.link('C')];
    bench.links.flush();
    assert.equal(bench.woken, true, 'there is more to send');
    const count = (text: string): number => text.match(/^AT /gm)?.length ?? 0;
    assert.deepEqual(
      links.map((link) => count(link.taken())),
      [CATCH_UP_CHANGES / 2, CATCH_UP_CHANGES / 2],
    );
    for (let n = 0; n < CATCH_UP_CHANGES; n++) bench.store.apply(location(`more-${n}`, 1));
    bench.links.flush();
    assert.deepEqual(
      links.map((link) => count(link.taken())),
      [2.5 * CATCH_UP_CHANGES, 2.5 * CATCH_UP_CHANGES],
    );
  });
});

describe('a server that is about to stop', () => {
  test('waits until its neighbours have confirmed what it has, also where none is asked else', async () => {
    const bench = new Bench(false);
    const b = bench.link('B');
    bench.store.apply(location('kiwi', 1));
    const drained = bench.links.drain(1000);
    assert.match(b.said(), /^CHANGES 1 .*\nAT .*\nCONFIRM 1\n$/);
    assert.equal(await isSettled(drained), false);
    b.receive('CONFIRMED 1\n');
    bench.links.flush();
    assert.deepEqual(await drained, []);
  });

  test('sends what a neighbour had pruned: it may be the only one that has it', async () => {
    const bench = new Bench(false);
    const b = bench.link('B');
    const [record, later] = [location('kiwi', 1, 'D'), location('emu', 2, 'D')];
    later.sequence = record.sequence + 1;
    bench.store.apply(record);
    b.said();
    b.receive(`PRUNE D ${record.epoch}\n`);
    bench.store.apply(later);
    assert.doesNotMatch(b.said(), /emu/);
    const drained = bench.links.drain(1000);
    assert.match(b.said(), /^CHANGES 2 .*\nAT .* emu .*\nGRAFTED D 0\nCONFIRM 2\n$/);
    b.receive(`PRUNE D ${record.epoch}\n`);
    assert.equal(b.said(), 'GRAFTED D 0\n');
    b.receive('CONFIRMED 2\n');
    bench.links.flush();
    assert.deepEqual(await drained, []);
  });

  test('waits for what it has confirmed to others meanwhile', async () => {
    const bench = new Bench(false);
    const [b, c] = [bench.link('B'), bench.link('C')];
    const drained = bench.links.drain(1000);
    b.receive(`${change(1, location('kiwi', 1))}CONFIRM 1\n`);
    assert.match(b.said(), /CONFIRMED 1\n$/);
    assert.match(c.said(), /CONFIRM 1\n$/);
    bench.links.flush();
    assert.equal(await isSettled(drained), false);
    b.receive('CONFIRMED 1\n');
    c.receive('CONFIRMED 1\n');
    bench.links.flush();
    assert.deepEqual(await drained, []);
  });

  test('does not wait for what changes meanwhile', async () => {
    const bench = new Bench(false);
    const b = bench.link('B');
    bench.store.apply(location('kiwi', 1));
    const drained = bench.links.drain(1000);
    b.said();
    bench.store.apply(location('emu', 1));
    b.receive('CONFIRMED 1\n');
    bench.links.flush();
    assert.deepEqual(await drained, []);
  });

  test('gives up on a neighbour that takes its time, and names it', async () => {
    const bench = new Bench(false);
    const [b, c] = [bench.link('B'), bench.link('C')];
    bench.store.apply(location('kiwi', 1));
    const drained = bench.links.drain(1000);
    bench.links.flush();
    b.receive('CONFIRMED 1\n');
    c.receive('CONFIRMED 0\n');
    bench.links.flush();
    assert.equal(await isSettled(drained), false);
    bench.passTime();
    assert.deepEqual(await drained, ['C']);
  });

  test('does not wait for a neighbour whose link has ended, or that was never there', async () => {
    const bench = new Bench(false);
    const b = bench.link('B');
    bench.store.apply(location('kiwi', 1));
    const drained = bench.links.drain(1000);
    b.break();
    bench.links.flush();
    assert.deepEqual(await drained, []);
  });
});

describe('what is confirmed', () => {
  test('is what all linked neighbours have confirmed', () => {
    const bench = new Bench();
    const [b, c] = [bench.link('B'), bench.link('C')];
    bench.store.apply(location('kiwi', 1));
    bench.store.apply(location('emu', 1));
    bench.links.flush();
    assert.equal(bench.links.confirmed, 0);
    b.receive('CONFIRMED 2\n');
    assert.equal(bench.links.confirmed, 0);
    c.receive('CONFIRMED 1\n');
    assert.equal(bench.links.confirmed, 1);
    c.receive('CONFIRMED 2\n');
    assert.equal(bench.links.confirmed, 2);
  });

  test('does not wait for a link that ends, and a tick is asked for', () => {
    const bench = new Bench();
    const [b, c] = [bench.link('B'), bench.link('C')];
    bench.store.apply(location('kiwi', 1));
    bench.links.flush();
    b.receive('CONFIRMED 1\n');
    bench.woken = false;
    c.break();
    assert.equal(bench.links.confirmed, 1);
    assert.equal(bench.woken, true);
  });

  test('does not wait for a neighbour that has fallen silent', () => {
    const bench = new Bench();
    const b = bench.link('B');
    bench.link('C');
    bench.store.apply(location('kiwi', 1));
    bench.links.flush();
    b.receive('CONFIRMED 1\n');
    for (let quarters = 0; quarters < 3 * 4; quarters++) {
      assert.equal(bench.links.confirmed, 0);
      b.receive(formatHeartbeat(0));
      bench.woken = false;
      bench.passTime();
    }
    assert.deepEqual(bench.links.up, ['B']);
    assert.equal(bench.links.confirmed, 1);
    assert.equal(bench.woken, true);
  });

  test('is everything where no link is up', () => {
    assert.equal(new Bench().links.confirmed, Infinity);
  });
});

test('a neighbour that asks gets a confirmation once its changes are here', () => {
  const bench = new Bench(false);
  const b = bench.link('B');
  b.receive(
    `${change(4, location('kiwi', 1))}CONFIRM 3\n${change(5, location('emu', 1))}CONFIRM 5\n`,
  );
  assert.equal(bench.store.get(Buffer.from('emu'))?.at, location('emu', 1).toString());
  assert.equal(b.said(), 'CONFIRMED 5\n');
  assert.equal(b.said(), '');
});

test('a server may be called like a property that every object has', async () => {
  const store = new LocationStore();
  const said: string[] = [];
  const neighbours = ['constructor', '__proto__'];
  const links = new Links(
    {
      herd: 'herd',
      server: 'A',
      epoch: () => 1,
      neighbours,
      confirming: false,
      tombstoneGraceMs: Infinity,
      withdraw: () => assert.fail('nothing is removed'),
      facts: () => NO_FACTS,
    },
    store,
    {
      clock: { after: () => () => {} },
      nowMs: () => 0,
      now: () => ({ seconds: 0, nanoseconds: 0 }),
      random: () => 0.5,
      dial: (_, listener) => {
        setImmediate(() => listener.onOpened());
        return { write: (bytes) => said.push(bytes.toString()) > 0, close() {} };
      },
      wake() {},
    },
    { onLinkUp() {}, onLinkDown() {}, onLinkFailed() {}, onLag() {} },
  );
  links.start([], []);
  await nextIteration();
  const hello = 'HELLO proxy-herd/2.0 herd A status\n';
  assert.deepEqual(said, [hello, hello]);
  assert.deepEqual(links.vector, []);
});
