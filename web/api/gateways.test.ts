import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Gateways } from './gateways.ts';

test('one goes on to the next gateway only from the one that failed, and comes round', () => {
  const gateways = new Gateways('http://a');
  assert.equal(gateways.current, '');
  gateways.moveOn('');
  assert.equal(gateways.current, '', 'there is no other');
  gateways.learn(['http://c', 'http://a', 'http://b', 'http://b']);
  gateways.moveOn('');
  assert.equal(gateways.current, 'http://b');
  gateways.moveOn('');
  assert.equal(gateways.current, 'http://b', 'somebody else has gone on already');
  gateways.moveOn('http://b');
  assert.equal(gateways.current, 'http://c');
  gateways.moveOn('http://c');
  assert.equal(gateways.current, '');
});

test('one that the herd no longer has is left for the own one', () => {
  const gateways = new Gateways('http://a');
  gateways.learn(['http://b']);
  gateways.moveOn('');
  gateways.learn([]);
  gateways.moveOn('http://b');
  assert.equal(gateways.current, '');
});
