import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createServer } from 'node:tls';

/** A certificate of 127.0.0.1 that has signed itself, valid until 2126, and its key. */
const CERT = `
-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUOe2Gsoaz7OudGTjRJ6+tGzIhCS0wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjE1MzUyNVoYDzIxMjYxMDI5
MTUzNTI1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAS2v8HY73hmm3sRSS2uqNbXIANRNiIOwrn5dJxl0Q6JES1IQ3AaEUnf
Uo/NfKdDWh9YQuyYkNpVqeqAgHrMXBUbo28wbTAdBgNVHQ4EFgQUU9wdHpTt4N/W
K/Kbwq7bqZFhf6YwHwYDVR0jBBgwFoAUU9wdHpTt4N/WK/Kbwq7bqZFhf6YwGgYD
VR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZI
zj0EAwIDSAAwRQIgGeRsIZ+xg4smjPWjtAISlPy325e5YfJbCxfYfsJtza8CIQCG
/Q1pAgLO+/e/rJa66jsl5qJWn+7RkQhfDBmn+TcDbw==
-----END CERTIFICATE-----
`;
const KEY = `
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg9KJ8eg1+TCM3Lxcy
WDcvDSOv7bk8ki8f0/eGG0PK9PyhRANCAAS2v8HY73hmm3sRSS2uqNbXIANRNiIO
wrn5dJxl0Q6JES1IQ3AaEUnfUo/NfKdDWh9YQuyYkNpVqeqAgHrMXBUb
-----END PRIVATE KEY-----
`;

/** Connects to 127.0.0.1 on the port that is its argument, and prints what came of it. */
const DIAL = `
  import { connect } from 'node:tls';
  import { LinkKeys } from '${new URL('link-keys.js', import.meta.url).href}';
  import { SecretProof } from '${new URL('secret-proof.js', import.meta.url).href}';
  const address = { host: '127.0.0.1', port: Number(process.argv[2]) };
  const keys = new LinkKeys('herd', 'A', ['B'], ['a secret of sixteen bytes']);
  const socket = process.argv[1] === 'proven' ? new SecretProof(keys).dial('B', address) : connect(address);
  socket.once('secureConnect', () => { console.log('connected'); socket.destroy(); });
  socket.once('error', (error) => console.log(error.message));
`;

/** Dials in a process of its own, which trusts what `env` says, and reports what came of it. */
async function dial(
  how: 'proven' | 'plain',
  port: number,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const args = ['--no-warnings', '--input-type=module', '-e', DIAL, how, String(port)];
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  await once(child, 'close');
  return output.trim();
}

/** Listens with a certificate, and no secret. */
async function startImpostor(t: TestContext): Promise<number> {
  const server = createServer({ cert: CERT, key: KEY }, (socket) => {
    socket.on('error', () => {});
    t.after(() => socket.destroy());
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('a certificate is no proof, though it is trusted', async (t) => {
  const port = await startImpostor(t);
  const folder = await mkdtemp(join(tmpdir(), 'proven-socket-'));
  t.after(() => rm(folder, { recursive: true }));
  const env = { NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') };
  await writeFile(env.NODE_EXTRA_CA_CERTS, CERT);
  assert.equal(await dial('plain', port, env), 'connected');
  const expected = 'it shows a certificate instead of the secret';
  assert.equal(await dial('proven', port, env), expected);
});

test('a certificate is no proof, though the environment says to trust any', async (t) => {
  const port = await startImpostor(t);
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  assert.equal(await dial('plain', port, env), 'connected');
  assert.match(await dial('proven', port, env), /self.signed certificate/);
});
