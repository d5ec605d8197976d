import assert from 'node:assert/strict';
import { test } from 'node:test';

import { overpassQuery } from './query.ts';

const POINT = { latitude: -0.000_000_1, longitude: 12.345_678_9 };

test('a small radius is asked as it is', () => {
  assert.equal(
    overpassQuery({ ...POINT, radiusMetres: 249.5 }, 5),
    `[out:json][timeout:5];
(nwr(around:249.5,0,12.345679)[name][amenity];nwr(around:249.5,0,12.345679)[name][shop];nwr(around:249.5,0,12.345679)[name][tourism];nwr(around:249.5,0,12.345679)[name][leisure];nwr(around:249.5,0,12.345679)[name][public_transport~"^(station|platform)$"];)->.places;
.places out tags center 400;`,
  );
});

test('a large radius is asked in circles that grow as long as they hold too little', () => {
  const lines = overpassQuery({ ...POINT, radiusMetres: 3_000 }, 5).split('\n');
  const circles = lines.slice(1, -1).map((line) => {
    const radii = [...line.matchAll(/around:(\d+),/g)].map(([, radius]) => Number(radius));
    assert.equal(new Set(radii).size, 1);
    return [radii[0], line.startsWith('if(places.count(nwr)<60){')];
  });
  assert.deepEqual(circles, [
    [250, false],
    [500, true],
    [1000, true],
    [2000, true],
    [3000, true],
  ]);
});

test('the largest radius ends with itself', () => {
  const query = overpassQuery({ ...POINT, radiusMetres: 50_000 }, 5);
  assert.match(query, /around:32000,/);
  assert.match(query, /around:50000,[^\n]*\}\n\.places out tags center 400;$/);
});
