import assert from 'node:assert/strict';
import test from 'node:test';

import { formatContacts, isSameContacts, parseContacts } from './contacts-line.ts';

test('contacts are read as they were written', () => {
  const contacts = [
    { name: 'Jaquez', seconds: 1_764_201_600 },
    { name: 'B', seconds: 0 },
  ];
  assert.equal(formatContacts(contacts), 'LINKED [["Jaquez",1764201600],["B",0]]');
  for (const written of [[], contacts]) {
    assert.deepEqual(parseContacts(formatContacts(written)), written);
  }
});

test('contacts are the same where all are', () => {
  const [b, c] = [
    { name: 'B', seconds: 1 },
    { name: 'C', seconds: 2 },
  ];
  assert.ok(isSameContacts([b, c], [{ ...b }, { ...c }]));
  for (const others of [[], [b], [b, b], [b, { ...c, seconds: 3 }]]) {
    assert.ok(!isSameContacts([b, c], others));
  }
});

test('another line is none of contacts', () => {
  for (const line of [
    'VECTOR []',
    'LINKED {}',
    'LINKED [["B"]]',
    'LINKED [["B",-1]]',
    'LINKED [1]',
  ]) {
    assert.equal(parseContacts(line), undefined, line);
  }
});
