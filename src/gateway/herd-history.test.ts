import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { KnownServer, ServerStatus } from '../service/known-server.ts';
import { HerdHistory } from './herd-history.ts';

function known(server: string, reports: number, isReachable = true): KnownServer {
  const status: ServerStatus = {
    server,
    epoch: 1,
    sequence: 1,
    everyMs: 2000,
    version: '0.1.0',
    startedMs: 0,
    gateway: undefined,
    isReplaying: false,
    clients: 0,
    connections: 0,
    rates: { reports, replies: 2, places: 3 },
    memoryBytes: 4,
    seq: 0,
    reports: { epoch: 1, sequence: 0 },
    links: [],
    lag: [
      { name: 'X', reports: 5, seconds: 1 },
      { name: 'Y', reports: 6, seconds: 1 },
    ],
  };
  return { server, status, ageMs: 0, isReachable };
}

test('the history has a gap where a server could not be reached', () => {
  const history = new HerdHistory();
  history.add([known('B', 1), known('A', 10)], 1000);
  history.add([known('B', 1, false), known('A', 11)], 2000);
  const unheard = { server: 'C', status: undefined, ageMs: undefined, isReachable: false };
  history.add([known('B', 3), unheard], 3000);
  assert.deepEqual(history.timesMs, [1000, 2000, 3000]);
  assert.deepEqual(history.servers, ['A', 'B']);
  const other = { replies: 2, lag: 11, memoryBytes: 4 };
  assert.deepEqual(history.of('B'), [
    { reports: 1, ...other },
    undefined,
    { reports: 3, ...other },
  ]);
  assert.deepEqual(
    history.of('A').map((sample) => sample?.reports),
    [10, 11, undefined],
  );
});

test('it is of five minutes', () => {
  const history = new HerdHistory();
  for (let n = 1; n <= 100; n++) history.add([known('A', n)], n);
  assert.equal(history.timesMs.length, 60);
  assert.equal(history.of('A')[0]?.reports, 41);
});
