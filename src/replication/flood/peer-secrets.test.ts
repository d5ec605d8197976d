import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  MIN_SECRET_BYTES,
  PeerSecretError,
  requireLongSecret,
  requireSecretBeyondLoopback,
} from './peer-secrets.ts';
import { isLoopback } from '../../transport/address.ts';

const LOOPBACK = [
  '127.0.0.1',
  '127.0.0.0',
  '127.255.255.255',
  '::1',
  '0:0:0:0:0:0:0:1',
  '::ffff:127.0.0.1',
  'localhost',
  'LocalHost',
];
for (const host of LOOPBACK) {
  test(`${host} is loopback`, () => assert.ok(isLoopback(host)));
}

const BEYOND = [
  '0.0.0.0',
  '::',
  '126.255.255.255',
  '128.0.0.0',
  '192.0.2.1',
  '::2',
  '::ffff:192.0.2.1',
  'fe80::1%eth0',
  '127.0.0.1.example.org',
  'localhost.example.org',
  '127.1',
  '',
];
for (const host of BEYOND) {
  test(`${host || 'nothing'} is not loopback`, () => assert.ok(!isLoopback(host)));
}

test('a secret has at least 16 bytes', () => {
  requireLongSecret('x'.repeat(MIN_SECRET_BYTES));
  requireLongSecret('ß'.repeat(MIN_SECRET_BYTES / 2));
  for (const secret of ['', 'x'.repeat(MIN_SECRET_BYTES - 1)]) {
    assert.throws(() => requireLongSecret(secret), { code: 'PEER_SECRET_SHORT' });
  }
});

test('the error of a short secret tells its length, and not the secret', () => {
  assert.throws(
    () => requireLongSecret('hunter2'),
    (error: unknown) => {
      assert.ok(error instanceof PeerSecretError);
      assert.match(error.message, /has 7 bytes, expected at least 16/);
      assert.ok(!`${String(error)} ${JSON.stringify(error)} ${error.stack}`.includes('hunter2'));
      return true;
    },
  );
});

test('a peer port beyond loopback needs a secret, and one on loopback needs none', () => {
  const beyond = { host: '192.0.2.1', port: 1 };
  requireSecretBeyondLoopback('Riley', { host: '127.0.0.1', port: 1 }, []);
  requireSecretBeyondLoopback('Riley', beyond, ['some secret']);
  assert.throws(() => requireSecretBeyondLoopback('Riley', beyond, []), {
    name: 'PeerSecretError',
    code: 'PEER_SECRET_MISSING',
    message: 'Riley has its peer port on 192.0.2.1, which is not loopback: the herd needs a secret',
  });
});
