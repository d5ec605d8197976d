import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { areaOf } from './area-of.ts';
import { FenceIndex } from './fence-index.ts';

fc.configureGlobal({ seed: 14, numRuns: 200 });

const longitude = fc.oneof(
  fc.double({ min: -180, max: 180, noNaN: true }),
  fc.constantFrom(-180, 180, 179.99, -179.99),
);
const point = fc.record({ latitude: fc.double({ min: -90, max: 90, noNaN: true }), longitude });

test('every geofence that has a position is found there, once', () => {
  const circles = fc.array(
    fc.record({ middle: point, radiusM: fc.double({ min: 1, max: 1_000_000, noNaN: true }) }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(circles, fc.array(point, { maxLength: 20 }), (specs, points) => {
      const fences = specs.map(({ middle, radiusM }) => ({
        area: areaOf({ type: 'circle', ...middle, radiusM }),
      }));
      const index = new FenceIndex(fences);
      for (const { latitude, longitude } of [...points, ...specs.map(({ middle }) => middle)]) {
        const found = index.at(latitude, longitude);
        assert.equal(new Set(found).size, found.length);
        const isIn = fences.filter(({ area }) => area.contains(latitude, longitude));
        for (const fence of isIn) assert.ok(found.includes(fence));
      }
    }),
  );
});

test('of a thousand geofences few are looked at', () => {
  const fences = Array.from({ length: 1000 }, (_, number) => ({
    area: areaOf({
      type: 'circle',
      latitude: 40 + Math.floor(number / 40) / 10,
      longitude: (number % 40) / 10,
      radiusM: 5000,
    }),
  }));
  const index = new FenceIndex(fences);
  assert.ok(index.at(41, 2).length <= 4);
  assert.equal(index.at(-41, 2).length, 0);
});
