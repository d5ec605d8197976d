import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { glideTo, positionAt, resting } from './glide.ts';
import { toWorld } from './mercator.ts';

const START = toWorld(34, -118);
const NEXT = toWorld(34.001, -118.001);

test('a marker goes from where it is shown to its newest fix, and stops there', () => {
  const glide = glideTo(resting(START), NEXT, 1000, 2000);
  assert.deepEqual(positionAt(glide, 1000), START);
  const half = positionAt(glide, 2000);
  assert.ok(Math.abs(half.x - (START.x + NEXT.x) / 2) < 1e-12);
  assert.deepEqual(positionAt(glide, 3000), NEXT);
  assert.deepEqual(positionAt(glide, 9000), NEXT);
  const turned = glideTo(glide, START, 2000, 1000);
  assert.deepEqual(positionAt(turned, 2000), half, 'it turns where it is, without a jump');
});

test('it is at no time outside of the way between two fixes', () => {
  const times = fc.tuple(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 59_000 }));
  fc.assert(
    fc.property(times, ([nowMs, gapMs]) => {
      const { x } = positionAt(glideTo(resting(START), NEXT, 0, gapMs), nowMs);
      assert.ok(x <= START.x && x >= NEXT.x);
    }),
    { seed: 14 },
  );
});

test('where nobody knows the way, it is at the fix at once', () => {
  assert.deepEqual(positionAt(glideTo(resting(START), NEXT, 0, 61_000), 0), NEXT);
  const far = toWorld(36, -115);
  assert.deepEqual(positionAt(glideTo(resting(START), far, 0, 1000), 0), far);
});

test('the antimeridian is crossed the short way', () => {
  const west = toWorld(-17, 179.999);
  const glide = glideTo(resting(west), toWorld(-17, -179.999), 0, 1000);
  assert.ok(positionAt(glide, 500).x >= west.x && positionAt(glide, 1000).x < 1.0001);
});
