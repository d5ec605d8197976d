import type { Certificate } from '#src/transport/certificate.js';
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { TLSSocket, type ConnectionOptions } from 'node:tls';
import { inspect } from 'node:util';
import { CertificateError, type CertificateErrorCode } from '#src/transport/certificate.js';
import { makeCertificate } from '../support/certificate.ts';
import { exchange, TestClient } from '../support/client.ts';
import { OPEN_SEA } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { OwnServer } from '../support/own-server.ts';
import { having } from '../support/server-log.ts';

const RILEY = makeCertificate('Riley');

/** What a client trusts: this certificate, whatever its name. */
function trusting(certificate: Certificate): ConnectionOptions {
  return { ca: certificate.cert, checkServerIdentity: () => undefined };
}

function secure(server: OwnServer, options: ConnectionOptions = {}): Promise<TestClient> {
  return TestClient.connectTls(server.clients, { ...trusting(RILEY), ...options });
}

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`${version}: all that a half-closed client sent is answered, as without TLS`, async () => {
    await using server = await OwnServer.start({ clientCertificate: RILEY });
    await using plain = await OwnServer.start({});
    await using client = await secure(server, { minVersion: version, maxVersion: version });
    const bytes = Buffer.from(`\n\xff\0 1\nIAMAT\r\n\nWHATSAT kiwi 1 1\n${'x'.repeat(9000)}\nlast`);
    client.send(bytes);
    client.end();
    assert.deepEqual(await client.readAll(), await exchange(plain.clients, bytes));
    await server.untilLogged({ event: 'connection-closed', detail: 'ended' });
  });
}

test('a client that stays connected is answered at once, and may half-close later', async () => {
  await using server = await OwnServer.start({ clientCertificate: RILEY });
  await using client = await secure(server);
  for (let n = 0; n < 10; n++) assert.equal(await client.ask(`hello ${n}`), `? hello ${n}`);
  assert.match(await client.ask(`IAMAT kiwi ${OPEN_SEA} 1`), /^AT Riley .* kiwi /);
  client.end();
  assert.deepEqual(await client.readAll(), Buffer.of());
});

test('with idle framing, silence ends a command through TLS as well', async () => {
  await using server = await OwnServer.start({ clientCertificate: RILEY, framing: 'idle' });
  await using client = await secure(server);
  client.send('hello');
  assert.equal(String(await client.readAll()), '? hello\n');
});

test('a client that does not take its replies is not read from, and gets each in the end', async () => {
  await using server = await OwnServer.start({ clientCertificate: RILEY, logFile: undefined });
  await using bystander = await secure(server);
  await using client = await secure(server);
  const padding = '.'.repeat(4000);
  client.socket.pause();
  const count = 5000;
  const commands = Array.from({ length: count }, (_, n) => `${n} ${padding}`);
  client.send(`${commands.join('\n')}\n`);
  client.end();
  let looks = 0;
  let left = 0;
  await eventuallyTrue('the server stops reading', () => {
    looks = client.socket.writableLength === left ? looks + 1 : 0;
    left = client.socket.writableLength;
    return looks === 50;
  });
  assert.ok(left > 0, 'all was taken, although no reply was');
  assert.equal(await bystander.ask('meanwhile'), '? meanwhile');
  client.socket.resume();
  for (const command of commands) {
    const line = await client.readLine();
    if (line !== `? ${command}`) assert.equal(line.slice(0, 80), `? ${command}`.slice(0, 80));
  }
  assert.deepEqual(await client.readAll(), Buffer.of());
});

test('a client that leaves its replies unread is closed', async () => {
  const limits = { unreadMs: 200 };
  await using server = await OwnServer.start({ clientCertificate: RILEY, limits });
  await using client = await secure(server);
  client.socket.pause();
  client.send(`${'x'.repeat(4000)}\n`.repeat(10_000));
  const detail = 'replies were not read for 200 ms';
  await server.untilLogged({ event: 'connection-closed', detail });
});

test('a handshake that fails is logged, and disturbs nobody', async () => {
  await using server = await OwnServer.start({ clientCertificate: RILEY });
  await using bystander = await secure(server);
  const old = {
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  } as const;
  await assert.rejects(secure(server, old));
  await server.untilLogged(failed('ERR_SSL_UNSUPPORTED_PROTOCOL'));
  const reply = await exchange(server.clients, 'IAMAT in clear\n');
  assert.ok(!reply.includes('IAMAT'));
  await server.untilLogged(failed('ERR_SSL_WRONG_VERSION_NUMBER'));

  const beginning = Buffer.of(22, 3, 1);
  await using reset = await TestClient.connect(server.clients);
  reset.send(beginning);
  reset.socket.resetAndDestroy();
  await server.untilLogged(failed('ECONNRESET'));
  assert.deepEqual(await exchange(server.clients, beginning), Buffer.of());
  await server.untilLogged(failed('ECONNRESET'), 2);
  assert.equal(await bystander.ask('hello'), '? hello');
});

function failed(detail: string): Readonly<Record<string, unknown>> {
  return { event: 'handshake-failed', level: 'warn', detail };
}

test('connections are counted from before the handshake until they close', async () => {
  const limits = { connectionsPerAddress: 2 };
  await using server = await OwnServer.start({ clientCertificate: RILEY, limits });
  const silent = connect(server.clients).on('error', () => undefined);
  try {
    await once(silent, 'connect');
    {
      await using client = await secure(server);
      assert.equal(await client.ask('hello'), '? hello');
      await assert.rejects(secure(server));
      await server.untilLogged({ event: 'connection-refused', reason: 'connectionsPerAddress' });
    }
    silent.end('no handshake');
    await once(silent.resume(), 'close');
    await eventuallyTrue('both places are free', async () => {
      await using one = await secure(server).catch(() => undefined);
      await using two = await secure(server).catch(() => undefined);
      return one !== undefined && two !== undefined;
    });
  } finally {
    silent.destroy();
  }
});

test('a server stops although a client does not go on with its handshake', async () => {
  await using server = await OwnServer.start({ clientCertificate: RILEY });
  const silent = connect(server.clients).on('error', () => undefined);
  try {
    await once(silent, 'connect');
    await using client = await secure(server);
    assert.equal(await client.ask('hello'), '? hello');
    const events = await server.stop();
    // Which of the two connections ends first is nobody's promise.
    assert.equal(having(events, { event: 'connection-closed' }).length, 1);
    assert.equal(events.at(-1)?.event, 'stop');
  } finally {
    silent.destroy();
  }
});

test('a handshake that is done once the server stops brings in no more commands', async () => {
  await using server = await OwnServer.start({ clientCertificate: RILEY });
  const socket = connect(server.clients);
  try {
    await once(socket, 'connect');
    const stopped = server.stop();
    await assert.rejects(async () => {
      await using late = await secure(server, { socket });
      await late.ask('late');
    });
    assert.deepEqual(having(await stopped, { event: 'commands' }), []);
  } finally {
    socket.destroy();
  }
});

test('a handshake that does not go on is ended after 10 s', async () => {
  await using server = await OwnServer.start({ clientCertificate: RILEY });
  const silent = connect(server.clients);
  await once(silent.resume(), 'close'); // the server's doing
  await server.untilLogged(failed('ERR_TLS_HANDSHAKE_TIMEOUT'));
});

test('a new certificate is for new connections, and those there go on', async () => {
  await using server = await OwnServer.start({ clientCertificate: RILEY });
  await using before = await secure(server);
  assert.equal(await before.ask('before'), '? before');
  const renewed = makeCertificate('Riley');
  server.renewCertificate(renewed);
  await server.untilLogged({ event: 'certificate-renewed', validTo: '2049-12-31T23:59:59.000Z' });
  await assert.rejects(secure(server), 'the old certificate is not presented any more');
  await using after = await secure(server, trusting(renewed));
  assert.equal(await after.ask('after'), '? after');
  assert.equal(await before.ask('still'), '? still');
  assert.ok(after.socket instanceof TLSSocket);
  assert.equal(after.socket.getPeerCertificate().subject.CN, 'Riley');
});

const { privateKey: WEAK } = generateKeyPairSync('rsa', {
  modulusLength: 512,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const { privateKey: LOCKED } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
});

const UNUSABLE: [what: string, certificate: Certificate, code: CertificateErrorCode][] = [
  ['no certificate', { ...RILEY, cert: 'certificate' }, 'CERTIFICATE_UNREADABLE'],
  ['a key for a certificate', { ...RILEY, cert: RILEY.key }, 'CERTIFICATE_UNREADABLE'],
  ['no key', { ...RILEY, key: '' }, 'KEY_UNREADABLE'],
  ['half a key', { ...RILEY, key: RILEY.key.slice(0, 80) }, 'KEY_UNREADABLE'],
  ['a key with a passphrase', { ...RILEY, key: LOCKED }, 'KEY_UNREADABLE'],
  ['the key of another', { ...RILEY, key: WEAK }, 'KEY_OF_ANOTHER_CERTIFICATE'],
];
for (const [what, certificate, code] of UNUSABLE) {
  test(`${what} is refused at the start and when it is to be renewed`, async () => {
    const started = OwnServer.start({ clientCertificate: certificate });
    await assert.rejects(started, (error) => {
      assert.ok(error instanceof CertificateError);
      assert.equal(error.code, code);
      checkSecret(inspect(error, { showHidden: true, depth: null }), certificate);
      return true;
    });
    await using server = await OwnServer.start({ clientCertificate: RILEY });
    server.renewCertificate(certificate);
    const [event] = await server.untilLogged({ event: 'certificate-rejected', code });
    assert.deepEqual(server.troubles, [
      `the new certificate is not used: ${String(event?.['detail'])}`,
    ]);
    checkSecret(JSON.stringify(event), certificate);
    await using client = await secure(server);
    assert.equal(await client.ask('hello'), '? hello');
  });
}

test('a server without TLS takes no certificate', async () => {
  await using server = await OwnServer.start({});
  server.renewCertificate(RILEY);
  await server.untilLogged({ event: 'certificate-rejected', code: 'TLS_NOT_SPOKEN' });
  assert.equal(server.troubles.length, 1);
});

/** Checks that no line of the key is in a text. */
function checkSecret(text: string, { key }: Certificate): void {
  const secrets = key.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'));
  for (const secret of secrets) assert.ok(!text.includes(secret.slice(0, 20)), 'shows the key');
}
