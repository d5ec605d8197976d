import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  MIN_SECRET_BYTES,
  PeerSecurityError,
  requireProofBeyondLoopback,
  requireUsableProofs,
  type PeerProofs,
} from './peer-security.ts';

const CERTIFICATE = { cert: '', key: '', authorities: '' };
const NONE: PeerProofs = { secrets: [], peerCertificate: undefined };
const WITH_CERTIFICATE: PeerProofs = { ...NONE, peerCertificate: CERTIFICATE };

function withSecrets(...secrets: string[]): PeerProofs {
  return { ...NONE, secrets };
}

const SECRET = 'x'.repeat(MIN_SECRET_BYTES);

test('a secret has at least 16 bytes', () => {
  requireUsableProofs(withSecrets(SECRET), true);
  requireUsableProofs(withSecrets('ß'.repeat(MIN_SECRET_BYTES / 2)), true);
  for (const secret of ['', SECRET.slice(1)]) {
    for (const secrets of [[secret], [SECRET, secret]]) {
      const check = () => requireUsableProofs(withSecrets(...secrets), true);
      assert.throws(check, { code: 'PEER_SECRET_SHORT' });
    }
  }
});

test('the error of a short secret tells its length, and not the secret', () => {
  assert.throws(
    () => requireUsableProofs(withSecrets('hunter2'), true),
    (error: unknown) => {
      assert.ok(error instanceof PeerSecurityError);
      assert.match(error.message, /has 7 bytes, expected at least 16/);
      assert.ok(!`${String(error)} ${JSON.stringify(error)} ${error.stack}`.includes('hunter2'));
      return true;
    },
  );
});

test('a runtime without pre-shared keys takes certificates alone, and says so', () => {
  requireUsableProofs(NONE, false);
  requireUsableProofs(WITH_CERTIFICATE, false);
  assert.throws(() => requireUsableProofs(withSecrets(SECRET), false), {
    name: 'PeerSecurityError',
    code: 'PEER_SECRET_UNSUPPORTED',
    message:
      'this runtime has no TLS with pre-shared keys, so it cannot prove a secret: use certificates (peerTls), or Node',
  });
});

test('there is one proof: a secret or a certificate', () => {
  const both = { ...WITH_CERTIFICATE, secrets: [SECRET] };
  assert.throws(() => requireUsableProofs(both, true), { code: 'PEER_PROOF_TWICE' });
});

test('a peer port beyond loopback needs a proof, and one on loopback needs none', () => {
  const beyond = { host: '192.0.2.1', port: 1 };
  requireProofBeyondLoopback('Riley', { host: '127.0.0.1', port: 1 }, NONE);
  requireProofBeyondLoopback('Riley', beyond, withSecrets(SECRET));
  requireProofBeyondLoopback('Riley', beyond, WITH_CERTIFICATE);
  assert.throws(() => requireProofBeyondLoopback('Riley', beyond, NONE), {
    name: 'PeerSecurityError',
    code: 'PEER_PROOF_MISSING',
    message:
      'Riley has its peer port on 192.0.2.1, which is not loopback: the herd needs a secret or certificates',
  });
});
