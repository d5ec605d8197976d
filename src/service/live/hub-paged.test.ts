import assert from 'node:assert/strict';
import { setImmediate as settled } from 'node:timers/promises';
import { test } from 'node:test';

import { readLocation, type Location } from '../../store/location.ts';
import { at, Bench, NORTH } from './hub-bench.test.ts';
import type { LiveElsewhere } from './snapshots.ts';

/*
 * Live updates where no server holds all: what there is comes in pages of other servers, what changes from the feed.
 */

/** The other servers, whose pages the test hands out. */
class Others implements LiveElsewhere {
  storedUpTo = Infinity;
  evictedUpTo = 0;
  listeners = 0;
  onBroken: () => void = () => assert.fail('nobody listens');
  #begin: () => void = () => {};
  #begun = new Promise<void>((resolve) => (this.#begin = resolve));
  /** Pages to come; an error: a holder does not answer. */
  readonly pagesToCome: (readonly string[] | Error)[] = [];
  /** Called when a page has been asked for. */
  onAsked: () => void = () => {};

  watch(): () => void {
    return () => {};
  }

  listen(onBroken: () => void) {
    this.listeners += 1;
    this.onBroken = onBroken;
    return { begun: () => this.#begun, end: () => void (this.listeners -= 1) };
  }

  begin(): void {
    this.#begin();
  }

  async *pages(): AsyncGenerator<readonly Location[], void, undefined> {
    for (let page = this.pagesToCome.shift(); page !== undefined; page = this.pagesToCome.shift()) {
      this.onAsked();
      if (page instanceof Error) throw page;
      yield page.map((line) => readLocation(Buffer.from(line)) ?? assert.fail(line));
    }
  }
}

/** Lets time pass, and what waits for promises go on. */
async function pass(bench: Bench, ms: number): Promise<void> {
  for (let each = 0; each < 3; each++) {
    await settled();
    bench.pass(each === 0 ? ms : 1);
  }
}

test('a subscriber gets the pages of others, what changes meanwhile, and then `ready`', async () => {
  const others = new Others();
  const bench = new Bench(others);
  bench.take('stale', '+1+1', 1);
  const reader = bench.subscribe({});
  await pass(bench, 100);
  assert.deepEqual(reader.takeEvents(), [], 'not before everything comes');
  others.pagesToCome.push([at('kiwi', '+1+1', 2), at('stale', '+2+2', 3)]);
  others.begin();
  await pass(bench, 1);
  const pages = [at('kiwi', '+1+1', 2), at('stale', '+2+2', 3), 'ready'];
  assert.deepEqual(reader.takeEvents(), pages, 'what was here is of no account');
  bench.take('kiwi', '+1+2', 4);
  bench.remove('stale', 5);
  await pass(bench, 100);
  assert.deepEqual(reader.takeEvents(), [at('kiwi', '+1+2', 4), 'removed stale']);
  reader.subscription?.close();
  assert.equal(others.listeners, 0);
});

test('what changed while pages came is not taken back by them', async () => {
  const others = new Others();
  const bench = new Bench(others);
  others.begin();
  others.pagesToCome.push(new Error('silent'));
  const reader = bench.subscribe({});
  await pass(bench, 1);
  bench.take('kiwi', '+2+2', 2);
  bench.take('emu', '+2+2', 3);
  bench.remove('emu', 4);
  await pass(bench, 100);
  assert.deepEqual(reader.takeEvents(), [at('kiwi', '+2+2', 2), 'removed emu']);
  others.pagesToCome.push([at('kiwi', '+1+1', 1), at('emu', '+1+1', 1), at('moa', '+1+1', 1)]);
  await pass(bench, 1000);
  assert.deepEqual(reader.takeEvents(), [at('moa', '+1+1', 1), 'ready']);
});

test('a page that may be older than what was sent, and is not here any more, is asked for again', async () => {
  const others = new Others();
  const bench = new Bench(others);
  others.begin();
  others.onAsked = () => {
    others.onAsked = () => {};
    bench.take('kiwi', '+2+2', 2);
    others.evictedUpTo = bench.store.head;
    bench.store.evict(bench.store.slotOf(Buffer.from('kiwi')));
  };
  others.pagesToCome.push([at('kiwi', '+1+1', 1)], [at('kiwi', '+2+2', 2)]);
  const reader = bench.subscribe({});
  await pass(bench, 100);
  const sent = at('kiwi', '+2+2', 2);
  assert.deepEqual(reader.takeEvents(), [sent, 'reset', sent, 'ready']);
});

test('what this server has accepted and nobody else has yet is waited for', async () => {
  const others = new Others();
  const bench = new Bench(others);
  others.begin();
  others.storedUpTo = 1;
  bench.take('stored', '+1+1', 1);
  bench.take('own', '+1+1', 2);
  const reader = bench.subscribe({});
  others.pagesToCome.push([at('stored', '+1+1', 1), at('own', '+1+1', 2)]);
  await pass(bench, 100);
  assert.deepEqual(reader.takeEvents(), []);
  others.storedUpTo = 2;
  bench.take('later', '+1+1', 3);
  await pass(bench, 100);
  const pages = [at('stored', '+1+1', 1), at('own', '+1+1', 2), 'ready'];
  assert.deepEqual(reader.takeEvents().toSorted(), [...pages, at('later', '+1+1', 3)].toSorted());
});

test('of an area: who is in it, who comes, and who leaves it, wherever it was known', async () => {
  const others = new Others();
  const bench = new Bench(others);
  others.begin();
  others.pagesToCome.push([at('kiwi', '+1+1', 1), at('emu', '-1+1', 2)]);
  const reader = bench.subscribe({ area: NORTH });
  await pass(bench, 1);
  assert.deepEqual(reader.takeEvents(), [at('kiwi', '+1+1', 1), 'ready']);
  bench.take('kiwi', '-1+1', 3);
  bench.take('emu', '+1+1', 4);
  await pass(bench, 100);
  assert.deepEqual(reader.takeEvents(), ['left kiwi', at('emu', '+1+1', 4)]);
});

test('one that is full gets no page until it reads', async () => {
  const others = new Others();
  const bench = new Bench(others);
  others.begin();
  others.pagesToCome.push([at('kiwi', '+1+1', 1)], [at('emu', '+1+1', 2)], [at('moa', '+1+1', 3)]);
  const reader = bench.subscribe({});
  reader.room = 1;
  await pass(bench, 1);
  assert.deepEqual(reader.takeEvents(), [at('kiwi', '+1+1', 1)]);
  assert.equal(others.pagesToCome.length, 1);
  reader.drain();
  await pass(bench, 1);
  assert.deepEqual(reader.takeEvents(), [at('emu', '+1+1', 2), at('moa', '+1+1', 3), 'ready']);
});

test('where something may be missing it begins anew', async () => {
  const others = new Others();
  const bench = new Bench(others);
  others.begin();
  others.pagesToCome.push([at('kiwi', '+1+1', 1)]);
  const reader = bench.subscribe({});
  await pass(bench, 1);
  reader.takeEvents();
  others.pagesToCome.push([at('kiwi', '+1+2', 2)]);
  others.onBroken();
  await pass(bench, 1);
  assert.deepEqual(reader.takeEvents(), ['reset', at('kiwi', '+1+2', 2), 'ready']);

  bench.take('emu', '+1+1', 3);
  others.evictedUpTo = bench.store.head;
  others.pagesToCome.push([at('emu', '+1+1', 3)]);
  await pass(bench, 100);
  assert.deepEqual(reader.takeEvents(), ['reset', at('emu', '+1+1', 3), 'ready']);
  await pass(bench, 100);
  assert.deepEqual(reader.takeEvents(), []);
  assert.equal(bench.hub.counts.resets, 2);
});

test('with a cursor it begins anew, since the cursor may be of more than comes', async () => {
  const others = new Others();
  const bench = new Bench(others);
  others.begin();
  others.pagesToCome.push([at('kiwi', '+1+1', 1)]);
  const reader = bench.subscribe({}, { timeMs: bench.nowMs, vector: [] });
  await pass(bench, 1);
  assert.deepEqual(reader.takeEvents(), ['reset', at('kiwi', '+1+1', 1), 'ready']);
});
