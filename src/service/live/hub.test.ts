import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';

import type { LiveBatch } from './events.ts';
import { circleArea, type LiveFilter } from './filter.ts';
import { at, Bench, NORTH, type Reader } from './hub-bench.test.ts';

fc.configureGlobal({ seed: 29, numRuns: 300 });

const HOUR_MS = 3_600_000;
test('a subscriber gets what there is, `ready`, and then what changes', () => {
  const bench = new Bench();
  bench.take('kiwi', '+1+1', 1);
  bench.take('emu', '+2+2', 2);
  const reader = bench.subscribe({});
  bench.pass(1);
  assert.deepEqual(reader.takeEvents(), [at('kiwi', '+1+1', 1), at('emu', '+2+2', 2), 'ready']);
  bench.take('kiwi', '+1+2', 3);
  bench.take('kiwi', '+1+3', 4);
  bench.pass(100);
  assert.deepEqual(reader.takeEvents(), [at('kiwi', '+1+3', 4)], 'once, at its latest');
  assert.equal(bench.hub.counts.conflated, 1);
  reader.subscription?.close();
  bench.take('kiwi', '+1+4', 5);
  bench.pass(5000);
  assert.deepEqual(reader.takeEvents(), []);
  assert.equal(bench.timers, 0);
});

test('of some clients: those that are there, and one that comes later', () => {
  const bench = new Bench();
  bench.take('kiwi', '+1+1', 1);
  bench.take('emu', '+2+2', 2);
  const reader = bench.subscribe({ clients: [Buffer.from('emu'), Buffer.from('moa')] });
  bench.pass(1);
  assert.deepEqual(reader.takeEvents(), [at('emu', '+2+2', 2), 'ready']);
  bench.take('kiwi', '+1+2', 3);
  bench.take('moa', '+3+3', 4);
  bench.pass(100);
  assert.deepEqual(reader.takeEvents(), [at('moa', '+3+3', 4)]);
});

test('of those that it may see', () => {
  const bench = new Bench();
  const reader = bench.subscribe({ accepts: (client) => client.toString().startsWith('k') });
  bench.take('kiwi', '+1+1', 1);
  bench.take('emu', '+2+2', 2);
  bench.pass(100);
  assert.deepEqual(reader.takeEvents(), [at('kiwi', '+1+1', 1), 'ready']);
});

test('of an area: who is in it, who comes, and who leaves', () => {
  const bench = new Bench();
  bench.take('kiwi', '+1+1', 1);
  bench.take('emu', '-1+1', 2);
  const reader = bench.subscribe({ area: NORTH });
  bench.pass(1);
  assert.deepEqual(reader.takeEvents(), [at('kiwi', '+1+1', 1), 'ready']);
  bench.take('emu', '+1+1', 3);
  bench.take('kiwi', '-1+1', 4);
  bench.pass(100);
  assert.deepEqual(reader.takeEvents(), [at('emu', '+1+1', 3), 'left kiwi']);
  bench.take('kiwi', '-1+2', 5);
  bench.pass(100);
  assert.deepEqual(reader.takeEvents(), []);
});

test('who is removed is removed, and not of interest to one who begins later', () => {
  const bench = new Bench();
  bench.take('kiwi', '+1+1', 1);
  bench.take('emu', '-1+1', 2);
  const readers = [{}, { clients: [Buffer.from('emu')] }, { area: NORTH }].map((filter) =>
    bench.subscribe(filter),
  );
  bench.pass(1);
  for (const reader of readers) reader.takeEvents();
  bench.remove('emu', 3);
  bench.pass(100);
  assert.deepEqual(
    readers.map((reader) => reader.takeEvents()),
    [['removed emu'], ['removed emu'], []],
  );
  bench.remove('kiwi', 4);
  bench.pass(100);
  assert.deepEqual(
    readers.map((reader) => reader.takeEvents()),
    [['removed kiwi'], [], ['removed kiwi']],
  );
  const late = bench.subscribe({});
  bench.pass(1);
  assert.deepEqual(late.takeEvents(), ['ready']);
});

test('an area is a circle as well', () => {
  // A degree of the equator is 111 km.
  const isIn = circleArea(0, 1_799_999_999, 112_000);
  assert.ok(isIn(0, -1_790_000_000));
  assert.ok(!isIn(0, -1_780_000_000));
});

test('one that is full gets nothing until it reads, and then the latest of each client', () => {
  const bench = new Bench();
  const reader = bench.subscribe({});
  bench.pass(1);
  reader.room = 1;
  bench.take('kiwi', '+1+1', 1);
  bench.pass(100);
  for (let sequence = 2; sequence < 100; sequence++) {
    bench.take('kiwi', '+1+1', sequence);
    bench.pass(25);
  }
  assert.deepEqual(reader.takeEvents(), ['ready', at('kiwi', '+1+1', 1)]);
  assert.deepEqual(reader.marks, [], 'it has not all');
  reader.drain();
  bench.pass(1);
  assert.deepEqual(reader.takeEvents(), [at('kiwi', '+1+1', 99)]);
  assert.deepEqual(bench.hub.counts, { events: 3, conflated: 97, resets: 0 });
});

test('subscribers of all share a batch', () => {
  const bench = new Bench();
  const batches: LiveBatch[] = [];
  for (let count = 0; count < 2; count++) {
    bench.hub.subscribe({}, { send: (batch) => batches.push(batch) > 0, mark() {} });
  }
  bench.pass(1);
  bench.take('kiwi', '+1+1', 1);
  bench.pass(100);
  const [first, second] = batches.slice(-2);
  assert.equal(first, second);
  const encode = (): Buffer[] => [Buffer.from('bytes')];
  assert.equal(first?.encode(encode), second?.encode(encode));
});

describe('with a cursor', () => {
  test('at another server only what it lacks comes', () => {
    const [first, second] = [new Bench(), new Bench()];
    for (const bench of [first, second]) bench.take('kiwi', '+1+1', 1);
    first.vector = [{ name: 'A', epoch: 7, sequence: 1 }];
    const reader = first.subscribe({});
    first.pass(1500);
    const [mark] = reader.marks;
    assert.deepEqual(mark, { timeMs: first.nowMs - 500, vector: first.vector });
    second.take('emu', '+2+2', 2);
    second.take('moa', '+2+2', 1, 'B');
    const next = second.subscribe({}, mark);
    second.pass(1);
    assert.deepEqual(next.takeEvents(), [at('emu', '+2+2', 2), at('moa', '+2+2', 1, 'B'), 'ready']);
  });

  test('who is outside the area has perhaps left it', () => {
    const bench = new Bench();
    bench.take('kiwi', '+1+1', 1);
    bench.take('emu', '-1-1', 2);
    const reader = bench.subscribe(
      { area: NORTH },
      { timeMs: bench.nowMs, vector: [{ name: 'A', epoch: 7, sequence: 1 }] },
    );
    bench.pass(1);
    assert.deepEqual(reader.takeEvents(), ['left emu', 'ready']);
    bench.take('emu', '-1-2', 3);
    bench.pass(100);
    assert.deepEqual(reader.takeEvents(), []);
  });

  test('that is too old everything comes, after a `reset`', () => {
    const bench = new Bench();
    bench.take('kiwi', '+1+1', 1);
    const vector = [{ name: 'A', epoch: 7, sequence: 1 }];
    const reader = bench.subscribe({}, { timeMs: bench.nowMs - HOUR_MS - 1, vector });
    bench.pass(1);
    assert.deepEqual(reader.takeEvents(), ['reset', at('kiwi', '+1+1', 1), 'ready']);
    assert.equal(bench.hub.counts.resets, 1);
  });
});

test('whatever happens, a subscriber ends up with the latest of all that match, and nothing older after newer', () => {
  const client = fc.constantFrom('a', 'b', 'c', 'd');
  const step = fc.oneof(
    fc.record({ client, north: fc.boolean() }),
    fc.record({ subscribe: fc.constantFrom('all', 'some', 'accepted', 'area') }),
    fc.record({ passMs: fc.integer({ min: 0, max: 2000 }) }),
    fc.record({ room: fc.integer({ min: 1, max: 3 }), reader: fc.nat(5) }),
    fc.record({ drain: fc.nat(5) }),
  );
  const filters: Record<string, LiveFilter> = {
    all: {},
    some: { clients: [Buffer.from('a'), Buffer.from('d')] },
    accepted: { accepts: (id) => id.toString() !== 'a' },
    area: { area: NORTH },
  };
  const matches: Record<string, (id: string) => boolean> = {
    all: () => true,
    some: (id) => id === 'a' || id === 'd',
    accepted: (id) => id !== 'a',
    area: () => true,
  };
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const bench = new Bench();
      const readers: { kind: string; reader: Reader }[] = [];
      const latest = new Map<string, { sequence: number; north: boolean }>();
      let sequence = 0;
      for (const step of steps) {
        if ('client' in step) {
          sequence += 1;
          bench.take(step.client, step.north ? '+1+1' : '-1+1', sequence);
          latest.set(step.client, { sequence, north: step.north });
        } else if ('subscribe' in step) {
          readers.push({
            kind: step.subscribe,
            reader: bench.subscribe(filters[step.subscribe] ?? {}),
          });
        } else if ('passMs' in step) bench.pass(step.passMs);
        else if ('drain' in step) readers[step.drain]?.reader.drain();
        else {
          const { reader } = readers[step.reader] ?? {};
          if (reader?.room === Infinity) reader.room = step.room;
        }
      }
      for (const { reader } of readers) reader.drain();
      bench.pass(3000);
      for (const { kind, reader } of readers) {
        const seen = new Map<string, number>();
        for (const event of reader.events) {
          const [, , number, id] = /^AT A \+((\d+)\.0+) (\S+)/.exec(event) ?? [];
          const [, left] = /^left (.)$/.exec(event) ?? [];
          if (left !== undefined) assert.ok(seen.delete(left), `${left} was not there`);
          if (number === undefined || id === undefined) continue;
          assert.ok(Number(number) > (seen.get(id) ?? 0), `${event} after ${seen.get(id)}`);
          seen.set(id, Number(number));
        }
        const expected = [...latest]
          .filter(([id, { north }]) => matches[kind]?.(id) && (kind !== 'area' || north))
          .map(([id, { sequence }]) => [id, sequence] as const);
        assert.deepEqual(seen, new Map(expected), kind);
        assert.equal(reader.events.filter((event) => event === 'ready').length, 1);
      }
    }),
  );
});
