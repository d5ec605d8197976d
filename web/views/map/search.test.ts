import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { NamedPlace } from './places.ts';
import { search, spellingsOf, type Found, type NamedClient } from './search.ts';

const place = (name: string): NamedPlace => ({
  name,
  longitude: 0,
  latitude: 0,
  population: 1,
  isCapital: false,
});
/** A client that is called by its ID. */
const unnamed = (client: string): NamedClient => ({ client, name: client });
const names = (found: readonly Found[]): string[] =>
  found.map((each) => (each.kind === 'client' ? each.client : each.place.name));

test('clients that begin with the text come first, then those that have it, then places', () => {
  const found = search('mo', ['emotion', 'moa', 'kiwi', 'MOBY'].map(unnamed), [
    place('Montréal'),
    place('Rome'),
  ]);
  assert.deepEqual(names(found), ['moa', 'MOBY', 'emotion', 'Montréal']);
});

test('accents make no difference', () => {
  assert.deepEqual(names(search('montreal', [], [place('Montréal')])), ['Montréal']);
  assert.deepEqual(names(search('Žof', [unnamed('zofie')], [])), ['zofie']);
});

test('nothing is found for nothing, and never too much', () => {
  const many = Array.from({ length: 100 }, (_, n) => unnamed(`tracker-${n}`));
  assert.deepEqual(search('  ', many, []), []);
  assert.equal(search('tracker', many, []).length, 6);
});

test('clients are found by what they are called, and by their IDs', () => {
  const anna = { client: 'tracker-7', name: 'Anna’s bike' };
  for (const text of ['anna', 'bike', 'track', 'r-7']) {
    assert.deepEqual(search(text, [anna], []), [{ kind: 'client', ...anna }], text);
  }
  assert.deepEqual(search('bob', [anna], []), []);
});

test('a text is looked for as it is typed, in small letters, in capitals and capitalized', () => {
  assert.deepEqual(spellingsOf('kIwi 7'), ['kIwi 7', 'kiwi 7', 'KIWI 7', 'Kiwi 7']);
  assert.deepEqual(spellingsOf('kiwi'), ['kiwi', 'KIWI', 'Kiwi']);
  assert.deepEqual(spellingsOf('7'), ['7']);
});
