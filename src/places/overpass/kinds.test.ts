import assert from 'node:assert/strict';
import { test } from 'node:test';

import { kindOf } from './kinds.ts';

const ANY = ['point_of_interest', 'establishment'];

for (const [tags, weight, types] of [
  [{ amenity: 'cafe', name: 'x' }, 2, ['cafe', 'food', ...ANY]],
  [{ amenity: 'cafe;bar' }, 2, ['cafe', 'food', 'bar', ...ANY]],
  [{ amenity: 'cafe ; bar' }, 2, ['cafe', 'food', 'bar', ...ANY]],
  [{ amenity: 'place_of_worship', religion: 'muslim' }, 2, ['place_of_worship', 'mosque', ...ANY]],
  [
    { public_transport: 'station', railway: 'station' },
    3,
    ['transit_station', 'train_station', ...ANY],
  ],
  [{ amenity: 'parking', tourism: 'attraction' }, 3, ['parking', 'tourist_attraction', ...ANY]],
  [{ shop: 'antiques' }, 1, ['store', ...ANY]],
  [{ amenity: 'something_new' }, 1, ANY],
  [{ amenity: 'bench' }, 0, ANY],
  [{ amenity: 'constructor' }, 1, ANY],
  [{ historic: 'castle' }, 3, ['tourist_attraction', ...ANY]],
  [{ aeroway: 'aerodrome' }, 3, ['airport', ...ANY]],
] as const) {
  test(`${JSON.stringify(tags)} has weight ${weight} and types ${types.join(', ')}`, () => {
    assert.deepEqual(kindOf(tags), { weight, types });
  });
}
