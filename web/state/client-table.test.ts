import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Location, HerdEvent } from 'proxy-herd/client';
import { ClientTable } from './client-table.ts';

function locationOf(client: string, second: number): Location {
  const time = new Date(second * 1000).toISOString();
  const where = { latitude: second, longitude: 0 };
  const received = { receivedAt: time, lastSeenAt: time, skew: '+0.000000000', ageSeconds: 0 };
  return { client, ...where, time, server: 'Riley', ...received };
}

function heard(client: string, second: number): HerdEvent {
  return { type: 'location', location: locationOf(client, second) };
}

test('the newest location of a client stays, with the one before it', () => {
  const table = new ClientTable();
  assert.deepEqual(table.take(heard('kiwi', 10), 1), ['kiwi']);
  assert.deepEqual(table.take(heard('kiwi', 12), 2), ['kiwi']);
  assert.deepEqual(table.take(heard('kiwi', 11), 3), [], 'an older one');
  const { location, before, arrivedMs } = table.get('kiwi') ?? assert.fail();
  assert.equal(location.latitude, 12);
  assert.equal(before?.location.latitude, 10);
  assert.equal(arrivedMs, 2);
});

test('a client that is removed, or is not in the snapshot after a reset, is gone', () => {
  const table = new ClientTable();
  for (const client of ['kiwi', 'emu', 'moa']) table.take(heard(client, 1), 1);
  assert.deepEqual(table.take({ type: 'removed', client: 'moa' }, 2), ['moa']);
  assert.deepEqual(table.take({ type: 'removed', client: 'moa' }, 2), []);
  table.take({ type: 'reset' }, 3);
  assert.equal(table.size, 2, 'until the snapshot is complete, the last picture stays');
  table.take(heard('emu', 1), 4);
  assert.deepEqual(table.take({ type: 'ready' }, 5), ['kiwi']);
  assert.deepEqual(
    [...table.values()].map(({ location }) => location.client),
    ['emu'],
  );
  assert.deepEqual(table.take({ type: 'ready' }, 6), [], 'a snapshot without a reset');
});

test('a client that is pinned stays, though the stream of an area does not have it, until it is removed', () => {
  const table = new ClientTable();
  table.pinned = 'kiwi';
  for (const client of ['kiwi', 'emu']) table.take(heard(client, 1), 1);
  assert.deepEqual(table.take({ type: 'left', client: 'kiwi' }, 2), []);
  table.take({ type: 'reset' }, 3);
  assert.deepEqual(table.take({ type: 'ready' }, 3), ['emu']);
  assert.equal(table.get('kiwi')?.location.client, 'kiwi');
  assert.deepEqual(table.take({ type: 'removed', client: 'kiwi' }, 4), ['kiwi']);
});
