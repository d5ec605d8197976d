import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatPoint, parseAround } from './near.ts';

const HERE = { latitude: 34.06893, longitude: -118.44513 };

test('around a client it is asked where the URL has a radius', () => {
  assert.deepEqual(parseAround('kiwi', { near: '5000' }), { around: 'kiwi', radiusM: 5000 });
  assert.equal(parseAround('kiwi', {}), undefined);
  assert.equal(parseAround('kiwi', { near: '5' }), undefined);
  assert.equal(parseAround(undefined, { near: '5000' }), undefined);
});

test('around a point it is asked at once, and a client goes before it', () => {
  const point = formatPoint(HERE);
  assert.deepEqual(parseAround(undefined, { point }), { around: HERE, radiusM: 1000 });
  assert.deepEqual(parseAround(undefined, { point, near: '500' }), { around: HERE, radiusM: 500 });
  assert.equal(parseAround('kiwi', { point }), undefined);
});

test('what is no point is none', () => {
  for (const point of ['', '1', '91,0', '0,181', '1,2,3', 'a,b', 'NaN,0']) {
    assert.equal(parseAround(undefined, { point }), undefined, point);
  }
});
