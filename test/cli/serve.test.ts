import type { Certificate } from '#src/transport/certificate.js';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { makeCertificate } from '../support/certificate.ts';
import { exchange, TestClient } from '../support/client.ts';
import { moment, OPEN_SEA } from '../support/commands.ts';
import { TestFolder } from '../support/folder.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { runCli, startCli, startCliInShell } from '../support/process.ts';
import { untilLogged } from '../support/server-log.ts';
import { pageOf, TestUpstream } from '../support/upstream.ts';

const SOLO = { servers: ['Solo'] };

test('a server says where it listens, on one line', async () => {
  await using herd = await TestHerd.make({ ...SOLO, hasGateways: true });
  const server = await herd.serve('Solo');
  const [clients, peers] = [herd.clients('Solo').port, herd.peers('Solo').port];
  const gateway = herd.gateway('Solo').port;
  assert.equal(
    server.stdout,
    `ready: Solo: clients 127.0.0.1:${clients}, peers 127.0.0.1:${peers}, gateway 127.0.0.1:${gateway}\n`,
  );
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} closes a server and its connections, with status 0`, async () => {
    await using herd = await TestHerd.make(SOLO);
    const server = await herd.serve('Solo');
    await using client = await TestClient.connect(herd.clients('Solo'));
    assert.equal(await client.ask('hello'), '? hello');
    server.signal(signal);
    assert.deepEqual(await server.exited, { code: 0, signal: null });
    assert.equal((await client.readAll()).length, 0);
    assert.equal(server.stderr, '');
  });
}

test('SIGHUP has the certificate read again: a good one is taken, a bad one is reported and not taken', async () => {
  await using herd = await TestHerd.make(SOLO);
  const install = async ({ cert, key }: Certificate): Promise<void> => {
    await writeFile(join(herd.folder, 'cert.pem'), cert);
    await writeFile(join(herd.folder, 'key.pem'), key);
  };
  await install(makeCertificate('first'));
  await appendFile(herd.configFile, 'clientTls: { certFile: cert.pem, keyFile: key.pem }\n');
  const server = await herd.serve('Solo');

  await install(makeCertificate('second'));
  server.signal('SIGHUP');
  await untilLogged(herd, 'Solo', { event: 'certificate-renewed' });

  await writeFile(join(herd.folder, 'key.pem'), makeCertificate('third').key);
  server.signal('SIGHUP');
  await server.waitFor(/^proxy-herd: .* stays as it is\n/m, 'stderr');
  assert.match(
    server.stderr,
    /^.*herd\.yaml:\d+: clientTls: the private key belongs to another certificate\n/,
  );
});

test('SIGHUP on the way out does no harm', async () => {
  await using herd = await TestHerd.make(SOLO);
  const server = await herd.serve('Solo');
  server.signal('SIGTERM');
  server.signal('SIGHUP');
  assert.deepEqual(await server.exited, { code: 0, signal: null });
  assert.equal(server.stderr, '');
});

test('a server runs from any directory, and its paths are relative to its file', async () => {
  await using elsewhere = await TestFolder.make();
  await using herd = await TestHerd.make(SOLO);
  await using server = startCli(['serve', 'Solo', '--config', herd.configFile], {
    cwd: elsewhere.path,
  });
  await server.waitFor(/^ready: /);
  await exchange(herd.clients('Solo'), 'hello\n');
  await server.stop();
  assert.match(await readFile(herd.logFile('Solo'), 'utf8'), /hello/);
});

test('SIGHUP opens the log anew', async () => {
  await using herd = await TestHerd.make(SOLO);
  const server = await herd.serve('Solo');
  await exchange(herd.clients('Solo'), 'before\n');
  await rename(herd.logFile('Solo'), `${herd.logFile('Solo')}.1`);
  server.signal('SIGHUP');
  // The signal and the connection race: so ask until the new file is there.
  while (!(await readFile(herd.logFile('Solo'), 'utf8').catch(() => '')).includes('after')) {
    await exchange(herd.clients('Solo'), 'after\n');
  }
  assert.match(await readFile(`${herd.logFile('Solo')}.1`, 'utf8'), /before/);
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

test('SIGUSR2 has the cached places forgotten', async () => {
  await using upstream = await TestUpstream.start();
  await using herd = await TestHerd.make({ ...SOLO, places: upstream.places });
  const server = await herd.serve('Solo', { GOOGLE_MAPS_API_KEY: 'a-test-key' });
  await using client = await TestClient.connect(herd.clients('Solo'));
  const at = await client.ask(`IAMAT kiwi ${OPEN_SEA} ${moment(0)}`);
  const places = async (): Promise<unknown> => {
    client.sendLine('WHATSAT kiwi 10 5');
    const reply = await client.readPlaces();
    assert.equal(reply.at, at);
    return reply.json;
  };
  upstream.answerFromNowOn(JSON.stringify(pageOf('before')));
  assert.deepEqual(await places(), pageOf('before'));
  upstream.answerFromNowOn(JSON.stringify(pageOf('after')));
  assert.deepEqual(await places(), pageOf('before'));
  server.signal('SIGUSR2');
  await untilLogged(herd, 'Solo', { event: 'places-forgotten' });
  assert.deepEqual(await places(), pageOf('after'));
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

for (const port of ['clients', 'peers'] as const) {
  test(`a port for ${port} that is taken is reported with its server, address and key`, async () => {
    await using herd = await TestHerd.make(SOLO);
    const other = createServer().listen(herd[port]('Solo'));
    try {
      await once(other, 'listening');
      const result = await runCli(['serve', 'Solo', '--config', herd.configFile]);
      assert.deepEqual({ code: result.code, stdout: result.stdout }, { code: 1, stdout: '' });
      assert.equal(
        result.stderr,
        `proxy-herd: Solo cannot listen on 127.0.0.1:${herd[port]('Solo').port}: another process listens there; end that one, or choose another port (servers.Solo.${port})\n`,
      );
    } finally {
      other.close();
    }
  });
}

test('a log that cannot be written is reported', async () => {
  await using herd = await TestHerd.make({ ...SOLO, logs: './herd.yaml' });
  const { code, stdout, stderr } = await runCli(['serve', 'Solo', '--config', herd.configFile]);
  assert.deepEqual({ code, stdout }, { code: 1, stdout: '' });
  assert.match(stderr, /^proxy-herd: Solo: the log .*Solo\.log cannot be written: .*\n$/);
});

test('where files are few, clients leave some to the rest, and those that come later are let in', async () => {
  await using herd = await TestHerd.make(SOLO);
  const args = ['serve', 'Solo', '--config', herd.configFile];
  await using server = startCliInShell(args, '', 'ulimit -n 200');
  await server.waitFor(/^ready: /);
  await untilLogged(herd, 'Solo', { event: 'few-files', files: 200, connections: 100 });
  const clients: TestClient[] = [];
  try {
    for (let i = 0; i < 150; i++) clients.push(await TestClient.connect(herd.clients('Solo')));
    const refused = { event: 'connection-refused', reason: 'connections' };
    await untilLogged(herd, 'Solo', refused, 10); // of more, the number alone is logged
    const [first] = clients;
    assert.equal(await first?.ask('still there'), '? still there');
    // The journal and the log go on, which takes files.
    await rename(herd.logFile('Solo'), `${herd.logFile('Solo')}.1`);
    server.signal('SIGHUP');
    assert.match((await first?.ask(`IAMAT kiwi ${OPEN_SEA} ${moment(0)}`)) ?? '', /^AT Solo /);
    await eventuallyTrue('the log goes on', () => existsSync(herd.logFile('Solo')));
  } finally {
    await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  }
  await eventuallyTrue('clients are let in again', async () => {
    return (
      (await exchange(herd.clients('Solo'), 'hello').catch(() => '')).toString() === '? hello\n'
    );
  });
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  assert.equal(server.stderr, '');
});
