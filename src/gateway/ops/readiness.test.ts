import assert from 'node:assert/strict';
import { test } from 'node:test';

import { unreadyBecause } from './readiness.ts';

const READY = { isStarting: false, isAlone: false, hasCaughtUp: true };

test('a server is ready once its journal was read and a neighbour has sent all that it has', () => {
  assert.equal(unreadyBecause(READY), undefined);
  assert.equal(unreadyBecause({ ...READY, isStarting: true })?.code, 'starting');
  assert.equal(unreadyBecause({ ...READY, hasCaughtUp: false })?.code, 'not-joined');
  const both = { ...READY, isStarting: true, hasCaughtUp: false };
  assert.equal(unreadyBecause(both)?.code, 'starting');
});

test('a server without neighbours is ready when its journal was read', () => {
  const alone = { isStarting: false, isAlone: true, hasCaughtUp: false };
  assert.equal(unreadyBecause(alone), undefined);
  assert.equal(unreadyBecause({ ...alone, isStarting: true })?.code, 'starting');
});
