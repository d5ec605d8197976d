import assert from 'node:assert/strict';
import { test } from 'node:test';

import { handlesOf, missingIn, withHandle, withPoint } from './geofence-draft.ts';

const CIRCLE = { type: 'circle', latitude: 34, longitude: -118, radiusM: 400 } as const;
const at = (latitude: number, longitude: number) => ({ latitude, longitude });

test('a polygon gets corners, which can be moved', () => {
  let shape = withPoint({ type: 'polygon', vertices: [] }, at(0, 0));
  assert.ok(missingIn({ of: undefined, name: 'yard', shape }));
  shape = withPoint(withPoint(shape, at(0, 1)), at(1, 0));
  assert.equal(missingIn({ of: undefined, name: 'yard', shape }), undefined);
  assert.ok(missingIn({ of: undefined, name: ' ', shape }));
  assert.deepEqual(handlesOf(withHandle(shape, 1, at(0, 2)))[1], at(0, 2));
});

test('a circle is moved by its middle and widened by its border', () => {
  const [, border = assert.fail()] = handlesOf(CIRCLE);
  assert.deepEqual(withHandle(CIRCLE, 1, border), CIRCLE);
  assert.deepEqual(withHandle(CIRCLE, 0, at(1, 2)), { ...CIRCLE, latitude: 1, longitude: 2 });
  const wide = withHandle(CIRCLE, 1, at(34, -90));
  assert.equal(wide.type === 'circle' && wide.radiusM, 1_000_000, 'no wider than the herd takes');
  assert.deepEqual(withPoint(CIRCLE, at(0, 0)), CIRCLE);
});
