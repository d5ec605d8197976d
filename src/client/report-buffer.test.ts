import assert from 'node:assert/strict';
import test from 'node:test';

import fc from 'fast-check';

import { ReportBuffer } from './report-buffer.ts';

const SEED = 20_261_127;

type Action = { readonly client: string } | { readonly take: number; readonly arrive: number };

interface Numbered {
  readonly client: string;
  readonly time: { readonly seconds: number; readonly nanoseconds: number };
}

function at(client: string, seconds: number): Numbered {
  return { client, time: { seconds, nanoseconds: 0 } };
}

function text({ client, time }: Numbered): string {
  return `${client}${time.seconds}`;
}

test('the newest of each client go first, then the others, the latest first', () => {
  const buffer = new ReportBuffer<Numbered>(100);
  for (const report of [at('a', 1), at('b', 1), at('a', 2), at('a', 3), at('b', 0), at('c', 1)]) {
    assert.equal(buffer.add(report), undefined);
  }
  const first = buffer.take(4);
  assert.deepEqual(first.map(text), ['b1', 'a3', 'c1', 'b0']);
  buffer.settle(new Set(first));
  assert.deepEqual(buffer.take(4).map(text), ['a2', 'a1']);
});

test('what could not be sent goes again, behind nothing but newer reports of its clients', () => {
  const buffer = new ReportBuffer<Numbered>(100);
  buffer.add(at('a', 1));
  buffer.add(at('b', 1));
  buffer.take(2);
  buffer.add(at('a', 2));
  buffer.settle(new Set());
  assert.deepEqual(buffer.take(9).map(text), ['b1', 'a2', 'a1']);
});

test('without room the oldest goes that is not the newest of its client, else that of the client that is silent longest', () => {
  const buffer = new ReportBuffer<Numbered>(3);
  buffer.add(at('a', 1));
  buffer.add(at('b', 1));
  buffer.add(at('a', 2));
  assert.deepEqual(buffer.add(at('c', 1)), at('a', 1));
  assert.deepEqual(buffer.add(at('d', 1)), at('b', 1));
  assert.deepEqual(buffer.add(at('c', 0)), at('c', 0), 'itself, where it is missed least');
  assert.deepEqual(buffer.take(3).map(text), ['a2', 'c1']);
});

test('what is being sent is not dropped, but for what nobody waits for', () => {
  const buffer = new ReportBuffer<Numbered>(2);
  buffer.add(at('a', 1));
  assert.deepEqual(buffer.take(9).map(text), ['a1']);
  buffer.add(at('a', 2));
  assert.deepEqual(buffer.add(at('a', 3)), at('a', 2));
  assert.deepEqual(buffer.clear().map(text), ['a3', 'a1']);
  assert.equal(buffer.size, 0);
});

/** Clients report, or so many reports are taken, of which the first so many arrive. */
const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ client: fc.constantFrom('a', 'b', 'c', 'd') }) },
  {
    weight: 1,
    arbitrary: fc.record({ take: fc.integer({ min: 1, max: 6 }), arrive: fc.nat({ max: 6 }) }),
  },
);

test('as clients report, the bound holds, each report is kept or told once, and the newest are kept and go first', () => {
  const property = (capacity: number, actions: readonly Action[]): void => {
    const buffer = new ReportBuffer<Numbered>(capacity);
    const kept = new Set<Numbered>();
    const latest = new Map<string, Numbered>();
    const unsentClients = (): Numbered[] => [...latest.values()].filter((each) => kept.has(each));
    for (const [time, each] of actions.entries()) {
      if ('client' in each) {
        const report = at(each.client, time);
        kept.add(report);
        latest.set(report.client, report);
        const evicted = buffer.add(report);
        const hadRoom = unsentClients().length <= capacity;
        if (evicted === undefined) continue;
        assert.ok(kept.delete(evicted), 'it was there, and is told once');
        if (hadRoom) assert.notEqual(latest.get(evicted.client), evicted, 'not the newest');
      } else {
        const taken = buffer.take(each.take);
        const newest = unsentClients();
        const first = taken.slice(0, newest.length);
        assert.ok(
          first.every((report) => newest.includes(report)),
          'the newest go first',
        );
        const arrived = new Set(taken.slice(0, each.arrive));
        for (const report of arrived) kept.delete(report);
        buffer.settle(arrived);
      }
      assert.equal(buffer.size, kept.size);
      assert.ok(buffer.size <= capacity);
    }
    assert.deepEqual(new Set(buffer.clear()), kept);
  };
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 8 }), fc.array(action, { maxLength: 60 }), property),
    { seed: SEED, numRuns: 300 },
  );
});
