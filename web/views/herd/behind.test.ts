import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HeardServer, HerdStatus } from 'proxy-herd/client';

import { behindIn } from './behind.ts';

const heard = (
  server: string,
  lag: HeardServer['lag'],
  state: HeardServer['state'] = 'reachable',
) => ({ server, state, lastHeardAt: '2026-01-01T12:00:00Z', lag }) as HeardServer;

test('each server has a row of what it lacks of each other', () => {
  const status: HerdStatus = {
    herd: 'test',
    servers: [
      heard('A', [{ server: 'B', reports: 12, seconds: 3 }]),
      heard('B', []),
      heard('C', [], 'unreachable'),
      { server: 'D', state: 'unreachable', lastHeardAt: null },
    ],
  };
  assert.deepEqual(behindIn(status), {
    origins: ['A', 'B', 'C', 'D'],
    rows: [
      { server: 'A', isKnown: true, cells: [undefined, 12, 0, 0] },
      { server: 'B', isKnown: true, cells: [0, undefined, 0, 0] },
      { server: 'C', isKnown: false, cells: [0, 0, undefined, 0] },
      { server: 'D', isKnown: false, cells: [0, 0, 0, undefined] },
    ],
  });
});
