import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { BoundedCircle } from '../places/cache/cached-page.ts';
import type { FoundPlaces } from '../places/found-places.ts';
import type { Location } from '../store/location.ts';
import { scanRecord } from '../store/scan-record.test.ts';
import { LocationStore } from '../store/store.ts';
import { NearbyPlaces } from './nearby-places.ts';

const NONE: FoundPlaces = { status: 'OK', message: undefined, places: [], attributions: [] };

/** All is chosen by the configuration. */
const CONFIGURED = { rank: undefined, types: undefined, language: undefined };

function locationOf(line: string): Location {
  const store = new LocationStore();
  store.apply(scanRecord(line));
  return store.get(Buffer.from('kiwi')) ?? assert.fail(line);
}

test('places are asked for around a location, in metres, and each question counts', async () => {
  const asked: BoundedCircle[] = [];
  const places = new NearbyPlaces({
    nearby: (circle) => {
      asked.push(circle);
      return Buffer.from('{}\n\n');
    },
    find: async (circle) => {
      asked.push(circle);
      return NONE;
    },
  });
  const location = locationOf('AT Riley +0.000000000 kiwi +34.5-118.25 1000');
  const { signal } = new AbortController();
  await places.reply(location, 2, 5, signal);
  await places.find(location, { radiusMetres: 300, bound: 7 }, CONFIGURED, signal);
  const at = { latitude: 34.5, longitude: -118.25 };
  assert.deepEqual(asked, [
    { ...at, radiusMetres: 2000, bound: 5 },
    { ...at, radiusMetres: 300, bound: 7 },
  ]);
  assert.equal(places.asked, 2);
});
