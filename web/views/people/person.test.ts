import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Location } from 'proxy-herd/client';

import { coversClient, parsePattern } from '../../state/client-pattern.ts';
import { listPeople, patternOf, type Person } from './person.ts';

const LOCATION: Location = {
  client: '',
  latitude: 0,
  longitude: 0,
  time: '',
  server: 'Riley',
  receivedAt: '',
  skew: '+0',
  ageSeconds: 0,
  lastSeenAt: '',
};

function person(client: string, more: Partial<Person> = {}): Person {
  const about = { client, name: client, groups: [], location: LOCATION, charging: false };
  return { ...about, fixMs: 0, seenMs: 0, batteryPercent: undefined, ...more };
}

const PEOPLE = [
  person('anna', { name: 'Mama', groups: ['family'], fixMs: 1, seenMs: 9, batteryPercent: 80 }),
  person('truck-1', { groups: ['work'], fixMs: 3, seenMs: 3 }),
  person('kid-1', { name: 'Öykü', groups: ['family'], fixMs: 2, seenMs: 2, batteryPercent: 4 }),
];

function ids(text: string, group?: string, sort: 'seen' | 'fix' | 'name' | 'battery' = 'seen') {
  return listPeople(PEOPLE, { text, group }, sort).map(({ client }) => client);
}

test('people are found by name, by ID and by group', () => {
  assert.deepEqual(ids(''), ['anna', 'truck-1', 'kid-1']);
  assert.deepEqual(ids(' MAM '), ['anna']);
  assert.deepEqual(ids('öy'), ['kid-1']);
  assert.deepEqual(ids('-1'), ['truck-1', 'kid-1']);
  assert.deepEqual(ids('', 'family'), ['anna', 'kid-1']);
  assert.deepEqual(ids('truck', 'family'), []);
});

test('they come in the order that is asked for, and those without a battery last', () => {
  assert.deepEqual(ids('', undefined, 'fix'), ['truck-1', 'kid-1', 'anna']);
  assert.deepEqual(ids('', undefined, 'name'), ['anna', 'kid-1', 'truck-1']);
  assert.deepEqual(ids('', undefined, 'battery'), ['kid-1', 'anna', 'truck-1']);
  const alike = [person('b', { name: 'x' }), person('a', { name: 'x' })];
  const numbered = [person('a', { name: 'Bus 10' }), person('b', { name: 'Bus 2' })];
  assert.deepEqual(
    listPeople(numbered, { text: '', group: undefined }, 'name').map(({ name }) => name),
    ['Bus 2', 'Bus 10'],
  );
  assert.deepEqual(
    listPeople(alike, { text: '', group: undefined }, 'name').map(({ client }) => client),
    ['a', 'b'],
  );
});

test('a text is looked for as it is, also where it has what patterns have a meaning for', () => {
  for (const text of ['a*b', '\\', '*', 'kid']) {
    const pattern = parsePattern(patternOf(text));
    assert.ok(coversClient(pattern, `x${text}y`), text);
    assert.ok(!coversClient(pattern, 'xy'), text);
  }
});
