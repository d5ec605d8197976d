import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatState, parseState } from './journal-state.ts';

const STATE = {
  herd: 'proxy-herd',
  server: 'Riley',
  epoch: 'now',
  head: 7,
  past: [{ epoch: 'before', number: 3 }],
  read: { Jaquez: { epoch: 'theirs', number: 12 } },
};

test('a state is read back as it was', () => {
  const state = parseState(formatState(STATE));
  assert.ok(typeof state === 'object');
  assert.deepEqual({ ...state }, STATE);
});

test('a state that is damaged is none', () => {
  assert.equal(parseState(formatState(STATE).replace('"head":7', '"head":8')), undefined);
  assert.equal(parseState(''), undefined);
  assert.equal(parseState('nonsense'), undefined);
});

test('of a state that is whole and another, it is told what is wrong with it', () => {
  const state = parseState(formatState({ ...STATE, head: -1 }));
  assert.ok(typeof state === 'string' && state.includes('head'), 'says that it is the head');
});

test('of a state of the format before this, it is told what to do', () => {
  // As it was written before.
  const state = parseState(
    '1973547663 {"format":1,"herd":"h","server":"Riley","epoch":"e","head":0,"past":[],"read":{}}',
  );
  assert.ok(typeof state === 'string');
  assert.match(state, /^its format is 1, and this version reads 2 alone/);
});
