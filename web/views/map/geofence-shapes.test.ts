import assert from 'node:assert/strict';
import { test } from 'node:test';

import { distanceM, geofencesGeoJson, pointAt, ringOf } from './geofence-shapes.ts';

test('a point is as far away as was asked, in any direction', () => {
  for (const from of [
    { latitude: 34, longitude: -118 },
    { latitude: 80, longitude: 179.99 },
  ]) {
    for (const bearing of [0, 45, 90, 180, 270]) {
      assert.ok(Math.abs(distanceM(from, pointAt(from, bearing, 5000)) - 5000) < 0.01);
    }
  }
});

test('a circle is a closed ring around its middle', () => {
  const circle = { type: 'circle', latitude: 34, longitude: -118, radiusM: 400 } as const;
  const ring = ringOf(circle);
  assert.equal(ring.length, 73);
  assert.deepEqual(ring[0], ring.at(-1));
  for (const [longitude = 0, latitude = 0] of ring) {
    assert.ok(Math.abs(distanceM(circle, { latitude, longitude }) - 400) < 0.01);
  }
});

test('geofences have their names on the map', () => {
  const vertices = [
    { latitude: 0, longitude: 0 },
    { latitude: 1, longitude: 0 },
    { latitude: 0, longitude: 1 },
  ];
  const { features } = geofencesGeoJson([{ name: '<b>', shape: { type: 'polygon', vertices } }]);
  assert.deepEqual(features[0]?.properties, { name: '<b>' });
});
