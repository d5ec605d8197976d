import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DEFAULT_FIELD_MASK, missingFields } from './field-mask.ts';

test('the default mask is good, and so is all', () => {
  for (const mask of [
    DEFAULT_FIELD_MASK,
    '*',
    'places',
    'places.rating,places.id,places.location,places.displayName',
  ]) {
    assert.deepEqual(missingFields(mask), []);
  }
});

test('what a place cannot do without is missed', () => {
  assert.deepEqual(missingFields('places.id,places.location,places.displayNames'), [
    'places.displayName',
  ]);
  assert.deepEqual(missingFields(''), ['places.id', 'places.displayName', 'places.location']);
});
