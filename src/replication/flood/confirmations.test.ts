import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Confirmations } from './confirmations.ts';

test('a neighbour is asked once about what it was sent', () => {
  const confirmations = new Confirmations();
  assert.equal(confirmations.ask(0), '');
  assert.equal(confirmations.ask(3), 'CONFIRM 3\n');
  assert.equal(confirmations.ask(3), '');
  assert.equal(confirmations.ask(4), 'CONFIRM 4\n');
  assert.equal(confirmations.confirmed, 0);
});

test('what it asks is answered once: its last question, which includes those before', () => {
  const confirmations = new Confirmations();
  assert.equal(confirmations.takeAnswer(), '');
  confirmations.noteAsked(3);
  confirmations.noteAsked(0);
  assert.equal(confirmations.takeAnswer(), 'CONFIRMED 0\n');
  confirmations.noteAsked(7);
  assert.equal(confirmations.takeAnswer(), 'CONFIRMED 7\n');
  assert.equal(confirmations.takeAnswer(), '');
});
