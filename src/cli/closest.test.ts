import assert from 'node:assert/strict';
import test from 'node:test';
import { didYouMean } from './closest.ts';

const SERVERS = ['Riley', 'Jaquez', 'Juzang', 'Campbell', 'Bernard'];

test('a slip of two letters at most is understood', () => {
  for (const typed of ['Rily', 'riley', 'Rileyy', 'Riely', 'RILEY']) {
    assert.equal(didYouMean(typed, SERVERS), '; did you mean Riley?', typed);
  }
});

test('another word is not taken for a slip', () => {
  for (const typed of ['Clark', 'R', '', 'Rileyyyy', 'zz']) {
    assert.equal(didYouMean(typed, SERVERS), '', typed);
  }
});

test('the nearest of several is meant', () => {
  assert.equal(didYouMean('peer', ['pear', 'peers', 'clients']), '; did you mean pear?');
  assert.equal(didYouMean('peerss', ['pear', 'peers', 'clients']), '; did you mean peers?');
});
