import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MAX_TRANSITIONS } from '../geofences/transition-log.ts';
import type { LiveCursor } from './cursor.ts';
import { boxArea, type LiveFilter } from './filter.ts';
import { at, Bench, NORTH } from './hub-bench.test.ts';

const YARD = {
  name: 'yard',
  shape: { type: 'circle', latitude: 1, longitude: 1, radiusM: 1000 },
  minimumDwellS: 0,
} as const;
const fenced = (): Bench => {
  const bench = new Bench();
  bench.tracker.work();
  bench.tracker.put(YARD);
  return bench;
};
/** Where it is, and in which geofence. */
const inYard = (client: string, sequence: number): string =>
  `${at(client, '+1+1', sequence)} in yard`;
const enters = (client: string): string => `enter ${client} yard with its location`;
const leaves = (client: string): string => `leave ${client} yard moved with its location`;

test('who enters and who leaves, each time, also between two flushes', () => {
  const bench = fenced();
  const reader = bench.subscribe({});
  bench.pass(1);
  for (let round = 0; round < 3; round++) {
    bench.take('kiwi', '+1+1', 2 * round + 1);
    bench.take('kiwi', '+2+1', 2 * round + 2);
  }
  bench.pass(100);
  const both = [enters('kiwi'), leaves('kiwi')];
  assert.deepEqual(reader.takeEvents(), [
    'ready',
    ...both,
    ...both,
    ...both,
    at('kiwi', '+2+1', 6),
  ]);
});

test('the filter says whose', () => {
  const bench = fenced();
  bench.tracker.put({ ...YARD, name: 'gate' });
  const filters: LiveFilter[] = [
    { clients: [Buffer.from('emu')] },
    { accepts: (client) => client.toString() === 'emu' },
    { geofences: new Set(['gate']) },
    { area: NORTH },
    { area: boxArea({ southE7: -1e7, westE7: 0, northE7: 0, eastE7: 1e7 }) },
  ];
  const readers = filters.map((filter) => bench.subscribe(filter));
  bench.pass(1);
  for (const reader of readers) reader.takeEvents();
  bench.take('emu', '+1+1', 1);
  bench.take('kiwi', '+1+1', 2);
  bench.pass(100);
  const isTransition = (event: string): boolean => !event.startsWith('AT');
  const [emu, kiwi] = ['emu', 'kiwi'].map((client) => [
    `enter ${client} yard with its location`,
    `enter ${client} gate with its location`,
  ]);
  const all = [...(emu ?? []), ...(kiwi ?? [])];
  assert.deepEqual(
    readers.map((reader) => reader.takeEvents().filter(isTransition)),
    [emu, emu, all.filter((event) => event.includes('gate')), all, []],
  );
});

test('of an area that is left with the geofence it is told that the geofence was left', () => {
  const bench = fenced();
  bench.take('kiwi', '+1+1', 1);
  const reader = bench.subscribe({ area: NORTH });
  bench.pass(1);
  reader.takeEvents();
  bench.take('kiwi', '-1+1', 2);
  bench.pass(100);
  assert.deepEqual(reader.takeEvents(), [leaves('kiwi'), 'left kiwi']);
});

test('of those in a geofence: who is in it, who comes, and who goes', () => {
  const bench = fenced();
  bench.take('kiwi', '+1+1', 1);
  bench.take('emu', '+2+1', 2);
  const reader = bench.subscribe({ geofences: new Set(['yard']) });
  bench.pass(1);
  assert.deepEqual(reader.takeEvents(), [inYard('kiwi', 1), 'ready']);
  bench.take('emu', '+1+1', 3);
  bench.take('kiwi', '+2+1', 4);
  bench.pass(100);
  assert.deepEqual(reader.takeEvents(), [
    enters('emu'),
    leaves('kiwi'),
    inYard('emu', 3),
    'left kiwi',
  ]);
});

test('all who are in it leave when it is removed, and a client when it is', () => {
  const bench = fenced();
  for (const [index, client] of ['kiwi', 'emu'].entries()) bench.take(client, '+1+1', index + 1);
  const reader = bench.subscribe({ clients: [Buffer.from('kiwi'), Buffer.from('emu')] });
  bench.pass(1);
  reader.takeEvents();
  bench.remove('emu', 3);
  bench.pass(100);
  assert.deepEqual(reader.takeEvents(), ['leave emu yard client-removed', 'removed emu']);
  bench.tracker.remove('yard');
  bench.pass(100);
  assert.deepEqual(reader.takeEvents(), ['leave kiwi yard geofence-removed']);
});

test('one that is full gets them all when it reads, and a `reset` where they are too many', () => {
  const bench = fenced();
  const reader = bench.subscribe({ accepts: () => true });
  bench.pass(1);
  const fill = (): void => {
    reader.room = 1;
    bench.take('emu', '+3+3', (sequence += 1));
    bench.pass(100);
    reader.takeEvents();
  };
  const goRound = (times: number): void => {
    for (let round = 0; round < times; round++) {
      bench.take('kiwi', '+1+1', (sequence += 1));
      bench.take('kiwi', '+2+1', (sequence += 1));
    }
  };
  let sequence = 0;
  fill();
  goRound(2);
  reader.drain();
  bench.pass(100);
  const both = [enters('kiwi'), leaves('kiwi')];
  assert.deepEqual(reader.takeEvents(), [...both, ...both, at('kiwi', '+2+1', sequence)]);
  fill();
  goRound(MAX_TRANSITIONS / 2 + 1);
  reader.drain();
  bench.pass(100);
  const [kiwi, emu] = [at('kiwi', '+2+1', sequence), at('emu', '+3+3', 6)];
  assert.deepEqual(reader.takeEvents(), ['reset', emu, kiwi, 'ready']);
  bench.take('kiwi', '+1+1', (sequence += 1));
  bench.pass(100);
  assert.deepEqual(reader.takeEvents(), [enters('kiwi'), inYard('kiwi', sequence)]);
});

test('with a cursor, at whichever server, those come that it lacks', () => {
  const [first, second] = [fenced(), fenced()];
  const both = [first, second];
  for (const bench of both) bench.take('kiwi', '+1+1', 1);
  first.vector = [{ name: 'A', epoch: 7, sequence: 1 }];
  const reader = first.subscribe({});
  first.pass(1500);
  const [mark] = reader.marks;
  assert.ok(mark !== undefined);
  for (const bench of both) bench.take('kiwi', '+2+1', 2);
  for (const bench of both) {
    const next = bench.subscribe({}, mark);
    bench.pass(1);
    assert.deepEqual(next.takeEvents(), [leaves('kiwi'), at('kiwi', '+2+1', 2), 'ready']);
  }
});

test('with a cursor from before what is known, everything comes after a `reset`', () => {
  const bench = new Bench();
  bench.tracker.put(YARD);
  bench.take('kiwi', '+1+1', 5);
  bench.tracker.work();
  const cursor = (sequence: number): LiveCursor => ({
    timeMs: bench.nowMs,
    vector: [{ name: 'A', epoch: 7, sequence }],
  });
  const readers = [4, 5].map((sequence) => bench.subscribe({}, cursor(sequence)));
  bench.pass(1);
  assert.deepEqual(
    readers.map((reader) => reader.takeEvents()),
    [['reset', inYard('kiwi', 5), 'ready'], ['ready']],
  );
});

test('of a client that was removed nobody is told where it was', () => {
  const bench = fenced();
  const cursor = { timeMs: bench.nowMs, vector: [] };
  bench.take('kiwi', '+1+1', 1);
  bench.remove('kiwi', 2);
  const reader = bench.subscribe({}, cursor);
  bench.pass(1);
  assert.deepEqual(reader.takeEvents(), [
    'enter kiwi yard',
    'leave kiwi yard client-removed',
    'removed kiwi',
    'ready',
  ]);
});

test('who may not know of geofences is told nothing of them, neither which ones a client is in', () => {
  const bench = fenced();
  const readers = [true, false].map((hidesGeofences) => bench.subscribe({ hidesGeofences }));
  bench.pass(1);
  for (const reader of readers) reader.takeEvents();
  bench.take('kiwi', '+1+1', 1);
  bench.pass(100);
  assert.deepEqual(
    readers.map((reader) => reader.takeEvents()),
    [[at('kiwi', '+1+1', 1)], [enters('kiwi'), inYard('kiwi', 1)]],
  );
});
