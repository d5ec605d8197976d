import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';

import { parseHookSecret, signedHeaders } from './signature.ts';

fc.configureGlobal({ seed: 31, numRuns: 20 });

const secretOf = (key: Uint8Array): string => `whsec_${Buffer.from(key).toString('base64')}`;
const keyOf = (secret: string): Buffer => parseHookSecret(secret) ?? assert.fail(secret);

test('the example of the reference libraries', () => {
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
  const body = Buffer.from('{"test": 2432232314}');
  const key = keyOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  assert.deepEqual(signedHeaders({ id, timestampS: 1_614_265_330, body }, [key]), {
    'webhook-id': id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('the library of receivers takes any body, by the first key and by the second', () => {
  const keys = fc.uint8Array({ minLength: 24, maxLength: 64 });
  const property = fc.property(fc.string(), keys, keys, (text, one, other) => {
    const timestampS = Math.floor(Date.now() / 1000);
    const signable = { id: 'msg_1', timestampS, body: Buffer.from(text) };
    const headers = signedHeaders(signable, [keyOf(secretOf(one)), keyOf(secretOf(other))]);
    for (const key of [one, other]) {
      new Webhook(secretOf(key)).verify(signable.body, headers, { jsonParse: false });
    }
    const wrong = new Webhook(secretOf(Buffer.alloc(24, 'no')));
    assert.throws(() => wrong.verify(signable.body, headers, { jsonParse: false }));
  });
  fc.assert(property);
});

test('without a key there is no signature', () => {
  const headers = signedHeaders({ id: 'msg_1', timestampS: 1, body: Buffer.alloc(0) }, []);
  assert.deepEqual(headers, { 'webhook-id': 'msg_1', 'webhook-timestamp': '1' });
});

test('a secret is whsec_ and 24 to 64 bytes in base64', () => {
  for (const length of [24, 32, 64]) {
    assert.equal(keyOf(secretOf(Buffer.alloc(length, 7))).length, length);
  }
  for (const wrong of [
    '',
    'whsec_',
    secretOf(Buffer.alloc(23)),
    secretOf(Buffer.alloc(65)),
    Buffer.alloc(32).toString('base64'),
    `whsec_${'!'.repeat(40)}`,
    `${secretOf(Buffer.alloc(32))} `,
  ]) {
    assert.equal(parseHookSecret(wrong), undefined, wrong);
  }
});
