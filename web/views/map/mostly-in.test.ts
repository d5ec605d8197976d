import assert from 'node:assert/strict';
import { test } from 'node:test';

import { toWorld } from './mercator.ts';
import { mostlyIn } from './mostly-in.ts';

const at = (latitude: number, longitude: number, count: number) => {
  return { at: toWorld(latitude, longitude), count };
};

test('an area has nearly all clients: a few that are far away are not in it', () => {
  assert.equal(mostlyIn([]), undefined);
  const far = [at(-60, 170, 3), at(70, -170, 1)];
  const { west, south, east, north } = mostlyIn([at(10, 20, 500), ...far, at(12, 23, 400)]) ?? {};
  const rounded = [west, south, east, north].map(
    (degrees) => Math.round((degrees ?? 0) * 1e6) / 1e6,
  );
  assert.deepEqual(rounded, [20, 10, 23, 12]);
});

test('an area has all of a few clients', () => {
  const { west, east } = mostlyIn([at(10, 20, 1), at(0, -50, 1)]) ?? assert.fail();
  assert.deepEqual([Math.round(west), Math.round(east)], [-50, 20]);
});
