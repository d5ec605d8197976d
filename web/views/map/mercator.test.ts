import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { nearestCopy, pxPerMetre, toDegrees, toWorld } from './mercator.ts';

test('degrees come back as they went', () => {
  const degrees = fc.record({
    latitude: fc.double({ min: -85, max: 85, noNaN: true }),
    longitude: fc.double({ min: -180, max: 179.999, noNaN: true }),
  });
  fc.assert(
    fc.property(degrees, ({ latitude, longitude }) => {
      const back = toDegrees(toWorld(latitude, longitude));
      assert.ok(Math.abs(back.latitude - latitude) < 1e-9);
      assert.ok(Math.abs(back.longitude - longitude) < 1e-9);
    }),
    { seed: 14 },
  );
});

test('the corners of the world are where they should be', () => {
  assert.deepEqual(toWorld(0, 0), { x: 0.5, y: 0.5 });
  assert.ok(Math.abs(toWorld(90, -180).y) < 1e-6);
  assert.ok(Math.abs(pxPerMetre(0, 0) * 40_075_016.686 - 512) < 1e-9);
});

test('the way over the antimeridian is taken where it is the shorter one', () => {
  const fiji = toWorld(-17, 179.9);
  const { x } = nearestCopy(toWorld(-17, -179.9), fiji);
  assert.ok(x > 1 && x - fiji.x < 0.001);
});
