import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { nkeys } from '@nats-io/transport-node';
import { Authority } from '../support/certificate.ts';
import { moment, report } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestFolder } from '../support/folder.ts';
import { TestHerd } from '../support/herd.ts';
import { NatsCluster } from '../support/nats.ts';
import { makeAccount } from '../support/nats-account.ts';
import { runCli } from '../support/process.ts';
import { untilLogged } from '../support/server-log.ts';

const USER = 'herd';
const PASSWORD = 'a-secret-of-the-herd';

type Replication = Readonly<Record<string, unknown>>;

/** A herd of one server, with files beside its configuration. */
async function makeHerd(
  replication: Replication,
  files: Readonly<Record<string, string>>,
): Promise<TestHerd> {
  const herd = await TestHerd.make({
    servers: ['Riley'],
    acknowledge: 'replicated',
    data: 'none',
    replication: { engine: 'nats', partitions: 1, ...replication },
  });
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(herd.folder, name), text, { mode: 0o600 });
  }
  return herd;
}

/** What `doctor` finds of the NATS servers of a herd, as text without their URLs; no secret is in it. */
async function examined(herd: TestHerd): Promise<string> {
  const { stdout, stderr } = await runCli(['doctor'], { cwd: herd.folder });
  for (const secret of [PASSWORD, 'SUA']) assert.ok(!(stdout + stderr).includes(secret));
  const [, found = ''] = /^nats\n((?: .*\n)*)/m.exec(stdout) ?? [];
  return found.replaceAll(/\S+:\/\/\S+ /g, '');
}

/** What `doctor` says of credentials or a connection that a server cannot use, by the code of its fault. */
const FOUND = {
  unauthorized: /wrong +(does not accept the|asks for) credentials/,
  unreachable: /wrong +cannot be used: /,
};

/** A server stores a report, and `doctor` finds nothing wrong. */
async function stores(
  replication: Replication,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  await using herd = await makeHerd(replication, files);
  await herd.serve('Riley');
  assert.match(await report(herd, 'Riley', 'kiwi', moment(0)), /^AT Riley /);
  const found = await examined(herd);
  assert.match(found, /ok +accepts the credentials\n +ok +has JetStream for the herd\n$/);
}

/** A server does not get to NATS, and its log and `doctor` say why, without a secret. */
async function isRefused(
  replication: Replication,
  files: Readonly<Record<string, string>>,
  code: 'unauthorized' | 'unreachable',
): Promise<void> {
  await using herd = await makeHerd(replication, files);
  const riley = await herd.serve('Riley');
  await untilLogged(herd, 'Riley', { event: 'nats-failed', code });
  const log = await readFile(herd.logFile('Riley'), 'utf8');
  assert.doesNotMatch(log, /"nats-up"/);
  for (const secret of [PASSWORD, 'SUA']) assert.ok(!(log + riley.stderr).includes(secret));
  assert.match(await examined(herd), FOUND[code]);
}

describe('a NATS server with TLS that asks who is there', async () => {
  const authority = new Authority('the cluster');
  const { cert, key } = authority.issue({ name: 'nats', dnsNames: ['localhost'] });
  const pair = nkeys.createUser();
  const seed = new TextDecoder().decode(pair.getSeed());
  const ca = authority.certificate.cert;
  const folder = await TestFolder.make();
  const [certFile, keyFile] = [join(folder.path, 'cert.pem'), join(folder.path, 'key.pem')];
  await writeFile(certFile, cert);
  await writeFile(keyFile, key);
  const nats = await NatsCluster.start(1, {
    host: 'localhost',
    configuration: () => `
      tls { cert_file: "${certFile}", key_file: "${keyFile}" }
      authorization { users: [{ user: ${USER}, password: ${PASSWORD} }, { nkey: ${pair.getPublicKey()} }] }
    `,
    connection: { tls: { ca }, user: USER, pass: PASSWORD },
  });
  after(async () => {
    await nats[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });
  const servers = nats.urls.map((url) => url.replace('nats:', 'tls:'));
  const byPassword = { user: USER, passwordFile: './password' };

  test('takes a server with its password', () =>
    stores({ servers, caFile: './ca.pem', ...byPassword }, { 'ca.pem': ca, password: PASSWORD }));

  test('takes a server with the seed of its key', () =>
    stores(
      { servers, caFile: './ca.pem', seedFile: './seed' },
      { 'ca.pem': ca, seed: `${seed}\n` },
    ));

  test('does not take one with another password', () =>
    isRefused(
      { servers, caFile: './ca.pem', ...byPassword },
      { 'ca.pem': ca, password: 'not it' },
      'unauthorized',
    ));

  test('does not take one that shows nothing', () =>
    isRefused({ servers, caFile: './ca.pem' }, { 'ca.pem': ca }, 'unauthorized'));

  test('is not trusted where another authority is', async () => {
    const other = new Authority('somebody else').certificate.cert;
    const files = { 'ca.pem': other, password: PASSWORD };
    await isRefused({ servers, caFile: './ca.pem', ...byPassword }, files, 'unreachable');
  });
});

test('a server shows the JWT of its credentials file', async () => {
  const account = makeAccount();
  await using nats = await NatsCluster.start(1, {
    configuration: () => account.configuration,
    connection: { authenticator: account.authenticator },
  });
  const replication = { servers: nats.urls, credentialsFile: './nats.creds' };
  await stores(replication, { 'nats.creds': account.credentials });
  const other = makeAccount().credentials;
  await isRefused(replication, { 'nats.creds': other }, 'unauthorized');
});

test('a server with a URL of tls does not connect to a NATS server without TLS', async () => {
  await using nats = await NatsCluster.start();
  const servers = nats.urls.map((url) => url.replace('nats:', 'tls:'));
  await isRefused(
    { servers, user: USER, passwordFile: './password' },
    { password: PASSWORD },
    'unreachable',
  );
});

test('a NATS server without JetStream is found before a herd is started', async () => {
  await using nats = await NatsCluster.start(1, { hasStreams: false });
  await using herd = await makeHerd({ servers: nats.urls }, {});
  await eventuallyTrue('the server listens', async () =>
    /NATS .* answers/.test(await examined(herd)),
  );
  assert.match(
    await examined(herd),
    /ok +asks for no credentials\n +wrong +the NATS server has no JetStream/,
  );
});
