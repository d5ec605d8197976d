import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isStreetMap, sourceFor } from './street-map.ts';

const LIGHT = { type: 'pmtiles', url: '/map/tiles.pmtiles' } as const;
const DARK = { type: 'style', url: 'https://tiles.example.org/dark.json' } as const;

test('the dark theme has its own map, or that of the light one', () => {
  const both = { style: LIGHT, darkStyle: DARK, attribution: null, origins: [] };
  assert.deepEqual(sourceFor(both, 'light'), { source: LIGHT, isOfTheme: true });
  assert.deepEqual(sourceFor(both, 'dark'), { source: DARK, isOfTheme: true });
  const one = { ...both, darkStyle: null };
  assert.deepEqual(sourceFor(one, 'dark'), { source: LIGHT, isOfTheme: false });
  assert.equal(sourceFor({ ...one, style: null }, 'dark'), undefined);
});

test('what is no answer of a gateway is not taken for one', () => {
  const map = {
    style: LIGHT,
    darkStyle: null,
    attribution: '© us',
    origins: ['https://a.example'],
  };
  assert.equal(isStreetMap(map), true);
  for (const wrong of [
    null,
    [],
    { ...map, style: { type: 'other', url: '' } },
    { ...map, darkStyle: { type: 'style' } },
    { ...map, attribution: 5 },
    { ...map, origins: [5] },
    { style: LIGHT },
  ]) {
    assert.equal(isStreetMap(wrong), false, JSON.stringify(wrong));
  }
});
