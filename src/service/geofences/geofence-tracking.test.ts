import assert from 'node:assert/strict';
import { test } from 'node:test';

import { scanRecord } from '../../store/scan-record.test.ts';
import { LocationStore } from '../../store/store.ts';
import { GeofenceTracking } from './geofence-tracking.ts';
import type { Geofence } from './geofence.ts';
import type { OnGeofenceChanged } from './geofence-registry.ts';

const HOME: Geofence = {
  name: 'home',
  shape: { type: 'circle', latitude: 1, longitude: 1, radiusM: 1000 },
  minimumDwellS: 0,
};
const onFull = () => assert.fail('there is room');

const KIWI = { client: 'kiwi', position: { latitude: 1, longitude: 1 } };
const FAR = { latitude: -50, longitude: 1 };

test('who is in geofences is known from when somebody first asks on', async () => {
  const store = new LocationStore();
  const record = scanRecord('AT Riley +0.000000000 kiwi +1+1 1000');
  store.apply(record);
  const known = new Map([['home', HOME]]);
  let change: OnGeofenceChanged = () => assert.fail('nobody watches');
  const tracking = new GeofenceTracking({
    store,
    registry: {
      known,
      watch: (onChanged) => {
        change = onChanged;
        return () => {};
      },
    },
    isReplaying: () => false,
    nowMs: () => 0,
    wake: () => {},
    isFollowed: () => true,
  });
  tracking.work();
  assert.equal(tracking.isReady, false);
  assert.deepEqual(tracking.namesOf(KIWI), []);
  const [first, second] = [tracking.start(onFull), tracking.start(onFull)];
  assert.equal(await first, await second);
  tracking.work();
  assert.equal(tracking.isReady, true);
  assert.deepEqual(tracking.namesOf(KIWI), ['home']);
  assert.deepEqual(tracking.namesOf({ ...KIWI, client: 'nobody' }), ['home'], 'by where it is');
  assert.deepEqual(tracking.namesOf({ client: 'nobody', position: FAR }), []);
  change('home', undefined);
  assert.deepEqual(tracking.namesOf(KIWI), []);
});
