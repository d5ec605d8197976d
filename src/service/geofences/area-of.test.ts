import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';

import { EARTH_RADIUS_METRES } from '../../protocol/earth.ts';
import { areaOf } from './area-of.ts';
import { relationOf, type FenceArea } from './fence-area.ts';
import type { GeofenceVertex } from './geofence.ts';

fc.configureGlobal({ seed: 12, numRuns: 300 });

const RADIANS = Math.PI / 180;
/** A degree of latitude, or of the equator, on the sphere. */
const DEGREE_M = EARTH_RADIUS_METRES * RADIANS;

const circle = (latitude: number, longitude: number, radiusM: number): FenceArea =>
  areaOf({ type: 'circle', latitude, longitude, radiusM });

/** @param points latitudes and longitudes */
const polygon = (...points: readonly (readonly [number, number])[]): FenceArea =>
  areaOf({
    type: 'polygon',
    vertices: points.map(([latitude, longitude]) => ({ latitude, longitude })),
  });

/** The distance by the chord, in three dimensions. */
function distanceM(a: GeofenceVertex, b: GeofenceVertex): number {
  const vector = ({ latitude, longitude }: GeofenceVertex): readonly [number, number, number] => {
    const [lat, lon] = [latitude * RADIANS, longitude * RADIANS];
    return [Math.cos(lat) * Math.cos(lon), Math.cos(lat) * Math.sin(lon), Math.sin(lat)];
  };
  const [[x1, y1, z1], [x2, y2, z2]] = [vector(a), vector(b)];
  const chord = Math.hypot(x1 - x2, y1 - y2, z1 - z2);
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.min(1, chord / 2));
}

const hasBox = ({ boxes }: FenceArea, { latitude, longitude }: GeofenceVertex): boolean =>
  boxes.some(
    ({ south, west, north, east }) =>
      south <= latitude && latitude <= north && west <= longitude && longitude <= east,
  );

const anyPoint = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

describe('a circle', () => {
  test('has what is within its radius, anywhere on the globe, and its boxes have that', () => {
    const radius = fc.double({ min: 1, max: 1_000_000, noNaN: true });
    fc.assert(
      fc.property(anyPoint, anyPoint, radius, (middle, other, radiusM) => {
        const area = circle(middle.latitude, middle.longitude, radiusM);
        // Also points nearby: of two random ones almost none are.
        const near = {
          latitude: Math.max(-90, Math.min(90, middle.latitude + other.latitude / 10)),
          longitude: other.longitude,
        };
        for (const point of [middle, other, near]) {
          const isIn = area.contains(point.latitude, point.longitude);
          const fromBorderM = radiusM - distanceM(middle, point);
          if (Math.abs(fromBorderM) > 0.1) assert.equal(isIn, fromBorderM > 0);
          if (isIn) assert.ok(hasBox(area, point), JSON.stringify(point));
          const borderM = area.borderDistanceM(point.latitude, point.longitude);
          assert.ok(Math.abs(borderM - Math.abs(fromBorderM)) < 0.1);
        }
      }),
    );
  });

  test('goes on beyond the 180th meridian and over a pole', () => {
    assert.ok(circle(0, 179.9, DEGREE_M).contains(0, -179.5));
    assert.equal(circle(0, 179.9, DEGREE_M).boxes.length, 2);
    assert.ok(circle(89.5, 0, DEGREE_M).contains(89.6, 180));
    assert.ok(!circle(89.5, 0, DEGREE_M).contains(89.4, 180));
  });
});

describe('a polygon', () => {
  /** Around a middle, at rising bearings: so no side crosses another. */
  const star = fc.array(fc.double({ min: 0.1, max: 1, noNaN: true }), {
    minLength: 3,
    maxLength: 12,
  });
  const around = (middle: GeofenceVertex, radii: readonly number[]): GeofenceVertex[] =>
    radii.map((radius, index) => {
      const bearing = (2 * Math.PI * index) / radii.length;
      return {
        latitude: middle.latitude + radius * Math.cos(bearing),
        longitude: middle.longitude + radius * Math.sin(bearing),
      };
    });

  /** Whether a ray to the north from a point crosses an odd number of sides. */
  const isInside = (ring: readonly GeofenceVertex[], { latitude, longitude }: GeofenceVertex) => {
    let isIn = false;
    for (const [index, a] of ring.entries()) {
      const b = ring[(index + 1) % ring.length] ?? a;
      if (a.longitude > longitude === b.longitude > longitude) continue;
      const share = (longitude - a.longitude) / (b.longitude - a.longitude);
      if (a.latitude + share * (b.latitude - a.latitude) > latitude) isIn = !isIn;
    }
    return isIn;
  };

  test('has what is inside by the even-odd rule, and its boxes have that', () => {
    const offset = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(star, offset, offset, (radii, north, east) => {
        const ring = around({ latitude: 50, longitude: 8 }, radii);
        const area = areaOf({ type: 'polygon', vertices: ring });
        const point = { latitude: 50 + north, longitude: 8 + east };
        const isIn = area.contains(point.latitude, point.longitude);
        assert.equal(isIn, isInside(ring, point));
        if (isIn) assert.ok(hasBox(area, point));
      }),
    );
  });

  test('its border is as far as the nearest point on its sides', () => {
    const offset = fc.double({ min: -0.01, max: 0.01, noNaN: true });
    fc.assert(
      fc.property(
        star,
        fc.double({ min: -80, max: 80, noNaN: true }),
        offset,
        offset,
        (radii, latitude, north, east) => {
          const small = radii.map((radius) => radius / 100);
          const ring = around({ latitude, longitude: 8 }, small);
          const area = areaOf({ type: 'polygon', vertices: ring });
          const point = { latitude: latitude + north, longitude: 8 + east };
          let leastM = Infinity;
          for (const [index, a] of ring.entries()) {
            const b = ring[(index + 1) % ring.length] ?? a;
            for (let step = 0; step <= 200; step++) {
              const share = step / 200;
              const on = {
                latitude: a.latitude + share * (b.latitude - a.latitude),
                longitude: a.longitude + share * (b.longitude - a.longitude),
              };
              leastM = Math.min(leastM, distanceM(point, on));
            }
          }
          // The Earth is flattened by 0.6 %; steps are at most 12 m apart.
          const found = area.borderDistanceM(point.latitude, point.longitude);
          assert.ok(Math.abs(found - leastM) < 0.01 * leastM + 12, `${found} and ${leastM}`);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('its border is in it', () => {
    const square = polygon([0, 0], [0, 1], [1, 1], [1, 0]);
    for (const [latitude, longitude] of [
      [0, 0],
      [0, 0.5],
      [1, 1],
      [0.5, 1],
    ] as const) {
      assert.ok(square.contains(latitude, longitude));
      assert.equal(square.borderDistanceM(latitude, longitude), 0);
    }
    assert.ok(!square.contains(1.000_000_1, 0.5));
  });

  test('may have sides of half the way round: it is the cap of a pole then', () => {
    const cap = polygon([60, -180], [60, 0], [60, 180], [90, 180], [90, 0], [90, -180]);
    assert.ok(cap.contains(75, 100));
    assert.ok(cap.contains(90, 0));
    assert.ok(!cap.contains(59.9, 100));
  });
});

describe('how a fix is to an area', () => {
  /** A kilometre of the equator to each side of its middle. */
  const area = circle(0, 0, 1000);
  const at = (metresFromMiddle: number, accuracyM: number) =>
    relationOf(area, {
      latitude: 0,
      longitude: metresFromMiddle / DEGREE_M,
      accuracyM,
      timeS: 0,
    });

  test('is unclear where the border is nearer than the fix is accurate', () => {
    assert.deepEqual(
      [at(995, 0), at(1005, 0), at(995, 4), at(1005, 4), at(995, 6), at(1005, 6)],
      ['inside', 'outside', 'inside', 'outside', 'unclear', 'unclear'],
    );
  });

  test('accuracies count up to a hundred metres', () => {
    assert.deepEqual([at(901, 10_000), at(899, 10_000)], ['unclear', 'inside']);
    assert.deepEqual([at(1099, 10_000), at(1101, 10_000)], ['unclear', 'outside']);
  });

  test('of a small area they count up to a part of it: its middle is inside', () => {
    const shapes = [
      circle(0, 0, 20),
      polygon([-0.0001, -0.0001], [-0.0001, 0.0001], [0.0001, 0.0001], [0.0001, -0.0001]),
      polygon([-0.00001, -0.1], [-0.00001, 0.1], [0.00001, 0.1], [0.00001, -0.1]),
    ];
    for (const shape of shapes)
      assert.equal(
        relationOf(shape, { latitude: 0, longitude: 0, accuracyM: 10_000, timeS: 0 }),
        'inside',
      );
    assert.equal(shapes[0]?.depthM, 10);
  });
});
