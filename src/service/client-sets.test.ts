import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseAll } from '../access/grant.ts';
import { scanRecord } from '../store/scan-record.test.ts';
import { LocationStore } from '../store/store.ts';
import { ClientSets, MAX_SET_CLIENTS } from './client-sets.ts';

/** Sets over a store, and the ticks that they ask for. */
class Bench {
  readonly store = new LocationStore();
  ticksWanted = 0;
  ticks = 0;
  readonly sets = new ClientSets(this.store, () => (this.ticksWanted += 1));

  report(client: string, time = 1000): void {
    this.#apply(`AT Riley +0.000000000 ${client} +1+1 ${time}`, time);
  }

  remove(client: string, time: number): void {
    this.#apply(`REMOVED Riley +0.000000000 ${client} ${time}.000000000`, time);
  }

  #apply(line: string, sequence: number): void {
    const view = scanRecord(line);
    view.sequence = sequence;
    this.store.apply(view);
  }

  reportMany(count: number, name: string): void {
    for (let n = 0; n < count; n++) this.report(`${name}-${n}`);
  }

  forgetBefore(seconds: number): void {
    this.store.forgetBefore({ seconds, nanoseconds: 0 });
    for (const _ of this.store.sweep(1000));
  }

  /** The IDs of the clients that any of these patterns covers, in their order; `undefined`: too many. */
  async clientsOf(...patterns: readonly string[]): Promise<string[] | undefined> {
    const asked = this.sets.slotsOf(parseAll(patterns));
    await this.settle();
    const slots = await asked;
    return slots && Array.from(slots, (slot) => this.store.clientOf(slot).toString()).sort();
  }

  /** Ticks until nothing more is asked for. */
  async settle(): Promise<void> {
    for (;;) {
      await Promise.resolve();
      if (this.ticksWanted === 0) return;
      this.ticksWanted = 0;
      this.ticks += 1;
      this.sets.work();
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    }
  }
}

test('clients are found by their IDs and by patterns, each once', async () => {
  const bench = new Bench();
  for (const client of ['anna', 'kid-1', 'kid-2', 'stranger']) bench.report(client);
  assert.deepEqual(await bench.clientsOf('anna', 'nobody'), ['anna']);
  assert.deepEqual(await bench.clientsOf('kid-*', 'kid-1', '*-2'), ['kid-1', 'kid-2']);
  assert.deepEqual(await bench.clientsOf(), []);
});

test('a pattern that was asked before has those that came since, and not those that went', async () => {
  const bench = new Bench();
  bench.report('kid-1');
  bench.report('kid-2');
  assert.deepEqual(await bench.clientsOf('kid-*'), ['kid-1', 'kid-2']);
  const { ticks } = bench;
  bench.report('kid-1', 2000);
  bench.report('kid-3', 2000);
  bench.report('other', 2000);
  assert.deepEqual(await bench.clientsOf('kid-*'), ['kid-1', 'kid-2', 'kid-3']);
  bench.forgetBefore(1500);
  assert.deepEqual(await bench.clientsOf('kid-*'), ['kid-1', 'kid-3']);
  bench.report('stranger', 2000); // stands where kid-2 stood
  assert.deepEqual(await bench.clientsOf('kid-*'), ['kid-1', 'kid-3']);
  bench.report('kid-2', 2001);
  assert.deepEqual(await bench.clientsOf('kid-*'), ['kid-1', 'kid-2', 'kid-3']);
  assert.equal(bench.ticks, ticks, 'none of it took another look at all');
});

test('a client that was removed or forgotten is there again once it reports', async () => {
  const bench = new Bench();
  bench.report('kid-1');
  bench.report('kid-2');
  assert.equal((await bench.clientsOf('kid-*'))?.length, 2);
  bench.remove('kid-1', 1500);
  bench.store.forgetBefore({ seconds: 1200, nanoseconds: 0 }); // and not swept yet
  assert.deepEqual(await bench.clientsOf('kid-*'), []);
  bench.report('kid-1', 2000);
  bench.report('kid-2', 2001);
  assert.deepEqual(await bench.clientsOf('kid-*'), ['kid-1', 'kid-2']);
});

test('all clients are looked at in steps, and again where too many are new', async () => {
  const bench = new Bench();
  bench.reportMany(5500, 'other');
  bench.report('kid-1');
  assert.deepEqual(await bench.clientsOf('kid-*'), ['kid-1']);
  assert.equal(bench.ticks, 2);
  bench.report('kid-2');
  bench.reportMany(5001, 'more');
  assert.deepEqual(await bench.clientsOf('kid-*'), ['kid-1', 'kid-2']);
});

test('more than a large team are too many, until some have gone', async () => {
  const bench = new Bench();
  bench.reportMany(MAX_SET_CLIENTS, 'kid');
  assert.equal((await bench.clientsOf('kid-*'))?.length, MAX_SET_CLIENTS);
  bench.report('kid-more', 3000);
  assert.equal(await bench.clientsOf('kid-*'), undefined);
  assert.equal(await bench.clientsOf('*'), undefined);
  bench.report('other');
  assert.equal(await bench.clientsOf('other', 'kid-*'), undefined);
  bench.forgetBefore(2000);
  await bench.clientsOf('kid-*'); // finds that one has gone
  assert.deepEqual(await bench.clientsOf('kid-*'), ['kid-more']);
});
