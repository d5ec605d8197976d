import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Location } from 'proxy-herd/client';

import { colourOf, legendOf, type Colouring } from './colours.ts';

const location = (client: string): Location => ({
  client,
  latitude: 0,
  longitude: 0,
  time: '2026-01-01T00:00:00Z',
  receivedAt: '2026-01-01T00:00:00Z',
  skew: '+0.000000000',
  ageSeconds: 0,
  lastSeenAt: '2026-01-01T00:00:00Z',
  server: 'Riley',
});

test('by group, a client has the colour of its first group, as the legend says', () => {
  const groups = Array.from({ length: 10 }, (_, n) => `group-${n}`);
  const colouring: Colouring = {
    mode: 'group',
    theme: 'light',
    servers: [],
    groups,
    groupsOf: (client) => groups.filter((name) => client.includes(name)),
  };
  const legend = new Map(legendOf(colouring).map(({ label, colour }) => [label, colour]));
  const colour = (client: string): unknown => colourOf(location(client), 0, colouring);
  assert.deepEqual(colour('group-0'), legend.get('group-0'));
  assert.deepEqual(colour('group-2 group-5'), legend.get('group-2'));
  assert.deepEqual(colour('group-9'), legend.get('other groups'));
  assert.deepEqual(colour('nobody'), legend.get('in no group'));
  assert.equal(new Set([...legend.values()].map(String)).size, legend.size, 'each is another one');
});
