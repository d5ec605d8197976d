import assert from 'node:assert/strict';
import { test } from 'node:test';

import { mapFaults, mapSchema, parseMapStyle } from './map-schema.ts';

test('the form of map.style says what kind of map it is', () => {
  const known = {
    'https://tiles.example.org/styles/bright.json?key=a': 'style',
    'http://127.0.0.1:8080/style': 'style',
    'https://tile.example.org/{z}/{x}/{y}@2x.png?key=a': 'raster',
    'https://tile.example.org/{z}/{y}/{x}': 'raster',
    'https://tiles.example.org/planet.pmtiles?v=1': 'pmtiles',
    './planet.pmtiles': 'file',
    '/var/tiles/planet.pmtiles': 'file',
  };
  for (const [text, type] of Object.entries(known)) {
    assert.equal(parseMapStyle(text)?.type, type, text);
  }
});

test('a map is read, its defaults filled in', () => {
  const style = 'https://tile.example.org/{z}/{x}/{y}.png?key=1';
  const attribution = ' © all of us ';
  const origins = ['https://sprites.example.org'];
  assert.deepEqual(mapSchema.parse({ style, darkStyle: 'dark.pmtiles', attribution, origins }), {
    style: { type: 'raster', url: style },
    darkStyle: { type: 'file', path: 'dark.pmtiles' },
    attribution: '© all of us',
    origins,
  });
  assert.deepEqual(mapSchema.parse({ style: 'a.pmtiles' }).origins, []);
  for (const wrong of ['*', 'https://tiles.example.org/here', 'tiles.example.org']) {
    assert.equal(mapSchema.safeParse({ style, origins: [wrong] }).success, false, wrong);
  }
  assert.equal(mapSchema.safeParse({ style, attribution: 'a'.repeat(201) }).success, false);
});

test('what is none of it is refused', () => {
  const refused = [
    '',
    'streets',
    './style.json',
    'ftp://tiles.example.org/planet.pmtiles',
    'https://',
    'https://me:secret@tiles.example.org/style.json',
    'https://tile.example.org/{z}/{x}.png',
    'https://{s}.tile.example.org/{z}/{x}/{y}.png',
    'https://tile.example.org/{z}/{x}/{y}{r}.png',
    'https://tile.example.org/{z}/{x}/{y.png',
    'https://tiles.example.org/style.json#here',
  ];
  for (const text of refused) assert.equal(parseMapStyle(text), undefined, text);
});

test('a raster template needs an attribution', () => {
  const style = 'https://tile.example.org/{z}/{x}/{y}.png';
  const [fault, ...others] = mapFaults({ style: './a.pmtiles', darkStyle: style });
  assert.deepEqual(fault?.path, ['map', 'attribution']);
  assert.match(fault?.message ?? '', /^missing, expected a text .* do not say whom they are by$/);
  assert.deepEqual(others, []);
  assert.deepEqual(mapFaults({ style, attribution: '© all of us' }), []);
  assert.deepEqual(mapFaults({ style: './a.pmtiles' }), []);
  assert.deepEqual(mapFaults(undefined), []);
  assert.deepEqual(mapFaults([]), []);
});
