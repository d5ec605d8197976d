import assert from 'node:assert/strict';
import test from 'node:test';

import fc from 'fast-check';

import { ReportBuffer, type BatchOutcome } from './report-buffer.ts';

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

/** The outcome of a batch in which all of these are confirmed. */
function confirmed(...reports: readonly Numbered[]): BatchOutcome<Numbered> {
  return { confirmed: new Set(reports), refused: new Set() };
}

test('the newest of each client are taken first, then the latest others, to be sent in the order of their times', () => {
  const buffer = new ReportBuffer<Numbered>(100);
  for (const report of [at('a', 1), at('b', 1), at('a', 2), at('a', 3), at('b', 0), at('c', 1)]) {
    assert.equal(buffer.add(report), undefined);
  }
  const first = buffer.take(4);
  assert.deepEqual(first.map(text), ['b0', 'c1', 'b1', 'a3']);
  assert.deepEqual(buffer.settle({ confirmed: new Set(), refused: new Set(first) }), []);
  assert.deepEqual(buffer.take(4).map(text), ['a1', 'a2']);
});

test('a confirmed report supersedes those of its client before it, sent or not, and none that were added meanwhile', () => {
  const buffer = new ReportBuffer<Numbered>(100);
  const [a1, a2, a3, b1, b2] = [at('a', 1), at('a', 2), at('a', 3), at('b', 1), at('b', 2)];
  for (const report of [a1, a2, a3, b1, b2]) buffer.add(report);
  assert.deepEqual(buffer.take(4), [b1, a2, b2, a3]);
  const late = at('a', 0);
  const again = at('a', 3);
  buffer.add(late);
  buffer.add(again);
  assert.deepEqual(new Set(buffer.settle(confirmed(b1, a3))), new Set([a1, a2]));
  assert.deepEqual(buffer.take(9), [late, b2, again]);
});

test('of one time the report that came last is sent last', () => {
  const buffer = new ReportBuffer<Numbered>(100);
  const all = [at('a', 1), at('a', 1), at('a', 1)];
  for (const report of all) buffer.add(report);
  const taken = buffer.take(9);
  assert.ok(taken.every((report, index) => report === all[index]));
  const [first, second, third] = all;
  assert.ok(first && second && third);
  assert.deepEqual(buffer.settle(confirmed(second)), [first]);
  assert.equal(buffer.take(9)[0], third);
});

test('what could not be sent goes again, behind nothing but newer reports of its clients', () => {
  const buffer = new ReportBuffer<Numbered>(100);
  buffer.add(at('a', 1));
  buffer.add(at('b', 1));
  buffer.take(2);
  buffer.add(at('a', 2));
  assert.deepEqual(buffer.settle(confirmed()), []);
  assert.deepEqual(buffer.take(2).map(text), ['b1', 'a2']);
});

test('without room the oldest goes that is not the newest of its client, else that of the client that is silent longest', () => {
  const buffer = new ReportBuffer<Numbered>(3);
  buffer.add(at('a', 1));
  buffer.add(at('b', 1));
  buffer.add(at('a', 2));
  assert.deepEqual(buffer.add(at('c', 1)), at('a', 1));
  assert.deepEqual(buffer.add(at('d', 1)), at('b', 1));
  assert.deepEqual(buffer.add(at('c', 0)), at('c', 0), 'itself, where it is missed least');
  assert.deepEqual(buffer.take(3).map(text), ['c1', 'a2']);
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

test('as clients report, the bound holds, each report is kept or told once, and the newest are kept and taken first', () => {
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
        const count = taken.filter((report) => newest.includes(report)).length;
        assert.equal(count, Math.min(newest.length, taken.length), 'the newest are taken first');
        const arrived = taken.slice(0, each.arrive);
        for (const report of arrived) kept.delete(report);
        for (const report of buffer.settle(confirmed(...arrived))) {
          assert.ok(kept.delete(report), 'it was there, and is told once');
          const isOlder = arrived.some(
            ({ client, time }) => client === report.client && time.seconds > report.time.seconds,
          );
          assert.ok(isOlder, 'a newer one was confirmed');
        }
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
