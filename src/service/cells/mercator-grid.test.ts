import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';

import { MercatorGrid } from './mercator-grid.ts';

const WORLD = { westE7: -180e7, southE7: -90e7, eastE7: 180e7, northE7: 90e7 };

function boxOf(west: number, south: number, east: number, north: number) {
  return { westE7: west * 1e7, southE7: south * 1e7, eastE7: east * 1e7, northE7: north * 1e7 };
}

describe('the tiles of a box', () => {
  test('are those that web maps have there', () => {
    // 34.06893, -118.445127 at zoom 12, as OpenStreetMap numbers it.
    const grid = new MercatorGrid(boxOf(-119, 33, -118, 35), 12);
    const number = grid.numberOf(340689300, -1184451270);
    assert.deepEqual(grid.tile(number), { x: 700, y: 1635 });
  });

  test('are all of the world, and its poles', () => {
    const grid = new MercatorGrid(WORLD, 6);
    assert.equal(grid.size, 4096);
    assert.deepEqual(grid.tile(grid.numberOf(90e7, -180e7)), { x: 0, y: 0 });
    assert.deepEqual(grid.tile(grid.numberOf(-90e7, 180e7)), { x: 63, y: 63 });
    assert.equal(new MercatorGrid(WORLD, 0).size, 1);
  });

  test('go over the 180th meridian', () => {
    const grid = new MercatorGrid(boxOf(170, -1, -170, 1), 4);
    assert.equal(grid.size, 4);
    assert.deepEqual(grid.tile(grid.numberOf(1e6, 179e7)), { x: 15, y: 7 });
    assert.deepEqual(grid.tile(grid.numberOf(-1e6, -179e7)), { x: 0, y: 8 });
    const around = new MercatorGrid(boxOf(10, -1, 9, 1), 2);
    assert.equal(around.size, 4 * 2, 'around to the column that it begins in');
  });

  test('are each one number', () => {
    const degrees = (most: number) => fc.double({ min: -most, max: most, noNaN: true });
    const box = fc
      .tuple(degrees(180), degrees(90), degrees(180), degrees(90))
      .filter(([, south, , north]) => south <= north)
      .map((edges) => boxOf(...edges));
    fc.assert(
      fc.property(box, fc.integer({ min: 0, max: 5 }), (edges, zoom) => {
        const grid = new MercatorGrid(edges, zoom);
        const tiles = Array.from({ length: grid.size }, (_, number) => grid.tile(number));
        const seen = new Set(tiles.map(({ x, y }) => `${x} ${y}`));
        assert.equal(seen.size, grid.size);
        for (const { x, y } of tiles) assert.ok(x >= 0 && x < 2 ** zoom && y >= 0 && y < 2 ** zoom);
      }),
      { seed: 14, numRuns: 200 },
    );
  });
});
