import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DEFAULT_FIELD_MASK, DETAILS, hasTypes, missingFields, withDetails } from './field-mask.ts';

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

test('details add their fields to a mask, each once', () => {
  assert.equal(withDetails('places.id', []), 'places.id');
  assert.equal(
    withDetails('places.id,places.websiteUri', DETAILS),
    'places.id,places.websiteUri,places.accessibilityOptions,places.regularOpeningHours,places.internationalPhoneNumber',
  );
  assert.equal(withDetails('*', DETAILS), '*');
});

test('a mask says whether places come with their types', () => {
  for (const mask of [DEFAULT_FIELD_MASK, '*', 'places', 'places.id,places.types']) {
    assert.ok(hasTypes(mask), mask);
  }
  assert.ok(!hasTypes('places.id,places.primaryType'));
});
