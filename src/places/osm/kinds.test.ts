import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PLACE_TYPES } from '../place-types.ts';
import { hasKinds, isPlace, kindOf, tagsOfTypes } from './kinds.ts';

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
  [{ amenity: 'school', religion: 'christian' }, 1, ['school', ...ANY]],
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

test('what a type is asked by is of that type, and a place by one key at least', () => {
  for (const type of PLACE_TYPES.filter(hasKinds)) {
    for (const [key, values] of tagsOfTypes([type])) {
      for (const value of values) {
        const more = key === 'religion' ? { amenity: 'place_of_worship' } : {};
        assert.ok(kindOf({ ...more, [key]: value }).types.includes(type), `${key}=${value}`);
      }
    }
  }
});

test('a place has one of the keys that make it one, with one of its values', () => {
  assert.ok(isPlace({ name: 'x', amenity: 'cafe' }));
  assert.ok(isPlace({ railway: 'halt' }));
  assert.ok(!isPlace({ railway: 'rail', name: 'x' }));
  assert.ok(!isPlace({ religion: 'christian' }));
});
