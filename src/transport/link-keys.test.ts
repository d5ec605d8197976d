import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LinkKeys } from './link-keys.ts';

const OLD = 'the old secret of the herd';
const NEW = 'the new secret of the herd';

/** The keys of server A, whose neighbour is B. */
function keysOfA(...secrets: string[]): LinkKeys {
  return new LinkKeys('herd', 'A', ['B'], secrets);
}

/** The keys of server B, whose neighbour is A. */
function keysOfB(...secrets: string[]): LinkKeys {
  return new LinkKeys('herd', 'B', ['A'], secrets);
}

test('a neighbour that shows a common secret claims to be who it is, by the same key', () => {
  const { identity, key } = keysOfA(OLD).own;
  assert.deepEqual(keysOfB(OLD).claimOf(identity), { server: 'A', key });
  assert.equal(key.length, 32);
});

test('a server shows its first secret, and takes any', () => {
  const both = keysOfB(OLD, NEW);
  for (const secret of [OLD, NEW]) {
    const { identity, key } = keysOfA(secret).own;
    assert.deepEqual(both.claimOf(identity), { server: 'A', key });
  }
  assert.deepEqual(keysOfA(NEW, OLD).own, keysOfA(NEW).own);
  assert.notDeepEqual(keysOfA(OLD, NEW).own, keysOfA(NEW, OLD).own);
});

test('who has another secret, is of another herd or is no neighbour is distinguished', () => {
  const b = keysOfB(OLD);
  const otherSecret = 'A has another secret or herd than B';
  assert.equal(b.claimOf(keysOfA(NEW).own.identity), otherSecret);
  assert.equal(b.claimOf(new LinkKeys('flock', 'A', ['B'], [OLD]).own.identity), otherSecret);
  const c = new LinkKeys('herd', 'C', ['B'], [OLD]);
  assert.equal(b.claimOf(c.own.identity), 'C is no neighbour of B');
});

test('a server is no neighbour of its own: what it says cannot be turned back on it', () => {
  const a = keysOfA(OLD);
  assert.equal(a.claimOf(a.own.identity), 'A is no neighbour of A');
});

test('an identity is an id and a name, and nothing else', () => {
  const { identity } = keysOfA(OLD).own;
  const [id = ''] = identity.split(' ');
  const unclear = 'it does not say which server it is and which secret it has';
  for (const text of ['', 'A', id, `${id} `, ` ${identity}`, `${identity} x`, `${identity}\n`]) {
    assert.equal(keysOfB(OLD).claimOf(text), unclear, JSON.stringify(text));
  }
});

test('an identity discloses neither the secret nor the key, nor do two herds have the same', () => {
  const { identity, key } = keysOfA(OLD).own;
  assert.match(identity, /^[0-9a-f]{16} A$/);
  assert.ok(!key.toString('hex').includes(identity.slice(0, 16)));
  const flock = new LinkKeys('flock', 'A', ['B'], [OLD]).own;
  assert.notEqual(flock.identity, identity);
  assert.notDeepEqual(flock.key, key);
});

test('without a secret there are no keys', () => {
  assert.throws(() => keysOfA(), RangeError);
});

test('what is made of a secret never changes: servers of two versions still link', () => {
  const { identity, key } = keysOfA(OLD).own;
  // Made by another implementation of HKDF.
  assert.equal(identity, '6ce6e14f3b119287 A');
  const expected = '990ee3590da704d47db57682d2ae95a751f65e88f9790238f2c216957a90132e';
  assert.equal(key.toString('hex'), expected);
});
