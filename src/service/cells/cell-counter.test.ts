import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { parseAll } from '../../access/grant.ts';
import type { RecordView } from '../../store/record.ts';
import { scanRecord } from '../../store/scan-record.test.ts';
import { LocationStore } from '../../store/store.ts';
import type { CellQuestion } from './cell-count.ts';
import { CellCounter } from './cell-counter.ts';

const WORLD = { westE7: -180e7, southE7: -90e7, eastE7: 180e7, northE7: 90e7 };
const ALL: CellQuestion = { box: WORLD, zoom: 0, wanted: undefined };
const STAYING = new AbortController().signal;

function record(client: string, position: string, time = 1000): RecordView {
  return read(`AT Riley +0.000000000 ${client} ${position} ${time}`, time);
}

function read(line: string, time: number): RecordView {
  const view = scanRecord(line);
  view.sequence = time;
  return view;
}

/** A counter over a store, and the ticks that it asks for. */
class Bench {
  readonly store = new LocationStore();
  ticksWanted = 0;
  readonly counter = new CellCounter(this.store, () => (this.ticksWanted += 1));

  /** Ticks until nothing more is asked for. */
  settle(): number {
    let ticks = 0;
    for (; this.ticksWanted > 0; ticks++) {
      this.ticksWanted = 0;
      this.counter.work();
    }
    return ticks;
  }

  /** The counts by the tiles. */
  async count(question: CellQuestion): Promise<Record<string, number>> {
    const counted = this.counter.count(question, STAYING);
    this.settle();
    const cells = await counted;
    return Object.fromEntries(cells.map(({ tile: { x, y }, count }) => [`${x} ${y}`, count]));
  }
}

describe('counts per cell', () => {
  test('are of the clients that are there, with the middle of them', async () => {
    const bench = new Bench();
    for (const [client, position] of [
      ['a', '+10.0+10.0'],
      ['b', '+20.0+30.0'],
      ['c', '-10.0+10.0'],
      ['gone', '-10.0+11.0'],
    ] as const) {
      bench.store.apply(record(client, position));
    }
    bench.store.apply(read('REMOVED Riley +0.000000000 gone 2000.000000000', 2000));
    assert.deepEqual(await bench.count({ ...ALL, zoom: 1 }), { '1 0': 2, '1 1': 1 });
    const counted = bench.counter.count(ALL, STAYING);
    bench.settle();
    const [cell] = await counted;
    assert.equal(cell?.count, 3);
    assert.ok(Math.abs(cell.latitude - 20 / 3) < 1e-9 && Math.abs(cell.longitude - 50 / 3) < 1e-9);
    bench.store.apply(record('a', '-80.0-10.0', 3000));
    assert.deepEqual(await bench.count({ ...ALL, zoom: 1 }), { '1 0': 1, '0 1': 1, '1 1': 1 });
  });

  test('are of those in the box alone, also on both sides of the 180th meridian', async () => {
    const bench = new Bench();
    for (const [client, position] of [
      ['west', '+1.0+179.0'],
      ['on', '+1.0+180.0'],
      ['east', '+1.0-179.0'],
      ['out', '+1.0+100.0'],
    ] as const) {
      bench.store.apply(record(client, position));
    }
    const box = { westE7: 178e7, southE7: 0, eastE7: -178e7, northE7: 10e7 };
    assert.deepEqual(await bench.count({ ...ALL, box, zoom: 3 }), { '7 3': 1, '0 3': 2 });
  });

  test('are of those that are wanted', async () => {
    const bench = new Bench();
    for (const client of ['a', 'b', 'c']) bench.store.apply(record(client, '+1.0+1.0'));
    const covered = [parseAll(['*']), parseAll(['a', 'c*'])];
    const wanted = { covered, since: undefined };
    assert.deepEqual(await bench.count({ ...ALL, wanted }), { '0 0': 2 });
  });

  test('take as many ticks as there are clients to look at, one question after the other', async () => {
    const bench = new Bench();
    for (let n = 0; n < 22_000; n++) bench.store.apply(record(`c${n}`, '+1.0+1.0', n + 1));
    const leaving = new AbortController();
    const answers = [
      bench.counter.count(ALL, STAYING),
      bench.counter.count(ALL, leaving.signal),
      bench.counter.count({ ...ALL, wanted: { covered: [], since: undefined } }, STAYING),
    ];
    leaving.abort();
    assert.equal(bench.settle(), 14);
    const [all, , wanted] = await Promise.all(answers);
    assert.equal(all?.[0]?.count, 22_000);
    assert.equal(wanted?.[0]?.count, 22_000);
  });
});
