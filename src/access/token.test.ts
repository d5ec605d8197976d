import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import test from 'node:test';

import { createToken, defaultTokenName, hashToken, isSameHash, isToken } from './token.ts';
import { isTokenHash, TOKEN_BYTES } from './token.ts';
import { isName } from '../protocol/name.ts';

const token = createToken(randomBytes(TOKEN_BYTES));

test('a token is its prefix and 128 random bits', () => {
  assert.match(token, /^ph_[0-9a-f]{32}$/);
  assert.equal(createToken(Buffer.alloc(TOKEN_BYTES, 0xa5)), `ph_${'a5'.repeat(16)}`);
  assert.ok(isToken(token));
  for (const other of ['', token.slice(0, -1), `${token}0`, token.toUpperCase(), `x${token}`]) {
    assert.ok(!isToken(other), other);
  }
});

test('what is kept of it is its SHA-256', () => {
  const hash = hashToken(token);
  assert.equal(hash, createHash('sha256').update(token).digest('hex'));
  assert.ok(isTokenHash(hash) && !isTokenHash(token) && !isTokenHash(hash.toUpperCase()));
  assert.ok(isName(defaultTokenName(hash)));
});

test('hashes are compared whole', () => {
  const hash = hashToken(token);
  assert.ok(isSameHash(hash, hash));
  assert.ok(!isSameHash(hash, hash.slice(0, -2)));
  for (let at = 0; at < hash.length; at++) {
    const other = hash.slice(0, at) + (hash[at] === '0' ? '1' : '0') + hash.slice(at + 1);
    assert.ok(!isSameHash(hash, other), `digit ${at}`);
  }
});
