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
  /** What is on a page each time that one is asked for, where no other ones are to come. */
  known: readonly string[] = [];
  /** Called when a page has been asked for. */
  onAsked: () => void = () => {};

  /** Brings a client's record into the store. */
  onFetch: (client: string) => void = () => {};

  async fetch(client: Buffer): Promise<void> {
    this.onFetch(client.toString());
  }

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
    if (this.pagesToCome.length === 0 && this.known.length > 0) this.pagesToCome.push(this.known);
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

const YARD = {
  name: 'yard',
  shape: { type: 'circle', latitude: 1, longitude: 1, radiusM: 1000 },
  minimumDwellS: 0,
} as const;

/** A hub where a geofence is around +1+1, and others who hold `kiwi` in it, and `emu` somewhere else. */
function fenced(): { bench: Bench; others: Others } {
  const others = new Others();
  const bench = new Bench(others);
  bench.tracker.work();
  bench.tracker.put(YARD);
  others.known = [at('kiwi', '+1+1', 1), at('emu', '+2+2', 2)];
  others.onFetch = () => bench.take('kiwi', '+1+1', 1);
  return { bench, others };
}

const OF_YARD = { geofences: new Set(['yard']) };
const inYard = (client: string, sequence: number): string =>
  `${at(client, '+1+1', sequence)} in yard`;
const enters = (client: string): string => `enter ${client} yard with its location`;
const leaves = (client: string): string => `leave ${client} yard moved with its location`;

test('of a geofence: who is in it, who comes and who goes, whoever holds them', async () => {
  const { bench, others } = fenced();
  const readers = [OF_YARD, {}].map((filter) => bench.subscribe(filter));
  others.begin();
  await pass(bench, 1);
  const taken = (): string[][] => readers.map((reader) => reader.takeEvents());
  const kiwi = inYard('kiwi', 1);
  assert.deepEqual(taken(), [
    [kiwi, 'ready'],
    [kiwi, at('emu', '+2+2', 2), 'ready'],
  ]);
  bench.take('emu', '+1+1', 3);
  bench.take('kiwi', '+2+1', 4);
  await pass(bench, 100);
  const news = [enters('emu'), leaves('kiwi'), inYard('emu', 3)];
  assert.deepEqual(taken(), [
    [...news, 'left kiwi'],
    [...news, at('kiwi', '+2+1', 4)],
  ]);
  bench.store.evict(bench.store.slotOf(Buffer.from('kiwi')));
  bench.take('kiwi', '+1+1', 5);
  await pass(bench, 100);
  const back = [enters('kiwi'), inYard('kiwi', 5)];
  assert.deepEqual(taken(), [back, back]);
});

test('who is in a geofence when somebody begins to listen has not entered it, whenever it is read', async () => {
  const { bench, others } = fenced();
  bench.take('emu', '+1+1', 1); // asked for some time ago: it has left since
  const first = bench.subscribe(OF_YARD);
  others.begin();
  others.onFetch = (client) => {
    if (client === 'emu') bench.take('emu', '+2+2', 2);
    else bench.take('kiwi', '+1+1', 3); // it reports while it is read
  };
  await pass(bench, 1);
  assert.deepEqual(first.takeEvents(), [inYard('kiwi', 1), 'ready']);
  first.subscription?.close();
  bench.take('kiwi', '+2+2', 6); // nobody listens, so what it did before is not known for sure
  bench.take('emu', '+1+1', 7);
  assert.equal(bench.tracker.transitions.head, 0);
});

test('nothing is sent before it is known who is in geofences', async () => {
  const { bench, others } = fenced();
  others.begin();
  others.pagesToCome.push(new Error('silent'));
  const reader = bench.subscribe({});
  await pass(bench, 500);
  assert.deepEqual(reader.takeEvents(), []);
  await pass(bench, 1000);
  assert.deepEqual(reader.takeEvents(), [inYard('kiwi', 1), at('emu', '+2+2', 2), 'ready']);
});

test('where something may be missing it is read anew who is in geofences', async () => {
  const { bench, others } = fenced();
  others.begin();
  const reader = bench.subscribe(OF_YARD);
  await pass(bench, 1);
  reader.takeEvents();
  others.known = [at('kiwi', '+2+2', 3), at('emu', '+1+1', 4)];
  others.onFetch = (client) =>
    client === 'kiwi' ? bench.take(client, '+2+2', 3) : bench.take(client, '+1+1', 4);
  others.onBroken();
  await pass(bench, 1);
  assert.deepEqual(reader.takeEvents(), ['reset', inYard('emu', 4), 'ready']);
  bench.take('emu', '+2+2', 5);
  await pass(bench, 100);
  assert.deepEqual(reader.takeEvents(), [leaves('emu'), 'left emu']);
});
