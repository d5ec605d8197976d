import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { beyondReach } from './beyond-reach.ts';
import { haversineMetres } from './distance.ts';
import { UNITS_PER_DEGREE } from './place-index.ts';

const degrees = (most: number) =>
  fc.oneof(
    fc.double({ min: -most, max: most, noNaN: true }),
    fc.constantFrom(-most, 0, most, most - 0.001, 0.001 - most),
  );
const position = fc.record({ latitude: degrees(90), longitude: degrees(180) });
const toUnits = (value: number): number => Math.round(value * UNITS_PER_DEGREE);

test('nothing within the radius is beyond reach, and most of what is far away is', () => {
  let beyond = 0;
  let far = 0;
  const property = fc.property(
    position,
    fc.oneof(fc.double({ min: 1, max: 50_000, noNaN: true }), fc.constantFrom(1e6, 1e7, 2.1e7)),
    fc.oneof(
      position,
      // Near enough that the radius decides.
      fc.record({ north: degrees(1), east: degrees(1) }),
    ),
    (centre, radiusMetres, other) => {
      const at =
        'north' in other
          ? {
              latitude: Math.max(-90, Math.min(90, centre.latitude + other.north)),
              longitude: ((centre.longitude + other.east + 540) % 360) - 180,
            }
          : other;
      const [y, x] = [toUnits(at.latitude), toUnits(at.longitude)];
      const metres = haversineMetres(centre, {
        latitude: y / UNITS_PER_DEGREE,
        longitude: x / UNITS_PER_DEGREE,
      });
      const reach = beyondReach({ ...centre, radiusMetres });
      const columns = { latitudes: Int32Array.of(y), longitudes: Int32Array.of(x) };
      const isBeyond = reach.place(columns, 0);
      assert.equal(reach.box({ boxes: Int32Array.of(y, x, y, x) }, 0), isBeyond);
      if (isBeyond) assert.ok(metres > radiusMetres, `${metres} m`);
      if (metres > 2 * radiusMetres) far += 1;
      if (isBeyond && metres > 2 * radiusMetres) beyond += 1;
    },
  );
  fc.assert(property, { seed: 20_261_127, numRuns: 2_000 });
  assert.ok(beyond > 0.8 * far, `${beyond} of ${far}`);
});

test('a box that any part of the circle may be in is not beyond reach', () => {
  const reach = beyondReach({ latitude: 0, longitude: 179.9, radiusMetres: 50_000 });
  const box = (south: number, west: number, north: number, east: number): boolean =>
    reach.box({ boxes: Int32Array.from([south, west, north, east], toUnits) }, 0);
  assert.equal(box(-90, -180, 90, 180), false);
  assert.equal(box(0, -180, 1, -179.8), false); // across the antimeridian
  assert.equal(box(0, -179.6, 1, 179.4), true); // all but the part around it
  assert.equal(box(0.4, 179, 1, 180), false);
  assert.equal(box(0.5, 179, 1, 180), true);
});
