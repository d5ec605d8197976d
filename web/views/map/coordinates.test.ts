import assert from 'node:assert/strict';
import { test } from 'node:test';

import { coordinateForms } from './coordinates.ts';

test('a position is written in three forms', () => {
  const forms = coordinateForms(34.06893, -118.445127, 12.4).map(({ text }) => text);
  assert.deepEqual(forms, [
    '34.068930, -118.445127',
    '+34.068930-118.445127/',
    'geo:34.068930,-118.445127;u=12',
  ]);
  const small = coordinateForms(-0.5, 7, undefined).map(({ text }) => text);
  assert.deepEqual(small, [
    '-0.500000, 7.000000',
    '-00.500000+007.000000/',
    'geo:-0.500000,7.000000',
  ]);
});
