import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { ServerDetails } from './details.ts';
import {
  dotsAt,
  floodOf,
  floodsIn,
  hopsEndedAt,
  newestWhole,
  reachedAfter,
  slownessOf,
  type Flood,
} from './flood.ts';

const ACCEPTED = '2026-01-01T12:00:00.999500000Z';

/** What a server says of Riley's record 7: who brought it, so many milliseconds after it was accepted, and whether it was news. */
function saying(
  server: string,
  ...arrivals: [from: string, afterMs: number, news: boolean][]
): ServerDetails {
  const at = (afterMs: number): string => {
    const nanoseconds =
      BigInt(Date.parse('2026-01-01T12:00:00Z')) * 1_000_000n +
      999_500_000n +
      BigInt(Math.round(afterMs * 1e6));
    const seconds = new Date(Number(nanoseconds / 1_000_000_000n) * 1000)
      .toISOString()
      .slice(0, 19);
    return `${seconds}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}Z`;
  };
  return {
    server,
    vector: [],
    links: [],
    arrivals: [
      {
        server: 'Riley',
        epoch: 1,
        sequence: 7,
        receivedAt: ACCEPTED,
        arrivals: arrivals.map(([neighbour, afterMs, news]) => ({
          neighbour,
          at: at(afterMs),
          news,
        })),
      },
    ],
  };
}

function only(floods: readonly Flood[]): Flood {
  assert.equal(floods.length, 1);
  return floods[0] ?? assert.fail();
}

const hopsOf = ({ hops }: Flood): string[] =>
  hops.map(({ from, to, startMs, endMs, isNews }) => {
    return `${from}-${to} ${startMs.toFixed(1)}-${endMs.toFixed(1)}${isNews ? '' : ' again'}`;
  });

test('the way of a record is put together of what each server says', () => {
  const flood = only(
    floodsIn([
      saying('Jaquez', ['Riley', 0.8, true], ['Bernard', 2.5, false]),
      saying('Juzang', ['Riley', 1, true]),
      saying('Bernard', ['Jaquez', 1.9, true]),
      saying('Campbell', ['Juzang', 2.2, true]),
    ]),
  );
  assert.equal(flood.isTimed, true);
  assert.equal(flood.origin, 'Riley');
  assert.deepEqual(hopsOf(flood), [
    'Riley-Jaquez 0.0-0.8',
    'Riley-Juzang 0.0-1.0',
    'Jaquez-Bernard 0.8-1.9',
    'Juzang-Campbell 1.0-2.2',
    'Bernard-Jaquez 1.9-2.5 again',
  ]);
  assert.deepEqual(
    [...reachedAfter(flood, hopsEndedAt(flood, 1.5))],
    ['Riley', 'Jaquez', 'Juzang'],
  );
  const under = dotsAt(flood, 0.9).map(({ hop, part }) => `${hop.to} ${part.toFixed(2)}`);
  assert.deepEqual(under, ['Juzang 0.90', 'Bernard 0.09']);
});

test('a record does not arrive before it was sent, whatever the clocks of one machine say', () => {
  const flood = only(
    floodsIn([saying('Jaquez', ['Riley', 1, true]), saying('Bernard', ['Jaquez', -1, true])]),
  );
  assert.equal(flood.isTimed, true);
  assert.deepEqual(hopsOf(flood), ['Riley-Jaquez 0.0-1.0', 'Jaquez-Bernard 1.0-1.1']);
});

test('where clocks differ by much the order of the hops is all that is said', () => {
  const flood = only(
    floodsIn([
      saying('Jaquez', ['Riley', 4000, true]),
      saying('Bernard', ['Jaquez', -9000, true]),
      saying('Juzang', ['Riley', 3, true]),
    ]),
  );
  assert.equal(flood.isTimed, false);
  assert.deepEqual(hopsOf(flood).sort(), [
    'Jaquez-Bernard 1.0-2.0',
    'Riley-Jaquez 0.0-1.0',
    'Riley-Juzang 0.0-1.0',
  ]);
});

test('what a server that does not answer would say is missing, and nothing is made up for it', () => {
  const flood = only(floodsIn([saying('Bernard', ['Jaquez', 2, true])]));
  assert.deepEqual(hopsOf(flood), ['Jaquez-Bernard 1.9-2.0']);
});

test('the newest way is the first', () => {
  const later = saying('Jaquez', ['Riley', 1, true]);
  const [record] = later.arrivals;
  assert.ok(record);
  const both = {
    ...later,
    arrivals: [record, { ...record, sequence: 8, receivedAt: '2026-01-01T12:00:02.5Z' }],
  };
  assert.deepEqual(
    floodsIn([both]).map(({ sequence }) => sequence),
    [8, 7],
  );
});

test('a way is shown for two seconds or so, however long it was', () => {
  const slow = [0.3, 2.4, 12, 400, 9000].map((durationMs) => slownessOf({ durationMs }));
  assert.deepEqual(slow, [5000, 1000, 200, 5, 1]);
});

test('what is shown is the newest way of those that came to most servers, once all were asked again', () => {
  const way = (key: string, origin: string, ...to: string[]): Flood => {
    const hops = to.map((each) => ({ from: origin, to: each, startMs: 0, endMs: 1, isNews: true }));
    return { key, origin, sequence: 1, acceptedMs: 0, hops, isTimed: true, durationMs: 1 };
  };
  const floods = [
    way('4', 'A', 'B', 'C'),
    way('3', 'A', 'B'),
    way('2', 'A', 'B', 'C'),
    way('1', 'B', 'A'),
  ];
  const all = new Set(['1', '2', '3']);
  assert.equal(newestWhole(floods, all, undefined)?.key, '2');
  assert.equal(newestWhole(floods, all, 'B')?.key, '1');
  assert.equal(newestWhole(floods, new Set(), undefined), undefined);
});

test('a way is found by its origin and when that accepted it', () => {
  const floods = floodsIn([saying('Jaquez', ['Riley', 1, true])]);
  const acceptedMs = Date.parse('2026-01-01T12:00:00Z') + 999.5;
  assert.equal(floodOf(floods, 'Riley', acceptedMs), floods[0]);
  assert.equal(floodOf(floods, 'Riley', acceptedMs + 0.1), undefined);
  assert.equal(floodOf(floods, 'Jaquez', acceptedMs), undefined);
});
