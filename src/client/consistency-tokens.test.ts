import assert from 'node:assert/strict';
import test from 'node:test';

import { ConsistencyTokens } from './consistency-tokens.ts';

test('of each server the greatest number counts, in each of its epochs', () => {
  const tokens = new ConsistencyTokens(1000);
  assert.equal(tokens.get(0), undefined);
  tokens.add('Riley:m1:z,Jaquez:m2:4', 0);
  tokens.add('Riley:m1:10,Jaquez:m2:3', 1);
  tokens.add('Riley:m3:1', 2);
  assert.deepEqual(
    new Set(tokens.get(3)?.split(',')),
    new Set(['Riley:m1:10', 'Jaquez:m2:4', 'Riley:m3:1']),
  );
});

test('a write counts for its time, and what is no token never', () => {
  const tokens = new ConsistencyTokens(1000);
  tokens.add('Riley:m1:1', 0);
  tokens.add('Jaquez:m1:1', 500);
  tokens.add('no token, <at>:all', 500);
  assert.equal(tokens.get(999), 'Riley:m1:1,Jaquez:m1:1');
  assert.equal(tokens.get(1000), 'Jaquez:m1:1');
  assert.equal(tokens.get(1500), undefined);
  const none = new ConsistencyTokens(0);
  none.add('Riley:m1:1', 0);
  assert.equal(none.get(0), undefined);
});

test('a token has no more entries than a gateway takes, the latest of them', () => {
  const tokens = new ConsistencyTokens(1000);
  for (let n = 0; n < 100; n++) tokens.add(`server-${n}:1:1`, n);
  const entries = tokens.get(100)?.split(',') ?? [];
  assert.equal(entries.length, 64);
  assert.equal(entries.at(-1), 'server-99:1:1');
});
