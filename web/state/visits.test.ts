import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { HerdEvent, Location } from 'proxy-herd/client';
import { Visits } from './visits.ts';

function locationOf(client: string, geofences: readonly string[], second = 1): Location {
  const time = new Date(second * 1000).toISOString();
  const received = { receivedAt: time, lastSeenAt: time, skew: '+0.000000000', ageSeconds: 0 };
  return { client, latitude: 1, longitude: 2, time, server: 'Riley', geofences, ...received };
}

function heard(client: string, ...geofences: string[]): HerdEvent {
  return { type: 'location', location: locationOf(client, geofences) };
}

test('who is inside is what the stream said last', () => {
  const visits = new Visits();
  visits.take(heard('kiwi', 'yard', 'town'), 0);
  visits.take(heard('emu', 'yard'), 0);
  assert.equal(visits.isWhole, false);
  visits.take({ type: 'ready' }, 0);
  assert.equal(visits.isWhole, true);
  assert.deepEqual(visits.inside('yard'), ['emu', 'kiwi']);
  visits.take(heard('kiwi', 'town'), 0);
  assert.deepEqual(visits.inside('yard'), ['emu']);
  visits.take({ type: 'left', client: 'emu' }, 0);
  assert.deepEqual(visits.inside('yard'), []);
  assert.deepEqual(visits.inside('town'), ['kiwi']);
  visits.take({ type: 'reset' }, 0);
  assert.deepEqual(visits.inside('town'), []);
  assert.equal(visits.isWhole, false);
});

test('who enters and leaves is noted, the newest first, and a few of them', () => {
  const visits = new Visits();
  const [geofence, client] = ['yard', 'kiwi'];
  const location = locationOf(client, ['yard'], 5);
  visits.take({ type: 'enter', geofence, client, location }, 7000);
  assert.deepEqual(visits.inside('yard'), ['kiwi']);
  visits.take({ type: 'leave', geofence, client, reason: 'geofence-removed' }, 9000);
  assert.deepEqual(visits.inside('yard'), []);
  assert.deepEqual(visits.crossings, [
    { id: 2, kind: 'leave', geofence, client, atMs: 9000 },
    { id: 1, kind: 'enter', geofence, client, atMs: 5000 },
  ]);
  for (let n = 0; n < 30; n++) visits.take({ type: 'enter', geofence, client, location }, 7000);
  assert.equal(visits.crossings.length, 20);
  assert.equal(visits.crossings[0]?.id, 32);
});
