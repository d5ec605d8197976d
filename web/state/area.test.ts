import assert from 'node:assert/strict';
import { test } from 'node:test';

import { boxAround, cellZoomOf, containsArea, containsPoint, WORLD } from './area.ts';

const CITY = { west: -118.6, south: 33.9, east: -118.2, north: 34.2 };

test('a box around an area has room on each side, and stays on the globe', () => {
  const box = boxAround(CITY, 0.5);
  assert.ok(Math.abs(box.west + 118.8) < 1e-9 && Math.abs(box.east + 118) < 1e-9);
  assert.ok(containsArea(box, CITY));
  assert.ok(containsArea(box, { ...CITY, west: -118.7, east: -118.3 }), 'moved by less than that');
  assert.equal(containsArea(box, { ...CITY, west: -118.3, east: -117.9 }), false);
  assert.deepEqual(boxAround({ west: -300, south: -85, east: 300, north: 85 }, 0.5), WORLD);
});

test('a box goes over the 180th meridian, however longitudes are counted', () => {
  const box = boxAround({ west: 178, south: 0, east: 182, north: 1 }, 0.5);
  assert.equal(box.west, 176);
  assert.equal(box.east, -176);
  for (const turns of [-360, 0, 360]) {
    assert.ok(containsArea(box, { west: 177 + turns, south: 0, east: 183 + turns, north: 1 }));
    assert.ok(!containsArea(box, { west: 170 + turns, south: 0, east: 183 + turns, north: 1 }));
  }
  assert.ok(containsPoint(box, { latitude: 0.5, longitude: -179 }));
  assert.ok(containsPoint(box, { latitude: 0.5, longitude: 179 }));
  assert.equal(containsPoint(box, { latitude: 0.5, longitude: 0 }), false);
  assert.equal(containsPoint(box, { latitude: 3, longitude: 180 }), false);
});

test('cells are some 100 pixels wide, and no more than a gateway counts in', () => {
  assert.equal(cellZoomOf(boxAround(CITY, 0.5), 11.4), 14);
  assert.equal(cellZoomOf(WORLD, 1.5), 4);
  assert.equal(cellZoomOf(WORLD, 5), 6, 'a very large screen');
  assert.equal(cellZoomOf(boxAround(CITY, 0.5), 20), 14, 'a part of the earth');
});
