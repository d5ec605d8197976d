import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { anyText } from '../../../protocol/any-text.test.ts';
import { encryptionKeyOf } from '../../../access/encryption-key.ts';
import { TOLD_NOTHING, type AppRequest } from '../app.ts';
import { parse } from './parse.ts';
import { respond } from './respond.ts';
import { NONCE_BYTES, open, seal } from './secretbox.ts';

/** The vector of NaCl's own tests (tests/secretbox.c). */
const VECTOR = {
  key: '1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389',
  nonce: '69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37',
  clear:
    'be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f937763848645e0705',
  box: 'f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5',
} as const;

const bytes = (count: number) => fc.uint8Array({ minLength: count, maxLength: count });
const passphrase = anyText({ minLength: 1, maxLength: 80 });

function requestOf(body: string, key: Uint8Array): AppRequest {
  const query = new URLSearchParams();
  return { method: 'POST', rest: '', query, headers: {}, body: Buffer.from(body), key };
}

test('NaCl’s own vector is opened', () => {
  const data = Buffer.from(VECTOR.nonce + VECTOR.box, 'hex').toString('base64');
  const clear = open(data, Buffer.from(VECTOR.key, 'hex'));
  assert.equal(clear?.toString('hex'), VECTOR.clear);
});

test('a passphrase is cut, or filled with zeros', () => {
  assert.deepEqual(Array.from(encryptionKeyOf('a')), [97, ...Array<number>(31).fill(0)]);
  assert.deepEqual(Array.from(encryptionKeyOf('b'.repeat(40))), Array<number>(32).fill(98));
  assert.equal(
    Buffer.from(encryptionKeyOf(`${'c'.repeat(31)}é`))
      .toString('hex')
      .slice(60),
    '63c3',
  );
});

describe('of any message', () => {
  test('what was sealed is opened with the same passphrase, and with no other', () => {
    const property = fc.property(
      fc.string(),
      bytes(NONCE_BYTES),
      passphrase,
      passphrase,
      (text, nonce, mine, other) => {
        const key = encryptionKeyOf(mine);
        const data = seal(text, { key, nonce });
        assert.equal(open(data, key)?.toString(), Buffer.from(text).toString());
        const otherKey = encryptionKeyOf(other);
        if (!Buffer.from(key).equals(otherKey)) assert.equal(open(data, otherKey), undefined);
      },
    );
    fc.assert(property, { numRuns: 100, seed: 1 });
  });

  test('whatever changes, a phone is told of a success, and nothing is taken from it', () => {
    const key = encryptionKeyOf('correct horse');
    const clear = '{"_type":"location","lat":1,"lon":2,"tst":3,"tid":"an"}';
    const whole = Buffer.from(seal(clear, { key, nonce: new Uint8Array(NONCE_BYTES) }), 'base64');
    const damaged = fc
      .tuple(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }))
      .map(([at, change]) => {
        const other = Buffer.from(whole);
        other[at] = (other[at] ?? 0) ^ change;
        return other.toString('base64');
      });
    const cut = fc.nat({ max: whole.length - 1 }).map((end) => whole.toString('base64', 0, end));
    const any = fc.uint8Array({ maxLength: 200 }).map((all) => Buffer.from(all).toString('base64'));
    const data = fc.oneof(damaged, cut, any, fc.string(), fc.jsonValue());
    const property = fc.property(data, (hostile) => {
      const body = JSON.stringify({ _type: 'encrypted', data: hostile });
      const request = requestOf(body, key);
      const { fixes, unused } = parse(request);
      assert.deepEqual({ fixes, unused }, { fixes: [], unused: ['not-decrypted'] });
      const answer = { status: 200, type: 'application/json', body: '[]' };
      assert.deepEqual(respond(request, TOLD_NOTHING), answer);
    });
    fc.assert(property, { numRuns: 200, seed: 1 });
  });
});
