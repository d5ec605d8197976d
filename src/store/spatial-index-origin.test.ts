import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { ANTIMERIDIAN_E7, Origin, POLE_E7 } from './spatial-index-origin.ts';

fc.configureGlobal({ seed: 67, numRuns: 3_000 });

/** An angle of at most so much either way, often at an edge. */
const anyAngle = (most: number): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min: -most, max: most }), fc.constantFrom(-most, 0, most));
/** Any two and one between them. */
const anyRange = (most: number): fc.Arbitrary<readonly number[]> =>
  fc
    .tuple(anyAngle(most), anyAngle(most), anyAngle(most))
    .map((angles) => angles.toSorted((a, b) => a - b));

test('no point of a cell is nearer than its least haversine or farther than its most', () => {
  const anyOrigin = fc.tuple(anyAngle(POLE_E7), anyAngle(ANTIMERIDIAN_E7));
  const ranges = fc.tuple(anyRange(POLE_E7), anyRange(ANTIMERIDIAN_E7));
  fc.assert(
    fc.property(anyOrigin, ranges, ([latitudeE7, longitudeE7], [latitudes, longitudes]) => {
      const origin = new Origin(latitudeE7, longitudeE7);
      const [southE7 = 0, latitude = 0, northE7 = 0] = latitudes;
      const [westE7 = 0, longitude = 0, eastE7 = 0] = longitudes;
      const cell = { southE7, northE7, westE7, eastE7 };
      const haversine = origin.haversine(latitude, longitude, Infinity);
      assert.ok(origin.least(cell) <= haversine);
      assert.ok(origin.most(cell) >= haversine);
    }),
  );
});

test('the bounds of a cell that is a point are its own haversine, but for rounding', () => {
  const origin = new Origin(340_000_000, -1_180_000_000);
  const [southE7, westE7] = [510_000_000, 10_000_000];
  const cell = { southE7, northE7: southE7, westE7, eastE7: westE7 };
  const haversine = origin.haversine(southE7, westE7, Infinity);
  assert.ok(Math.abs(origin.least(cell) - haversine) < 1e-14);
  assert.ok(Math.abs(origin.most(cell) - haversine) < 1e-14);
});
