import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { documentKey } from '../../store/document.ts';
import { signKey } from '../../store/sign-of-life.ts';
import { keyOf, partitionOf, tokenOf } from './subject.ts';

const SETTINGS = { seed: 7, numRuns: 500 } as const;
/** What a NATS subject's token may not have: white space, control characters, `.`, `*`, `>`. */
const ILLEGAL = /[\s\p{Cc}.*>]/u;

const keys = fc.uint8Array({ minLength: 1, maxLength: 4096, size: 'max' });

test('a token is legal in a subject, whatever the bytes, and reads back', () => {
  fc.assert(
    fc.property(keys, (key) => {
      const token = tokenOf(key);
      assert.ok(token.length > 0 && token.length <= 512, `${token.length}`);
      assert.doesNotMatch(token, ILLEGAL);
      const read = keyOf(token);
      if (token.startsWith('~')) assert.equal(read, undefined);
      else assert.deepEqual(read, Buffer.from(key));
    }),
    SETTINGS,
  );
});

test('two keys never have one token', () => {
  // Bytes that are escaped, that escape, and that look like an escape.
  const tricky = fc.array(fc.constantFrom(0x20, 0x2e, 0x2a, 0x3d, 0x7e, 0x32, 0x45, 0x61), {
    maxLength: 300,
    minLength: 1,
    size: 'max',
  });
  fc.assert(
    fc.property(tricky, tricky, (a, b) => {
      const isSame = Buffer.from(a).equals(Buffer.from(b));
      assert.equal(tokenOf(Buffer.from(a)) === tokenOf(Buffer.from(b)), isSame);
    }),
    SETTINGS,
  );
});

test('is read by people where the ID is', () => {
  const spelt = ['kiwi', 'kiwi.cs.ucla.edu', 'a b', '*>'].map((id) => tokenOf(Buffer.from(id)));
  assert.deepEqual(spelt, ['kiwi', 'kiwi=2Ecs=2Eucla=2Eedu', 'a=20b', '=2A=3E']);
});

test('what spells no key has none', () => {
  for (const token of ['', '=', '=2', '=2e', '=41', 'a.b', '*', '~abc', 'é']) {
    assert.equal(keyOf(token), undefined, token);
  }
});

test('partitions are spread evenly, and the same at every server', () => {
  const counts = Array.from({ length: 8 }, () => 0);
  for (let n = 0; n < 8000; n++) {
    const partition = partitionOf(Buffer.from(`client-${n}`), 9);
    counts[partition] = (counts[partition] ?? 0) + 1;
  }
  assert.ok(Math.min(...counts) > 850 && Math.max(...counts) < 1150, counts.join());
  // FNV-1a's published values of "a" and "foobar", which servers of other versions have to have as well.
  assert.equal(partitionOf(Buffer.from('a'), 2 ** 31 + 1), 0xe40c292c % 2 ** 31);
  assert.equal(partitionOf(Buffer.from('foobar'), 2 ** 31 + 1), 0xbf9cf968 % 2 ** 31);
});

test('documents have the last partition for themselves, but a sign of life is with its client', () => {
  assert.equal(partitionOf(documentKey('geofence/home'), 9), 8);
  assert.equal(partitionOf(documentKey('card/kiwi'), 9), 8);
  for (const id of ['kiwi', 'emu', 'with space', 'é/%']) {
    const client = Buffer.from(id);
    const sign = signKey(client) ?? assert.fail();
    assert.equal(partitionOf(sign, 9), partitionOf(client, 9), id);
  }
});
