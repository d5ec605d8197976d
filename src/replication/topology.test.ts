import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connectedGroups, neighboursOf, type LinkPair } from './topology.ts';

const SERVERS = ['Riley', 'Jaquez', 'Juzang', 'Campbell', 'Bernard'];
const LINKS: LinkPair[] = [
  ['Riley', 'Jaquez'],
  ['Riley', 'Juzang'],
  ['Jaquez', 'Bernard'],
  ['Jaquez', 'Campbell'],
  ['Juzang', 'Bernard'],
  ['Juzang', 'Campbell'],
  ['Bernard', 'Campbell'],
];

test('the neighbours of a server are those on the other end of its links, in their order', () => {
  assert.deepEqual(neighboursOf('Riley', LINKS), ['Jaquez', 'Juzang']);
  assert.deepEqual(neighboursOf('Bernard', LINKS), ['Jaquez', 'Juzang', 'Campbell']);
  assert.deepEqual(neighboursOf('Nobody', LINKS), []);
});

test('a link makes neighbours of both', () => {
  for (const server of SERVERS) {
    for (const neighbour of neighboursOf(server, LINKS)) {
      assert.ok(neighboursOf(neighbour, LINKS).includes(server));
    }
  }
});

test('a herd whose servers all reach one another is one group', () => {
  assert.deepEqual(connectedGroups(SERVERS, LINKS), [SERVERS]);
});

test('servers over several links are of one group, wherever it starts', () => {
  const chain: LinkPair[] = [
    ['Campbell', 'Bernard'],
    ['Riley', 'Campbell'],
    ['Bernard', 'Jaquez'],
  ];
  assert.deepEqual(connectedGroups(SERVERS, chain), [
    ['Riley', 'Jaquez', 'Campbell', 'Bernard'],
    ['Juzang'],
  ]);
});

test('without links each server is a group', () => {
  assert.deepEqual(connectedGroups(['Riley', 'Jaquez'], []), [['Riley'], ['Jaquez']]);
  assert.deepEqual(connectedGroups([], []), []);
});
