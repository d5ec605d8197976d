import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HerdStatus } from 'proxy-herd/client';

import { changesBetween, summarize, type Server } from './herd-changes.ts';

const STATUS = {
  lastHeardAt: '2026-01-01T00:00:10Z',
  version: '1',
  startedAt: '2026-01-01T00:00:00Z',
  gateway: null,
  replaying: false,
  clients: 3,
  connections: 0,
  rates: { reports: 2.5, replies: 0, places: 0 },
  memoryBytes: null,
  seq: 1,
  reports: { epoch: 1, sequence: 1 },
  links: [],
  lag: [{ server: 'Jaquez', reports: 4, seconds: 0.5 }],
};

function server(
  name: string,
  more: Partial<typeof STATUS> & { state?: 'unreachable' } = {},
): Server {
  return { server: name, state: 'reachable', ...STATUS, ...more };
}

const never = { server: 'Juzang', state: 'unreachable', lastHeardAt: null } as const;

test('who went and who came back is told with when it was last heard', () => {
  const before: HerdStatus = { herd: 'h', servers: [server('Riley'), server('Jaquez'), never] };
  const gone = server('Jaquez', { state: 'unreachable' });
  const after: HerdStatus = {
    herd: 'h',
    servers: [server('Riley'), gone, never, server('Bernard')],
  };
  const heard = Date.parse(STATUS.lastHeardAt);
  assert.deepEqual(changesBetween(before, after), [
    { server: 'Jaquez', isReachable: false, lastHeardMs: heard },
  ]);
  assert.deepEqual(changesBetween(after, before), [
    { server: 'Jaquez', isReachable: true, lastHeardMs: heard },
  ]);
  const found: HerdStatus = { herd: 'h', servers: [server('Juzang')] };
  assert.deepEqual(changesBetween(before, found), [
    { server: 'Juzang', isReachable: true, lastHeardMs: undefined },
  ]);
});

test('the summary is of the servers that can be reached', () => {
  const gone = server('Jaquez', { state: 'unreachable', clients: 9, lag: [] });
  const servers = [server('Riley'), server('Bernard', { clients: 4 }), gone, never];
  const lag = { reports: 4, seconds: 0.5 };
  assert.deepEqual(summarize({ herd: 'h', servers }), { clients: 4, reports: 5, lag });
  const nothing = { clients: 0, reports: 0, lag: { reports: 0, seconds: 0 } };
  assert.deepEqual(summarize({ herd: 'h', servers: [never] }), nothing);
});
