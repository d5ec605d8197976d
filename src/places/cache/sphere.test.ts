import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';
import { distance } from 'geokdbush';

import { chordSquared, metresBetween, pointAt } from './sphere.ts';

const anyPosition = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

test('distances are those by which the embedded places are found', () => {
  fc.assert(
    fc.property(anyPosition, anyPosition, (a, b) => {
      const expected = 1000 * distance(a.longitude, a.latitude, b.longitude, b.latitude);
      // Near the other side of the Earth both formulas lose half of their digits.
      const precision = expected > 20_000_000 ? 1 : 1e-6;
      assert.ok(Math.abs(metresBetween(pointAt(a), pointAt(b)) - expected) <= precision);
    }),
  );
});

test('the antimeridian and the poles are places like others', () => {
  const metres = (a: [number, number], b: [number, number]): number =>
    Math.round(
      metresBetween(
        pointAt({ latitude: a[0], longitude: a[1] }),
        pointAt({ latitude: b[0], longitude: b[1] }),
      ),
    );
  assert.equal(metres([0, 179.5], [0, -179.5]), 111_195);
  assert.equal(metres([89.5, 0], [89.5, 180]), 111_195);
  assert.equal(metres([90, 0], [90, 123]), 0);
  assert.equal(metres([90, 0], [-90, 0]), 20_015_087);
});

test('the straight way is never longer than the one along the great circle', () => {
  fc.assert(
    fc.property(anyPosition, anyPosition, (a, b) => {
      const [from, to] = [pointAt(a), pointAt(b)];
      assert.ok(Math.sqrt(chordSquared(from, to)) <= metresBetween(from, to) + 1e-6);
    }),
  );
});
