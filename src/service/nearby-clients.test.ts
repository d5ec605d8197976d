import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { RecordView } from '../store/record.ts';
import { scanRecord } from '../store/scan-record.test.ts';
import { SpatialQuestionError } from '../store/spatial-index-errors.ts';
import { LocationStore } from '../store/store.ts';
import { ClientFinder, type NearbyClients } from './nearby-clients.ts';

function record(client: string, position: string, time = 1000): RecordView {
  const view = scanRecord(`AT Riley +0.000000000 ${client} ${position} ${time}`);
  view.sequence = time;
  return view;
}

/** A finder over a store, and the ticks that it asks for. */
class Bench {
  readonly store = new LocationStore();
  ticksWanted = 0;
  readonly finder = new ClientFinder(this.store, () => (this.ticksWanted += 1));

  /** Ticks until nothing more is asked for. */
  settle(): number {
    let ticks = 0;
    while (this.ticksWanted > 0) {
      this.ticksWanted = 0;
      this.finder.work();
      ticks += 1;
    }
    return ticks;
  }

  async nearest(question = { limit: 10 }): Promise<string[]> {
    const answer = this.finder.nearest(0, 0, question);
    this.settle();
    return namesOf(await answer);
  }
}

const namesOf = ({ clients }: NearbyClients): string[] =>
  clients.map(({ location }) => location.at.split(' ')[3] ?? '');

describe('who is near', () => {
  test('gets them nearest first, with the location and the distance', async () => {
    const bench = new Bench();
    for (const [client, position] of [
      ['far', '+2.0+0.0'],
      ['here', '+0.0+0.0'],
      ['near', '+0.0-1.0'],
    ] as const) {
      bench.store.apply(record(client, position));
    }
    const asked = bench.finder.nearest(0, 0, { limit: 2 });
    bench.settle();
    const answer = await asked;
    assert.deepEqual(namesOf(answer), ['here', 'near']);
    assert.deepEqual(answer.clients[1]?.location.position, { latitude: 0, longitude: -1 });
    assert.ok(Math.abs((answer.clients[1]?.distanceMetres ?? 0) - 111_195) < 10);
    const more = bench.finder.nearest(0, 0, { limit: 2, after: answer.next });
    assert.deepEqual(namesOf(await more), ['far']);
  });

  test('follows who moves, comes, and is forgotten', async () => {
    const bench = new Bench();
    bench.store.apply(record('a', '+1.0+0.0'));
    bench.store.apply(record('b', '+2.0+0.0'));
    assert.deepEqual(await bench.nearest(), ['a', 'b']);
    bench.store.apply(record('b', '+0.5+0.0', 1001));
    bench.store.apply(record('c', '+0.1+0.0', 1002));
    assert.deepEqual(await bench.nearest(), ['c', 'b', 'a']);
    bench.store.forgetBefore({ seconds: 1001, nanoseconds: 0 });
    assert.deepEqual(await bench.nearest(), ['c', 'b']);
    for (const _ of bench.store.sweep(100));
    bench.store.apply(record('d', '+0.0+0.0', 1003));
    assert.deepEqual(await bench.nearest(), ['d', 'c', 'b']);
  });

  test('waits for the index, which is made in steps while clients move', async () => {
    const bench = new Bench();
    for (let n = 0; n < 12_000; n++) bench.store.apply(record(`client-${n}`, '+10.0+10.0'));
    const answer = bench.finder.nearest(0, 0, { limit: 1 });
    assert.equal(bench.ticksWanted, 1);
    bench.ticksWanted = 0;
    bench.finder.work();
    assert.equal(bench.ticksWanted, 1, 'it is not made in one tick');
    bench.store.apply(record('client-3', '+1.0+1.0', 1001));
    bench.store.apply(record('client-11999', '+2.0+2.0', 1001));
    assert.equal(bench.settle(), 2);
    assert.deepEqual(namesOf(await answer), ['client-3']);
  });

  test('gets those in a box', async () => {
    const bench = new Bench();
    bench.store.apply(record('in', '+0.0+179.9'));
    bench.store.apply(record('out', '+0.0+179.0'));
    bench.store.apply(record('beyond', '+0.0-179.9'));
    const edges = { southE7: -1e7, northE7: 1e7, westE7: 1795e6, eastE7: -1795e6 };
    const answer = bench.finder.inBox(edges, { limit: 10 });
    bench.settle();
    assert.deepEqual(namesOf(await answer).toSorted(), ['beyond', 'in']);
  });

  test('a question that makes no sense is an error', async () => {
    const bench = new Bench();
    const answer = bench.finder.nearest(0, 0, { limit: 0 });
    bench.settle();
    await assert.rejects(answer, SpatialQuestionError);
  });
});
