import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { NamedPlace } from './places.ts';
import { search, type Found } from './search.ts';

const place = (name: string): NamedPlace => ({
  name,
  longitude: 0,
  latitude: 0,
  population: 1,
  isCapital: false,
});
const names = (found: readonly Found[]): string[] =>
  found.map((each) => (each.kind === 'client' ? each.client : each.place.name));

test('clients that begin with the text come first, then those that have it, then places', () => {
  const found = search(
    'mo',
    ['emotion', 'moa', 'kiwi', 'MOBY'],
    [place('Montréal'), place('Rome')],
  );
  assert.deepEqual(names(found), ['moa', 'MOBY', 'emotion', 'Montréal']);
});

test('accents make no difference', () => {
  assert.deepEqual(names(search('montreal', [], [place('Montréal')])), ['Montréal']);
  assert.deepEqual(names(search('Žof', ['zofie'], [])), ['zofie']);
});

test('nothing is found for nothing, and never too much', () => {
  const many = Array.from({ length: 100 }, (_, n) => `tracker-${n}`);
  assert.deepEqual(search('  ', many, []), []);
  assert.equal(search('tracker', many, []).length, 6);
});
